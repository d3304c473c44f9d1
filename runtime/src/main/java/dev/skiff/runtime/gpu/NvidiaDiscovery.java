package dev.skiff.runtime.gpu;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.runtime.gpu.GpuFindings.Kind;
import dev.skiff.runtime.gpu.GpuFindings.Shown;
import dev.skiff.runtime.seen.Sightings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Finds NVIDIA's driver on a host: its libraries through the loader's own cache, its tools,
/// settings, sockets, firmware and device nodes by name. Starts no process, so it takes about a
/// millisecond.
public final class NvidiaDiscovery {

  private static final String OPTION = "--nv";
  private static final String BACKENDS = "GBM_BACKENDS_PATH";
  private static final String PIPES = "CUDA_MPS_PIPE_DIRECTORY";
  private static final List<String> NODES =
      List.of("nvidia", "dxg", "nvmap", "nvsciipc", "nvhost-");
  private static final String GBM_BACKEND = "nvidia-drm_gbm.so";

  /// Where images have their own GBM backends: naming one folder would hide the others.
  private static final String IMAGE_BACKENDS =
      "/usr/lib/x86_64-linux-gnu/gbm:/usr/lib/aarch64-linux-gnu/gbm:/usr/lib64/gbm:/usr/lib/gbm";

  private final DriverTree host;
  private final DriverTree driver;
  private final Sightings seen;

  private NvidiaDiscovery(DriverTree host, DriverTree driver, Sightings seen) {
    this.host = host;
    this.driver = driver;
    this.seen = seen;
  }

  /// Looks at the host whose root directory is `root`: `/`, or a folder that plays a host.
  public static NvidiaDiscovery of(Path root) {
    return of(root, Path.of("/"), new Sightings());
  }

  /// The same where the driver is installed below a directory of its own, as `/run/nvidia/driver`
  /// by NVIDIA's operator for Kubernetes. Devices are the host's.
  ///
  /// @param seen gets all that what is found depends on
  public static NvidiaDiscovery of(Path root, Path driver, Sightings seen) {
    return new NvidiaDiscovery(
        DriverTree.of(root, Path.of("/"), seen), DriverTree.of(root, driver, seen), seen);
  }

  /// Which device nodes are wanted.
  public enum Devices {
    /// None: the host's whole /dev is shown.
    ALL_SHOWN,
    /// Those for a minimal /dev.
    NAMED
  }

  /// The driver of a host and what is known of it.
  ///
  /// @param findings what is to be shown
  /// @param libraryVersion of its libraries, `535.104.05`; empty when it cannot be told
  /// @param moduleVersion of the loaded kernel module; empty when none is loaded
  /// @param gpus as the kernel module tells of them
  /// @param nodes all device nodes of GPUs and of the driver
  public record Driver(
      GpuFindings findings,
      String libraryVersion,
      String moduleVersion,
      List<NvidiaGpu> gpus,
      List<Path> nodes) {

    public Driver {
      gpus = List.copyOf(gpus);
      nodes = List.copyOf(nodes);
    }

    /// Whether programs can use a GPU here, as far as that can be seen.
    public boolean isUsable() {
      return findings.notices().isEmpty();
    }
  }

  /// What there is. Paths are the host's, without `root`.
  ///
  /// @param environment the caller's; says which GPUs are meant when devices are named
  public GpuFindings find(Devices devices, Map<String, String> environment) {
    return look(devices, environment).findings();
  }

  /// The same, and refuses when no GPU can be used.
  ///
  /// @throws dev.skiff.definitions.problem.ProblemException with the reason
  public GpuFindings require(Devices devices, Map<String, String> environment) {
    Driver found = look(devices, environment);
    if (!found.isUsable()) {
      throw GpuProblems.required(found.findings().notices().getFirst());
    }
    return found.findings();
  }

  /// What there is, and what is known of it.
  public Driver look(Devices devices, Map<String, String> environment) {
    DriverParts parts = NvidiaParts.ALL;
    if (host.isNamed(NvidiaParts.SITE_LIST)) {
      parts = parts.and(host.text(NvidiaParts.SITE_LIST));
    }
    Map<String, String> libraries = driver.libraries(parts, NvidiaParts.DIRECTORIES);
    Map<String, String> binaries = driver.programs(parts.binaries(), List.of("/usr/lib/wsl/lib"));
    String compute = compute(libraries);
    String module = moduleVersion();
    List<String> nodes = nodes();
    if (compute.isEmpty() && binaries.isEmpty() && !isOurs(libraries)) {
      return new Driver(
          nothing(), "", module, List.of(), paths(nodes)); // the host's Mesa stays out
    }
    String version = compute.isEmpty() ? "" : version(compute);
    List<Shown> shown = shown(libraries, binaries, parts);
    addFirmware(shown, version);
    addSockets(shown, environment);
    Map<String, String> variables = new LinkedHashMap<>();
    addBackend(shown, variables, compute, environment);
    List<NvidiaGpu> gpus = NvidiaGpu.all(devices == Devices.NAMED ? host : host.unnoted());
    List<Path> wanted = new ArrayList<>();
    if (devices == Devices.NAMED) {
      for (String variable : GpuSelection.VARIABLES) {
        seen.noteVariable(environment, variable);
      }
      GpuSelection selection = GpuSelection.of(environment, gpus);
      List<String> selected = selection.among(nodes);
      variables.putAll(selection.variables(nodes, selected));
      wanted.addAll(paths(selected));
      addDisplays(wanted, gpus, selection);
    }
    List<Problem> notices = notices(compute, version, module, nodes);
    GpuFindings findings = new GpuFindings(shown, List.of(), wanted, variables, notices);
    return new Driver(findings, version, module, gpus, paths(nodes));
  }

  private static String compute(Map<String, String> libraries) {
    for (Map.Entry<String, String> library : libraries.entrySet()) {
      if (library.getKey().startsWith(NvidiaParts.COMPUTE)) {
        return library.getValue();
      }
    }
    return "";
  }

  private static boolean isOurs(Map<String, String> libraries) {
    for (String name : libraries.keySet()) {
      if (name.contains("nvidia")) {
        return true;
      }
    }
    return false;
  }

  private static GpuFindings nothing() {
    return new GpuFindings(
        List.of(), List.of(), List.of(), Map.of(), List.of(GpuProblems.noDriver()));
  }

  /// At most one: what stands in the way first.
  private static List<Problem> notices(
      String compute, String version, String module, List<String> nodes) {
    if (compute.isEmpty()) {
      return List.of(GpuProblems.noComputeLibrary());
    }
    boolean gpu = false;
    for (String node : nodes) {
      gpu |= isGpu(node);
    }
    if (!gpu) {
      return List.of(GpuProblems.noNode());
    }
    boolean mismatch = !version.isEmpty() && !module.isEmpty() && !version.equals(module);
    return mismatch ? List.of(GpuProblems.otherVersion(version, module)) : List.of();
  }

  private static boolean isGpu(String node) {
    return node.equals("dxg") // WSL
        || node.equals("nvmap") // Tegra
        || (node.startsWith("nvidia") && NvidiaGpu.number(node.substring(6)) >= 0);
  }

  private List<Shown> shown(
      Map<String, String> libraries, Map<String, String> binaries, DriverParts parts) {
    List<Shown> shown = new ArrayList<>();
    for (Map.Entry<String, String> program : binaries.entrySet()) {
      Path source = driver.source(program.getValue());
      shown.add(new Shown(Kind.BINARY, source, "/usr/bin/" + program.getKey(), OPTION));
    }
    for (Map.Entry<String, String> library : libraries.entrySet()) {
      shown.add(Shown.library(driver.source(library.getValue()), library.getKey(), OPTION));
    }
    for (String file : parts.files()) {
      if (driver.exists(file)) {
        shown.add(new Shown(Kind.SETTING, driver.source(file), file, OPTION));
      }
    }
    return shown;
  }

  /// What NVIDIA's own toolkit shows too: libraries look into it for what a GPU can do.
  private void addFirmware(List<Shown> shown, String version) {
    if (version.isEmpty()) {
      return;
    }
    String folder = "/lib/firmware/nvidia/" + version;
    for (String name : driver.names(folder)) {
      if (name.startsWith("gsp")) {
        String file = folder + "/" + name;
        shown.add(new Shown(Kind.FIRMWARE, driver.source(file), file, OPTION));
      }
    }
  }

  private void addSockets(List<Shown> shown, Map<String, String> environment) {
    List<String> sockets = new ArrayList<>(NvidiaParts.SOCKETS);
    seen.noteVariable(environment, PIPES);
    String pipes = environment.getOrDefault(PIPES, "");
    if (pipes.startsWith("/")) {
      sockets.set(sockets.size() - 1, pipes);
    }
    for (String socket : sockets) {
      if (host.exists(socket)) {
        shown.add(new Shown(Kind.SOCKET, Path.of(socket), socket, OPTION));
      }
    }
  }

  /// The driver's GBM backend is a link to its allocator, in a folder beside it.
  private void addBackend(
      List<Shown> shown,
      Map<String, String> variables,
      String compute,
      Map<String, String> environment) {
    int slash = compute.lastIndexOf('/');
    if (slash <= 0 || environment.containsKey(BACKENDS)) {
      return;
    }
    String backend = compute.substring(0, slash) + "/gbm/" + GBM_BACKEND;
    if (driver.exists(backend)) {
      String folder = GpuFindings.LIBRARIES + "/gbm";
      Path source = driver.source(backend);
      shown.add(new Shown(Kind.LIBRARY, source, folder + "/" + GBM_BACKEND, OPTION));
      variables.put(BACKENDS, folder + ":" + IMAGE_BACKENDS);
    }
  }

  /// The nodes by which graphics programs use a selected GPU.
  private void addDisplays(List<Path> wanted, List<NvidiaGpu> gpus, GpuSelection selection) {
    for (NvidiaGpu gpu : gpus) {
      if (selection.has(gpu)) {
        for (String name : host.names("/sys/bus/pci/devices/" + gpu.bus() + "/drm")) {
          if (host.isNamed("/dev/dri/" + name)) {
            wanted.add(Path.of("/dev/dri", name));
          }
        }
      }
    }
  }

  /// That of a library whose name ends in it, once links are followed.
  private String version(String library) {
    String real = driver.followed(library);
    String name = real.substring(real.lastIndexOf('/') + 1);
    int so = name.indexOf(".so.");
    String version = so < 0 ? "" : name.substring(so + ".so.".length());
    return version.indexOf('.') > 0 ? version : "";
  }

  private String moduleVersion() {
    return host.text("/sys/module/nvidia/version").strip();
  }

  private static List<Path> paths(List<String> nodes) {
    List<Path> paths = new ArrayList<>();
    for (String node : nodes) {
      paths.add(Path.of("/dev", node));
    }
    return paths;
  }

  /// Every /dev/nvidia*, which includes the folder of MIG's capabilities, and those of WSL and
  /// Tegra.
  private List<String> nodes() {
    List<String> nodes = new ArrayList<>();
    for (String name : host.names("/dev", NODES)) {
      boolean other =
          name.equals("dxg")
              || name.equals("nvmap")
              || name.equals("nvsciipc")
              || name.startsWith("nvhost-");
      if (name.startsWith("nvidia") || other) {
        nodes.add(name);
      }
    }
    return nodes;
  }
}
