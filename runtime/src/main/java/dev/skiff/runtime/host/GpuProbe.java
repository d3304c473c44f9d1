package dev.skiff.runtime.host;

import dev.skiff.runtime.cdi.CdiDevices;
import dev.skiff.runtime.gpu.ContainerCli;
import dev.skiff.runtime.gpu.GpuFindings;
import dev.skiff.runtime.gpu.NvidiaDiscovery;
import dev.skiff.runtime.gpu.NvidiaDiscovery.Devices;
import dev.skiff.runtime.gpu.RocmDiscovery;
import dev.skiff.runtime.request.GpuRequest;
import dev.skiff.runtime.request.GpuRequest.Need;
import dev.skiff.runtime.request.GpuRequest.Source;
import dev.skiff.runtime.seen.Sightings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Finds what a request asks of GPUs and devices. Loaded only when one does.
public final class GpuProbe {

  /// Where the driver's tree begins, if that is not the root.
  public static final String DRIVER_ROOT = "SKIFF_NVIDIA_DRIVER_ROOT";

  private final Path root;
  private final Path directory;
  private final Map<String, String> environment;
  private final Sightings seen;

  /// @param root of the host: `/`, or a folder that plays one
  /// @param directory where the caller is, absolute
  /// @param environment the caller's
  public GpuProbe(Path root, Path directory, Map<String, String> environment) {
    this(root, directory, environment, new Sightings());
  }

  /// The same.
  ///
  /// @param seen gets all that what is found depends on, but for devices of CDI and what
  ///   `nvidia-container-cli` says
  GpuProbe(Path root, Path directory, Map<String, String> environment, Sightings seen) {
    this.seen = seen;
    this.root = root;
    this.directory = directory;
    this.environment = environment;
  }

  /// NVIDIA's driver on this host.
  public NvidiaDiscovery nvidia() {
    String driver = environment.getOrDefault(DRIVER_ROOT, "");
    return NvidiaDiscovery.of(root, Path.of(driver.startsWith("/") ? driver : "/"), seen);
  }

  /// Everything that was asked for.
  ///
  /// @throws dev.skiff.definitions.problem.ProblemException when something is required and not here
  public GpuFindings find(GpuRequest request, Devices devices) {
    GpuFindings named =
        request.devices().isEmpty()
            ? GpuFindings.NONE
            : CdiDevices.read(root, absolute(request.specifications()))
                .find(request.devices(), devices);
    return named.and(nvidia(request, devices)).and(rocm(request, devices));
  }

  private List<Path> absolute(List<Path> paths) {
    List<Path> absolute = new ArrayList<>();
    for (Path path : paths) {
      absolute.add(directory.resolve(path).normalize());
    }
    return absolute;
  }

  private GpuFindings rocm(GpuRequest request, Devices devices) {
    return switch (request.rocm()) {
      case NONE -> GpuFindings.NONE;
      case WANTED -> RocmDiscovery.of(root, seen).find(devices);
      case REQUIRED -> RocmDiscovery.of(root, seen).require(devices);
    };
  }

  private GpuFindings nvidia(GpuRequest request, Devices devices) {
    if (request.nvidia() != Need.NONE && request.source() == Source.CONTAINER_CLI) {
      return new ContainerCli(environment).find(devices);
    }
    return switch (request.nvidia()) {
      case NONE -> GpuFindings.NONE;
      case WANTED -> nvidia().find(devices, environment);
      case REQUIRED -> nvidia().require(devices, environment);
    };
  }
}
