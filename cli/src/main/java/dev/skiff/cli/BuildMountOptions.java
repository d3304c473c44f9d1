package dev.skiff.cli;

import dev.skiff.builder.script.ScriptMounts;
import dev.skiff.builder.script.ScriptMounts.TestRoot;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.gpu.GpuFindings;
import dev.skiff.runtime.gpu.NvidiaDiscovery;
import dev.skiff.runtime.host.GpuProbe;
import dev.skiff.runtime.request.BindSpec;
import dev.skiff.runtime.request.GpuRequest;
import dev.skiff.runtime.request.GpuRequest.Need;
import dev.skiff.runtime.request.GpuRequest.Source;
import dev.skiff.runtime.request.MountSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/// What `%post` and `%test` see of the host.
final class BuildMountOptions {

  @Option(
      names = {"-B", "--bind"},
      paramLabel = "SRC[:DST[:ro|rw]]",
      description = "Show a host path to %%post and %%test.")
  private List<String> binds = List.of();

  @Option(
      names = "--mount",
      paramLabel = "type=bind,src=SRC,dst=DST[,ro]",
      description = "The same in the long form.")
  private List<String> mounts = List.of();

  @Option(names = "--nv", description = "Bring the host's NVIDIA driver into %%post and %%test.")
  private boolean nvidia;

  @Option(names = "--rocm", description = "Bring the host's AMD driver into %%post and %%test.")
  private boolean rocm;

  @Option(
      names = "--writable-tmpfs",
      description = "Let %%test write; what it writes is gone afterwards.")
  private boolean writableTmpfs;

  ScriptMounts read(Map<String, String> environment) {
    List<BindSpec> specs = new ArrayList<>();
    for (String bind : binds) {
      BindSpec.parseList(bind, "-B").forEach(parsed -> specs.add(accepted(parsed)));
    }
    for (String mount : mounts) {
      specs.add(accepted(MountSpec.parse(mount, "--mount")));
    }
    GpuRequest request =
        new GpuRequest(
            nvidia ? Need.WANTED : Need.NONE,
            rocm ? Need.WANTED : Need.NONE,
            Source.LOADER_CACHE,
            List.of(),
            List.of());
    GpuFindings gpu =
        new GpuProbe(Path.of("/"), Path.of("").toAbsolutePath(), environment)
            .find(request, NvidiaDiscovery.Devices.NAMED);
    return new ScriptMounts(specs, gpu, writableTmpfs ? TestRoot.TEMPORARY : TestRoot.READ_ONLY);
  }

  private static BindSpec accepted(BindSpec.Parsed parsed) {
    return switch (parsed) {
      case BindSpec.Accepted accepted -> accepted.bind();
      case BindSpec.Rejected rejected ->
          throw new ProblemException(rejected.problem(), ExitCode.USAGE);
    };
  }
}
