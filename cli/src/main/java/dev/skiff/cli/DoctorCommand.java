package dev.skiff.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skiff.builder.registry.BlobCache;
import dev.skiff.builder.registry.RegistryReach;
import dev.skiff.builder.root.WorkingDirectory;
import dev.skiff.builder.store.StoreCleaning;
import dev.skiff.builder.store.StoreSurvey;
import dev.skiff.builder.store.StoredItem;
import dev.skiff.cli.output.Amounts;
import dev.skiff.cli.output.FactsText;
import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.config.CacheSize;
import dev.skiff.runtime.doctor.Doctor;
import dev.skiff.runtime.doctor.Doctor.Network;
import dev.skiff.runtime.doctor.Fact;
import dev.skiff.runtime.doctor.Fact.State;
import dev.skiff.runtime.doctor.Fact.Topic;
import dev.skiff.runtime.doctor.Installation;
import dev.skiff.runtime.doctor.Machine;
import dev.skiff.runtime.driver.DriverFacts;
import dev.skiff.runtime.gpu.NvidiaDiscovery.Devices;
import dev.skiff.runtime.host.GpuProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `skiff doctor`.
@Command(
    name = "doctor",
    description = "Say what this machine can do for containers, what follows, and how to get more.",
    footer = {
      "",
      "Ends with 1 if something does not work at all.",
      "",
      "Examples:",
      "  skiff doctor",
      "  srun -p gpu skiff doctor --no-network",
      "  skiff doctor --apparmor-profile | sudo tee /etc/apparmor.d/skiff"
    })
final class DoctorCommand extends Subcommand {

  @Option(
      names = {"-j", "--json"},
      description = "Print the facts as JSON.")
  private boolean json;

  @Option(
      names = "--no-network",
      description = "Ask neither the registries that are configured nor a scheduler.")
  private boolean noNetwork;

  @Option(
      names = "--apparmor-profile",
      description =
          "Print the profile by which Ubuntu from 23.10 on lets this Skiff make user namespaces.")
  private boolean profile;

  @Override
  int run(Terminal terminal) {
    if (profile) {
      terminal.show(profile(Installation.current()));
      return ExitCode.DONE.status();
    }
    List<Fact> facts = facts(terminal);
    if (json) {
      ObjectNode root = JsonNodeFactory.instance.objectNode();
      FactsText.add(root.putArray("facts"), facts);
      terminal.show(root.toPrettyString() + "\n");
    } else {
      terminal.show(FactsText.of(facts));
    }
    boolean missing = facts.stream().anyMatch(fact -> fact.state() == State.MISSING);
    return missing ? ExitCode.PROBLEM.status() : ExitCode.DONE.status();
  }

  private List<Fact> facts(Terminal terminal) {
    RegistryOptions registry = new RegistryOptions();
    Map<String, String> environment = registry.environment(terminal);
    Doctor.Places places =
        new Doctor.Places(
            BlobCache.of(environment).root(),
            WorkingDirectory.choose(Optional.empty(), environment).directory());
    List<Callable<List<Fact>>> more = new ArrayList<>();
    more.add(() ->
        DriverFacts.of(
            new GpuProbe(Path.of("/"), Path.of("/"), environment)
                .nvidia()
                .look(Devices.ALL_SHOWN, environment),
            DriverFacts.Wanted.NO_MATTER));
    more.add(() -> List.of(contents(places.cache(), environment)));
    if (!noNetwork) {
      more.add(
          () -> new RegistryReach(registry.config(terminal).registries(), environment).facts());
    }
    return new Doctor(Machine.local(), Installation.current())
        .examine(places, noNetwork ? Network.LEFT_ALONE : Network.ASKED, more);
  }

  private static Fact contents(Path cache, Map<String, String> environment) {
    List<StoredItem> items = StoreSurvey.of(cache);
    long bytes = items.stream().mapToLong(StoredItem::sizeBytes).sum();
    CacheSize most = CacheSize.of(environment, StoreCleaning.diskBytes(cache));
    String limit =
        most.isBounded()
            ? "at most " + Amounts.size(most.bytes()) + " are kept"
            : "without a limit";
    return Fact.good(
        Topic.STORAGE,
        "kept in the cache",
        "%d things of %s; %s".formatted(items.size(), Amounts.size(bytes), limit),
        "skiff cache du tells more");
  }

  /// The one that is shipped, for the place where this Skiff is.
  private static String profile(Installation installation) {
    Path top = Path.of(installation.top());
    try {
      String launcher = top.resolve("bin/skiff").toRealPath().toString();
      return Files.readString(top.resolve("libexec/skiff/apparmor-profile"))
          .replace("@SKIFF@", launcher);
    } catch (IOException e) {
      throw new ProblemException(
          new Problem(
              "cannot print the profile",
              "'" + e.getMessage() + "' cannot be read",
              "install the whole distribution: bin, lib and libexec"),
          ExitCode.PROBLEM,
          e);
    }
  }
}
