package dev.skiff.runtime.gpu;

import dev.skiff.definitions.problem.Problem;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Finds NVIDIA's driver on a host: its libraries through the loader's own cache, its tools,
/// settings and device nodes by name. Starts no process, so it takes well under a millisecond.
public final class NvidiaDiscovery {

  private static final long LARGEST_CACHE = 16L << 20;

  private final Path root;
  private final ElfIdentity machine;

  private NvidiaDiscovery(Path root, ElfIdentity machine) {
    this.root = root;
    this.machine = machine;
  }

  /// Looks at the host whose root directory is `root`: `/`, or a folder that plays a host.
  public static NvidiaDiscovery of(Path root) {
    return new NvidiaDiscovery(root, ElfIdentity.ours());
  }

  /// Which device nodes are wanted.
  public enum Devices {
    /// None: the host's whole /dev is shown.
    ALL_SHOWN,
    /// Those for a minimal /dev.
    NAMED
  }

  /// What there is. Paths are the host's, without `root`.
  ///
  /// @param environment the caller's; says which GPUs are meant when devices are named
  public GpuFindings find(Devices devices, Map<String, String> environment) {
    List<Path> libraries = libraries();
    List<Path> binaries = binaries();
    boolean driver = !binaries.isEmpty();
    boolean compute = false;
    for (Path library : libraries) {
      String name = library.getFileName().toString();
      compute |= name.startsWith(DriverNames.COMPUTE);
      driver |= compute || name.contains("nvidia");
    }
    if (!driver) { // the host's Mesa would hide the image's own
      return nothing();
    }
    List<Problem> notices = new ArrayList<>();
    if (!compute) {
      notices.add(noCompute("--nv found parts of an NVIDIA driver, but no libcuda.so"));
    }
    List<Path> nodes = new ArrayList<>();
    Map<String, String> variables = new LinkedHashMap<>();
    if (devices == Devices.NAMED) {
      GpuSelection selection = GpuSelection.of(environment);
      List<Path> all = nodes();
      nodes.addAll(selection.among(all));
      variables.putAll(selection.variables(all, nodes));
    }
    return new GpuFindings(libraries, binaries, files(), nodes, variables, notices);
  }

  private static GpuFindings nothing() {
    Problem notice = noCompute("--nv found no NVIDIA driver on this host");
    return new GpuFindings(List.of(), List.of(), List.of(), List.of(), Map.of(), List.of(notice));
  }

  private static Problem noCompute(String what) {
    return new Problem(
        what,
        "no library of this machine in /etc/ld.so.cache is named libcuda.so; the program runs"
            + " without a GPU",
        "run it where nvidia-smi works, for example with srun --gres=gpu:1");
  }

  private Path onHost(String path) {
    return root.resolve(path.substring(1));
  }

  private List<Path> libraries() {
    Path cache = onHost("/etc/ld.so.cache");
    byte[] bytes;
    try {
      if (Files.size(cache) > LARGEST_CACHE) {
        return List.of();
      }
      bytes = Files.readAllBytes(cache);
    } catch (IOException e) { // musl hosts have none
      return List.of();
    }
    Map<String, Path> byName = new LinkedHashMap<>();
    for (LoaderCache.Entry entry : LoaderCache.parse(bytes)) {
      String name = entry.path().substring(entry.path().lastIndexOf('/') + 1);
      if (entry.path().startsWith("/")
          && !name.isEmpty()
          && !byName.containsKey(name)
          && machine.equals(ElfIdentity.of(onHost(entry.path())))) {
        byName.put(name, Path.of(entry.path()));
      }
    }
    return new ArrayList<>(byName.values());
  }

  private List<Path> binaries() {
    List<Path> found = new ArrayList<>();
    for (String name : DriverNames.BINARIES) {
      for (String directory : DriverNames.BINARY_DIRECTORIES) {
        if (Files.isExecutable(onHost(directory + "/" + name))) {
          found.add(Path.of(directory, name));
          break;
        }
      }
    }
    return found;
  }

  private List<Path> files() {
    List<Path> found = new ArrayList<>();
    for (String file : DriverNames.FILES) {
      if (Files.exists(onHost(file))) {
        found.add(Path.of(file));
      }
    }
    return found;
  }

  /// Every /dev/nvidia*, and those of MIG instances, sorted.
  private List<Path> nodes() {
    List<Path> nodes = new ArrayList<>();
    try (DirectoryStream<Path> dev = Files.newDirectoryStream(onHost("/dev"))) {
      for (Path node : dev) {
        String name = node.getFileName().toString();
        if (name.startsWith("nvidia")) {
          nodes.add(Path.of("/dev", name));
        }
      }
    } catch (IOException | DirectoryIteratorException e) { // no /dev, no devices
      return List.of();
    }
    nodes.sort(null);
    return nodes;
  }
}
