package dev.skiff.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// An ordinary user at a cluster of the tests of one class. Each test starts in an empty directory,
/// which also has the records of its jobs.
final class SlurmUser implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {

  static final HostUser WHO = HostUser.SINGLE;

  private final HostUser owner;
  private final String[] options;
  private @Nullable SlurmCluster cluster;
  private Path directory = Path.of("/");

  /// @param owner of the cluster
  /// @param options as of `SlurmCluster.startOrSkip`
  SlurmUser(HostUser owner, String... options) {
    this.owner = owner;
    this.options = options.clone();
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    WHO.orSkip();
    cluster = SlurmCluster.startOrSkip(owner, options);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    directory = InstalledSkiff.directoryOf(WHO);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (cluster != null) {
      cluster.close();
    }
  }

  SlurmCluster cluster() {
    return Objects.requireNonNull(cluster, "no test has begun");
  }

  Path directory() {
    return directory;
  }

  /// The folder of a job's record.
  Path record(String name) {
    return directory.resolve("state/skiff/jobs").resolve(name);
  }

  /// `skiff WORDS...`
  Outcome type(String... words) {
    return InstalledSkiff.skiff(WHO, directory, cluster().environment(directory), words);
  }

  /// Any other command, such as `scancel`.
  Outcome as(String... words) {
    return cluster().as(WHO, directory, words);
  }

  /// The name of a job: `skiff submit WORDS...`
  String submitted(String... words) {
    List<String> all = new ArrayList<>(List.of("submit"));
    all.addAll(List.of(words));
    return type(all.toArray(String[]::new)).ends(0).out().strip();
  }

  /// The same for a line of shell in the image.
  String submittedLine(String line, String... options) {
    List<String> words = new ArrayList<>(List.of(options));
    words.addAll(List.of(BusyboxImage.sif().toString(), "--", "sh", "-c", line));
    return submitted(words.toArray(String[]::new));
  }

  /// Slurm's number of a job.
  String number(String name) {
    return type("ps", "-a", "--json", name).out().replaceAll("(?s).*\"id\" : \"(\\d+)\".*", "$1");
  }

  void awaitLog(String name, String text) {
    String log = "";
    for (int attempt = 0; attempt < 60; attempt++) {
      log = type("logs", name).out();
      if (log.contains(text)) {
        return;
      }
    }
    assertThat(log).contains(text);
  }
}
