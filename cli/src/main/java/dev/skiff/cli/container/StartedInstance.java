package dev.skiff.cli.container;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.host.HostFacts;
import dev.skiff.runtime.instance.InstanceName;
import dev.skiff.runtime.instance.InstanceProblems;
import dev.skiff.runtime.instance.InstanceRecord;
import dev.skiff.runtime.instance.InstanceRecords;
import dev.skiff.runtime.planner.ContainerPlanner;
import dev.skiff.runtime.planner.ImageFacts;
import dev.skiff.runtime.request.ExecRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// The instance that this JVM sets up: its name is taken before anything is mounted.
record StartedInstance(InstanceRecords records, InstanceRecord record) {

  /// The launcher has started the first process; see `libexec/skiff/enter-instance`.
  static StartedInstance claim(ExecRequest request, HostFacts host, ImageFacts image) {
    InstanceRecords records = InstanceRecords.of(host.environment());
    InstanceRecord record =
        ContainerPlanner.record(
            request,
            host,
            image,
            InstanceRecords.firstProcess(host.environment()),
            System.currentTimeMillis() / 1000);
    records.claim(record);
    StartedInstance instance = new StartedInstance(records, record);
    Optional<Path> pidFile = request.instance().orElseThrow().pidFile();
    if (pidFile.isPresent()) {
      instance.tellNumber(pidFile.get());
    }
    return instance;
  }

  /// The one that an image such as `instance://web` names.
  static InstanceRecord find(String reference, Map<String, String> environment) {
    InstanceName name = InstanceName.ofReference(reference);
    return InstanceRecords.of(environment)
        .find(name)
        .orElseThrow(() -> InstanceProblems.absent(name));
  }

  private void tellNumber(Path file) {
    try {
      Files.writeString(file.toAbsolutePath(), record.process().pid() + "\n");
    } catch (IOException e) {
      withdraw();
      throw new ProblemException(
          new Problem(
              "cannot write the instance's process number to '" + file + "'",
              e.getClass().getSimpleName() + ": " + e.getMessage(),
              "name a file that you may write to with --pid-file"),
          ExitCode.NOT_STARTED,
          e);
    }
  }

  /// It did not come up.
  void withdraw() {
    records.withdraw(record);
  }
}
