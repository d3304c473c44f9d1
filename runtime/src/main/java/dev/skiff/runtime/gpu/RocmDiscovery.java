package dev.skiff.runtime.gpu;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.runtime.gpu.GpuFindings.Kind;
import dev.skiff.runtime.gpu.GpuFindings.Shown;
import dev.skiff.runtime.gpu.NvidiaDiscovery.Devices;
import dev.skiff.runtime.seen.Sightings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Finds AMD's driver on a host. Starts no process.
public final class RocmDiscovery {

  private static final String OPTION = "--rocm";

  private final DriverTree host;

  private RocmDiscovery(DriverTree host) {
    this.host = host;
  }

  /// Looks at the host whose root directory is `root`: `/`, or a folder that plays a host.
  public static RocmDiscovery of(Path root) {
    return of(root, new Sightings());
  }

  /// The same.
  ///
  /// @param seen gets all that what is found depends on
  public static RocmDiscovery of(Path root, Sightings seen) {
    return new RocmDiscovery(DriverTree.of(root, Path.of("/"), seen));
  }

  /// What there is; one notice where there is no GPU.
  public GpuFindings find(Devices devices) {
    List<Problem> notices =
        host.isNamed(RocmParts.COMPUTE_NODE) ? List.of() : List.of(GpuProblems.noRocm());
    DriverParts parts = RocmParts.ALL;
    if (host.isNamed(RocmParts.SITE_LIST)) {
      parts = parts.and(host.text(RocmParts.SITE_LIST));
    }
    List<Shown> shown = new ArrayList<>();
    List<Path> nodes = new ArrayList<>();
    if (notices.isEmpty()) { // without a GPU the host's libraries would only hide the image's
      add(shown, parts);
      for (String node : RocmParts.NODES) {
        if (devices == Devices.NAMED && host.isNamed(node)) {
          nodes.add(Path.of(node));
        }
      }
    }
    return new GpuFindings(shown, List.of(), nodes, Map.of(), notices);
  }

  /// The same, and refuses when there is no GPU.
  ///
  /// @throws dev.skiff.definitions.problem.ProblemException with the reason
  public GpuFindings require(Devices devices) {
    GpuFindings found = find(devices);
    if (!found.notices().isEmpty()) {
      throw GpuProblems.required(found.notices().getFirst());
    }
    return found;
  }

  private void add(List<Shown> shown, DriverParts parts) {
    Map<String, String> programs = host.programs(parts.binaries(), List.of(RocmParts.DIRECTORY));
    for (Map.Entry<String, String> program : programs.entrySet()) {
      Path source = host.source(program.getValue());
      shown.add(new Shown(Kind.BINARY, source, "/usr/bin/" + program.getKey(), OPTION));
    }
    for (Map.Entry<String, String> library : host.libraries(parts, List.of()).entrySet()) {
      shown.add(Shown.library(host.source(library.getValue()), library.getKey(), OPTION));
    }
    for (String file : parts.files()) {
      if (host.exists(file)) {
        shown.add(new Shown(Kind.SETTING, host.source(file), file, OPTION));
      }
    }
  }
}
