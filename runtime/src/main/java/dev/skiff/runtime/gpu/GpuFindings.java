package dev.skiff.runtime.gpu;

import dev.skiff.definitions.problem.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the host's drivers bring for a container.
///
/// @param shown files and directories made visible
/// @param links symbolic links that programs expect
/// @param devices device nodes that a minimal /dev needs, by their path on the host and inside;
///   nothing when the host's /dev is shown
/// @param variables what the payload must be told, because only some of the GPUs are shown
/// @param notices what the person should know, such as that nothing was found
public record GpuFindings(
    List<Shown> shown,
    List<Link> links,
    List<Path> devices,
    Map<String, String> variables,
    List<Problem> notices) {

  /// Nobody asked.
  public static final GpuFindings NONE =
      new GpuFindings(List.of(), List.of(), List.of(), Map.of(), List.of());

  /// Where the libraries of a driver are shown: `LD_LIBRARY_PATH` names it.
  public static final String LIBRARIES = "/.singularity.d/libs";

  public GpuFindings {
    shown = List.copyOf(shown);
    links = List.copyOf(links);
    devices = List.copyOf(devices);
    variables = Map.copyOf(variables);
    notices = List.copyOf(notices);
  }

  /// What a file is for.
  public enum Kind {
    LIBRARY,
    BINARY,
    /// Settings that libraries read: where Vulkan and EGL find the driver.
    SETTING,
    SOCKET,
    FIRMWARE,
    /// A node that is not at its own path.
    DEVICE,
    /// What a CDI specification mounts for reading.
    MOUNT,
    /// What one mounts for writing too.
    WRITABLE
  }

  /// A host path made visible.
  ///
  /// @param source on the host
  /// @param target in the container, absolute
  /// @param option who asked for it: `--nv`
  public record Shown(Kind kind, Path source, String target, String option) {

    static Shown library(Path source, String name, String option) {
      return new Shown(Kind.LIBRARY, source, LIBRARIES + "/" + name, option);
    }
  }

  /// A symbolic link in the container.
  ///
  /// @param path where, absolute
  /// @param target what it says
  public record Link(String path, String target) {}

  /// Of one kind, in order.
  public List<Path> sources(Kind kind) {
    List<Path> sources = new ArrayList<>();
    for (Shown one : shown) {
      if (one.kind == kind) {
        sources.add(one.source);
      }
    }
    return sources;
  }

  /// Both; where two show something at one place, the first counts.
  public GpuFindings and(GpuFindings other) {
    if (equals(NONE) || other.equals(NONE)) {
      return equals(NONE) ? other : this;
    }
    Map<String, Shown> byTarget = new LinkedHashMap<>();
    for (Shown one : joined(shown, other.shown)) {
      byTarget.putIfAbsent(one.target, one);
    }
    Map<String, String> both = new LinkedHashMap<>(other.variables);
    both.putAll(variables);
    List<Path> nodes = new ArrayList<>(devices);
    for (Path node : other.devices) {
      if (!nodes.contains(node)) {
        nodes.add(node);
      }
    }
    return new GpuFindings(
        new ArrayList<>(byTarget.values()),
        joined(links, other.links),
        nodes,
        both,
        joined(notices, other.notices));
  }

  private static <T> List<T> joined(List<T> first, List<T> second) {
    List<T> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }
}
