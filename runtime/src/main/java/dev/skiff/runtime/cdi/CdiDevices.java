package dev.skiff.runtime.cdi;

import dev.skiff.runtime.gpu.GpuFindings;
import dev.skiff.runtime.gpu.NvidiaDiscovery.Devices;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// All devices that specifications describe. A directory that comes later overrides those before
/// it, as runtime descriptions in `/var/run/cdi` do those of the installation in `/etc/cdi`.
public final class CdiDevices {

  private static final List<Path> USUAL = List.of(Path.of("/etc/cdi"), Path.of("/var/run/cdi"));

  private final Path root;
  private final List<Path> directories;
  private final List<List<CdiSpecification>> specifications = new ArrayList<>();
  private final List<String> broken = new ArrayList<>();

  private CdiDevices(Path root, List<Path> directories) {
    this.root = root;
    this.directories = directories;
  }

  /// Reads the specifications of a host.
  ///
  /// @param root of the host: `/`, or a folder that plays one
  /// @param directories absolute; empty for the usual ones
  public static CdiDevices read(Path root, List<Path> directories) {
    CdiDevices devices = new CdiDevices(root, directories.isEmpty() ? USUAL : directories);
    for (Path directory : devices.directories) {
      devices.readAll(directory);
    }
    return devices;
  }

  private Path onHost(Path path) {
    return root.resolve(path.toString().substring(1));
  }

  private void readAll(Path directory) {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(onHost(directory))) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (name.endsWith(".yaml") || name.endsWith(".json")) {
          files.add(entry);
        }
      }
    } catch (IOException | DirectoryIteratorException absent) {
      return;
    }
    files.sort(null);
    List<CdiSpecification> read = new ArrayList<>();
    for (Path file : files) {
      try {
        read.add(CdiReader.read(file));
      } catch (IOException e) { // one that nobody asks for may be broken
        broken.add("'" + file + "': " + e.getMessage());
      }
    }
    specifications.add(read);
  }

  /// The full names of all devices.
  public List<String> names() {
    return List.copyOf(names(""));
  }

  /// What was not understood, a line each.
  public List<String> broken() {
    return List.copyOf(broken);
  }

  private Set<String> names(String kind) {
    Set<String> names = new LinkedHashSet<>();
    for (List<CdiSpecification> directory : specifications) {
      for (CdiSpecification specification : directory) {
        if (kind.isEmpty() || specification.kind().equals(kind)) {
          for (String name : specification.devices().keySet()) {
            names.add(specification.kind() + "=" + name);
          }
        }
      }
    }
    return names;
  }

  /// What the container needs for devices of these names.
  ///
  /// @param dev whether the container gets a /dev of its own
  /// @throws dev.skiff.definitions.problem.ProblemException when one is not described, or asks for
  ///   what a container without privileges cannot have
  public GpuFindings find(List<String> names, Devices dev) {
    DeviceEdits edits = new DeviceEdits(root, dev);
    for (String text : names) {
      DeviceName device = DeviceName.parse(text);
      if (device == null) {
        throw CdiProblems.noName(text);
      }
      edits.add(device, describing(device));
    }
    return edits.findings();
  }

  private CdiSpecification describing(DeviceName device) {
    for (int i = specifications.size() - 1; i >= 0; i--) {
      CdiSpecification found = describing(device, specifications.get(i));
      if (found != null) {
        return found;
      }
    }
    throw CdiProblems.unknown(device, names(device.kind()), directories, broken);
  }

  private static @Nullable CdiSpecification describing(
      DeviceName device, List<CdiSpecification> directory) {
    CdiSpecification found = null;
    for (CdiSpecification specification : directory) {
      if (specification.kind().equals(device.kind())
          && specification.devices().containsKey(device.name())) {
        if (found != null) {
          throw CdiProblems.twice(device, found.file(), specification.file());
        }
        found = specification;
      }
    }
    return found;
  }
}
