package dev.skiff.runtime.gpu;

import dev.skiff.definitions.problem.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// What the host's driver brings for a container.
///
/// @param libraries shared libraries, each shown in `/.singularity.d/libs` by its own file name
/// @param binaries tools, each shown in `/usr/bin` by its own file name
/// @param files settings and sockets, shown at their own path
/// @param devices device nodes that a minimal /dev needs; nothing when the host's /dev is shown
/// @param variables what the payload must be told, because only some of the GPUs are shown
/// @param notices what the person should know, such as that nothing was found
public record GpuFindings(
    List<Path> libraries,
    List<Path> binaries,
    List<Path> files,
    List<Path> devices,
    Map<String, String> variables,
    List<Problem> notices) {

  /// Nobody asked.
  public static final GpuFindings NONE =
      new GpuFindings(List.of(), List.of(), List.of(), List.of(), Map.of(), List.of());

  public GpuFindings {
    libraries = List.copyOf(libraries);
    binaries = List.copyOf(binaries);
    files = List.copyOf(files);
    devices = List.copyOf(devices);
    variables = Map.copyOf(variables);
    notices = List.copyOf(notices);
  }
}
