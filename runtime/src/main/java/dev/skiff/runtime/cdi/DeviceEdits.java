package dev.skiff.runtime.cdi;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.runtime.cdi.CdiSpecification.Edits;
import dev.skiff.runtime.cdi.CdiSpecification.Hook;
import dev.skiff.runtime.cdi.CdiSpecification.Mount;
import dev.skiff.runtime.cdi.CdiSpecification.Node;
import dev.skiff.runtime.gpu.ContainerCli;
import dev.skiff.runtime.gpu.GpuFindings;
import dev.skiff.runtime.gpu.GpuFindings.Kind;
import dev.skiff.runtime.gpu.GpuFindings.Link;
import dev.skiff.runtime.gpu.GpuFindings.Shown;
import dev.skiff.runtime.gpu.NvidiaDiscovery.Devices;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Adds up what devices need.
///
/// Hooks are programs of the host that change a container while it is made. None is run: what
/// NVIDIA's hooks do is known and done in our way, any other is a reason to refuse.
final class DeviceEdits {

  private static final String OPTION = "--device";

  private final Path root;
  private final Devices dev;
  private final Set<Path> applied = new LinkedHashSet<>();
  private final Map<String, Shown> shown = new LinkedHashMap<>();
  private final List<Link> links = new ArrayList<>();
  private final Set<Path> nodes = new LinkedHashSet<>();
  private final Map<String, String> variables = new LinkedHashMap<>();
  private final List<Problem> notices = new ArrayList<>();

  /// @param root of the host
  /// @param dev whether the container gets a /dev of its own
  DeviceEdits(Path root, Devices dev) {
    this.root = root;
    this.dev = dev;
  }

  void add(DeviceName device, CdiSpecification specification) {
    Path file = specification.file();
    if (applied.add(file)) {
      add(device.toString(), file, specification.edits());
    }
    add(device.toString(), file, specification.devices().getOrDefault(device.name(), Edits.NONE));
  }

  GpuFindings findings() {
    return new GpuFindings(
        List.copyOf(shown.values()), links, List.copyOf(nodes), variables, notices);
  }

  private void add(String device, Path file, Edits edits) {
    if (!edits.others().isEmpty()) {
      String others = String.join(", ", edits.others());
      throw CdiProblems.refused(device, file, others + ", which Skiff does not do");
    }
    for (Node node : edits.nodes()) {
      add(device, file, node);
    }
    for (Mount mount : edits.mounts()) {
      add(device, file, mount);
    }
    for (String variable : edits.variables()) {
      int equals = variable.indexOf('=');
      variables.put(variable.substring(0, equals), variable.substring(equals + 1));
    }
    for (Hook hook : edits.hooks()) {
      add(device, file, hook);
    }
    if (!edits.groups().isEmpty()) {
      notices.add(CdiProblems.groupsNotAdded(device, edits.groups()));
    }
  }

  private void show(Shown one) {
    var _ = shown.putIfAbsent(one.target(), one);
  }

  private void requireOnHost(String device, Path file, String path) {
    if (!Files.exists(root.resolve(path.substring(1)))) {
      throw CdiProblems.missing(device, file, path);
    }
  }

  private void add(String device, Path file, Node node) {
    requireOnHost(device, file, node.hostPath());
    Path path = Path.of(node.hostPath());
    if (node.path().equals(node.hostPath()) && node.path().startsWith("/dev/")) {
      nodes.add(path); // the host's whole /dev has it already
    } else if (node.path().startsWith("/dev/") && dev == Devices.ALL_SHOWN) {
      throw CdiProblems.besideHostDev(device, node.path());
    } else {
      show(new Shown(Kind.DEVICE, path, node.path(), OPTION));
    }
  }

  private void add(String device, Path file, Mount mount) {
    switch (mount.type()) {
      case "", "bind", "none" -> {
        // The only ones that show something of the host.
      }
      default -> throw CdiProblems.refused(device, file, "a mount of type '" + mount.type() + "'");
    }
    requireOnHost(device, file, mount.hostPath());
    Kind kind = mount.options().contains("ro") ? Kind.MOUNT : Kind.WRITABLE;
    show(new Shown(kind, Path.of(mount.hostPath()), mount.containerPath(), OPTION));
  }

  private void add(String device, Path file, Hook hook) {
    String program = hook.path().substring(hook.path().lastIndexOf('/') + 1);
    List<String> words = hook.words().isEmpty() ? List.of() : hook.words();
    int verb = words.size() > 1 && words.get(1).equals("hook") ? 2 : 1;
    boolean nvidia = program.equals("nvidia-cdi-hook") || program.equals("nvidia-ctk");
    String name = nvidia && verb < words.size() ? words.get(verb) : "";
    switch (name) {
      case "create-symlinks" -> {
        for (String link : values(words, "--link")) {
          addLink(device, file, link);
        }
      }
      case "update-ldcache" -> addLibraries(values(words, "--folder"));
      case "chmod", "disable-device-node-modification", "enable-cuda-compat" -> {
        // The nodes are the host's own, bound; designs/gpus.md says what becomes of the last.
      }
      default ->
          throw CdiProblems.refused(
              device, file, "the program '" + hook.path() + "' to change the container");
    }
  }

  /// `--link A --link=B`
  private static List<String> values(List<String> words, String option) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      if (words.get(i).equals(option) && i + 1 < words.size()) {
        values.add(words.get(i + 1));
      } else if (words.get(i).startsWith(option + "=")) {
        values.add(words.get(i).substring(option.length() + 1));
      }
    }
    return values;
  }

  private void addLink(String device, Path file, String link) {
    int colons = link.indexOf("::");
    String path = colons < 0 ? "" : link.substring(colons + 2);
    if (colons < 1 || !path.startsWith("/") || (path + "/").contains("/../")) {
      throw CdiProblems.refused(device, file, "the symbolic link '" + link + "'");
    }
    links.add(new Link(path, link.substring(0, colons)));
  }

  /// In place of running ldconfig in the image: libraries are shown by the names programs ask for,
  /// where `LD_LIBRARY_PATH` has the loader look.
  private void addLibraries(List<String> folders) {
    for (Shown one : List.copyOf(shown.values())) {
      int slash = one.target().lastIndexOf('/');
      String name = one.target().substring(slash + 1);
      if (folders.contains(one.target().substring(0, slash)) && name.contains(".so")) {
        Path library = root.resolve(one.source().toString().substring(1));
        show(
            new Shown(
                Kind.LIBRARY,
                one.source(),
                GpuFindings.LIBRARIES + "/" + ContainerCli.soname(library, name),
                OPTION));
      }
    }
  }
}
