package dev.skiff.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skiff.cli.output.FactsText;
import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.runtime.cdi.CdiDevices;
import dev.skiff.runtime.config.StartSettings;
import dev.skiff.runtime.doctor.Fact;
import dev.skiff.runtime.driver.CudaVersion;
import dev.skiff.runtime.driver.DriverFacts;
import dev.skiff.runtime.driver.DriverFit;
import dev.skiff.runtime.gpu.GpuFindings.Kind;
import dev.skiff.runtime.gpu.GpuFindings.Shown;
import dev.skiff.runtime.gpu.NvidiaDiscovery.Devices;
import dev.skiff.runtime.gpu.NvidiaDiscovery.Driver;
import dev.skiff.runtime.gpu.NvidiaGpu;
import dev.skiff.runtime.gpu.RocmDiscovery;
import dev.skiff.runtime.host.GpuProbe;
import dev.skiff.runtime.host.HostProbe;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `skiff gpu`.
@Command(
    name = "gpu",
    description =
        "Show what --nv would bring into a container, and check that it works with an image.",
    footer = {
      "",
      "Ends with 1 if no GPU can be used here, or not with this image.",
      "",
      "Examples:",
      "  skiff gpu",
      "  srun --gres=gpu:1 skiff gpu pytorch.sif",
      "  skiff gpu --json pytorch.sif"
    })
final class GpuCommand extends Subcommand {

  private static final int WIDTH = 96;
  private static final int INDENT = 12;

  @Parameters(arity = "0..1", paramLabel = "IMAGE", description = "A SIF file or a sandbox.")
  private Optional<String> image = Optional.empty();

  @Option(
      names = {"-j", "--json"},
      description = "Print JSON.")
  private boolean json;

  @Mixin private RegistryOptions registry = new RegistryOptions();

  @Override
  int run(Terminal terminal) {
    Map<String, String> environment =
        StartSettings.over(HostProbe.callerEnvironment(System.getenv()));
    Path root = Path.of("/");
    Driver driver =
        new GpuProbe(root, Path.of("").toAbsolutePath(), environment)
            .nvidia()
            .look(Devices.NAMED, environment);
    List<Fact> facts = new ArrayList<>(DriverFacts.of(driver, DriverFacts.Wanted.YES));
    if (image.isPresent()) {
      facts.addAll(
          DriverFit.of(driver, new InspectedImage(image.get(), terminal, registry).runtime()));
    }
    List<String> devices = CdiDevices.read(root, List.of()).names();
    boolean amd = RocmDiscovery.of(root).find(Devices.NAMED).notices().isEmpty();
    terminal.show(
        json
            ? json(driver, devices, facts).toPrettyString() + "\n"
            : text(driver, devices, amd) + FactsText.of(facts));
    boolean usable = amd && image.isEmpty();
    return DriverFit.fails(facts) && !usable ? ExitCode.PROBLEM.status() : ExitCode.DONE.status();
  }

  private static String text(Driver driver, List<String> devices, boolean amd) {
    StringBuilder text = new StringBuilder();
    if (!driver.libraryVersion().isEmpty()) {
      String cuda =
          CudaVersion.highestOf(driver.libraryVersion()).map(v -> ", CUDA up to " + v).orElse("");
      line(text, "driver", List.of(driver.libraryVersion() + cuda));
    }
    if (!driver.moduleVersion().isEmpty()) {
      line(text, "module", List.of(driver.moduleVersion()));
    }
    for (NvidiaGpu gpu : driver.gpus()) {
      text.append(
          "%-10s  /dev/nvidia%d  %s  %s%n".formatted("gpu", gpu.minor(), gpu.model(), gpu.uuid()));
    }
    for (Kind kind : Kind.values()) {
      List<String> names = new ArrayList<>();
      for (Shown shown : driver.findings().shown()) {
        if (shown.kind() == kind) {
          names.add(kind == Kind.LIBRARY ? name(shown) : shown.target());
        }
      }
      line(text, kind.name().toLowerCase(Locale.ROOT), names);
    }
    line(text, "devices", driver.findings().devices().stream().map(Path::toString).toList());
    driver
        .findings()
        .variables()
        .forEach((name, value) -> line(text, "variable", List.of(name + "=" + value)));
    line(text, "--device", devices);
    if (amd) {
      line(text, "--rocm", List.of("/dev/kfd is there"));
    }
    return text.isEmpty() ? "" : text.append('\n').toString();
  }

  private static String name(Shown shown) {
    return shown.target().substring(shown.target().lastIndexOf('/') + 1);
  }

  /// A word and names behind it, as many a line as fit.
  private static void line(StringBuilder text, String word, List<String> names) {
    if (names.isEmpty()) {
      return;
    }
    StringBuilder row = new StringBuilder("%-10s ".formatted(word));
    for (String name : names) {
      if (row.length() > INDENT && row.length() + name.length() > WIDTH) {
        text.append(row).append('\n');
        row.setLength(0);
        row.append(" ".repeat(INDENT - 1));
      }
      row.append(' ').append(name);
    }
    text.append(row).append('\n');
  }

  private static ObjectNode json(Driver driver, List<String> devices, List<Fact> facts) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("driver", driver.libraryVersion());
    root.put("module", driver.moduleVersion());
    root.put(
        "cuda",
        CudaVersion.highestOf(driver.libraryVersion()).map(CudaVersion::toString).orElse(""));
    ArrayNode gpus = root.putArray("gpus");
    for (NvidiaGpu gpu : driver.gpus()) {
      gpus.addObject()
          .put("model", gpu.model())
          .put("uuid", gpu.uuid())
          .put("bus", gpu.bus())
          .put("minor", gpu.minor());
    }
    ArrayNode shown = root.putArray("shown");
    for (Shown one : driver.findings().shown()) {
      shown
          .addObject()
          .put("kind", one.kind().name().toLowerCase(Locale.ROOT))
          .put("source", one.source().toString())
          .put("target", one.target());
    }
    ArrayNode nodes = root.putArray("devices");
    driver.findings().devices().forEach(node -> nodes.add(node.toString()));
    ObjectNode variables = root.putObject("variables");
    driver.findings().variables().forEach(variables::put);
    ArrayNode cdi = root.putArray("cdiDevices");
    devices.forEach(cdi::add);
    FactsText.add(root.putArray("facts"), facts);
    return root;
  }
}
