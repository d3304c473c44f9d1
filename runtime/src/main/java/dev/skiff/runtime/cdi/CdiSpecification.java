package dev.skiff.runtime.cdi;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One file of device descriptions.
///
/// @param kind vendor and class of all its devices
/// @param edits what any of them needs
/// @param devices what each needs besides, by its name
record CdiSpecification(Path file, String kind, Edits edits, Map<String, Edits> devices) {

  CdiSpecification {
    devices = Collections.unmodifiableMap(new LinkedHashMap<>(devices));
  }

  /// What is done to a container: `containerEdits`.
  ///
  /// @param variables each `NAME=VALUE`
  /// @param groups further group ids of the payload
  /// @param others what else was asked, by its key
  record Edits(
      List<String> variables,
      List<Node> nodes,
      List<Mount> mounts,
      List<Hook> hooks,
      List<Long> groups,
      List<String> others) {

    static final Edits NONE =
        new Edits(List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

    Edits {
      variables = List.copyOf(variables);
      nodes = List.copyOf(nodes);
      mounts = List.copyOf(mounts);
      hooks = List.copyOf(hooks);
      groups = List.copyOf(groups);
      others = List.copyOf(others);
    }
  }

  /// A device node.
  ///
  /// @param path in the container
  /// @param hostPath where it is on the host
  record Node(String path, String hostPath) {}

  /// A host path shown in the container.
  record Mount(String hostPath, String containerPath, List<String> options, String type) {
    Mount {
      options = List.copyOf(options);
    }
  }

  /// A program of the host that is to be run while the container is made.
  ///
  /// @param path absolute
  /// @param words its arguments, the first its own name
  record Hook(String path, List<String> words) {
    Hook {
      words = List.copyOf(words);
    }
  }
}
