package dev.skiff.builder.bootstrap;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// What the host's package tools are told, so that they fill a root directory. Decided before any
/// of them runs.
///
/// @param tool the one that is told of, where something fails
/// @param texts files that they read, outside of the root
/// @param commands in order
/// @param leavings paths in the root that are of no use to the image
record ToolCommands(String tool, List<Text> texts, List<Command> commands, List<String> leavings) {

  ToolCommands {
    texts = List.copyOf(texts);
    commands = List.copyOf(commands);
    leavings = List.copyOf(leavings);
  }

  /// A file that is there before the first command runs.
  record Text(Path path, String content) {}

  /// @param words program and arguments
  /// @param surroundings what the root has while the program runs
  /// @param alsoFine exit statuses besides 0 that are worth a warning
  record Command(List<String> words, Surroundings surroundings, Set<Integer> alsoFine) {
    Command {
      words = List.copyOf(words);
      alsoFine = Set.copyOf(alsoFine);
    }

    static Command of(Surroundings surroundings, List<String> words) {
      return new Command(words, surroundings, Set.of());
    }
  }

  /// What is mounted in the root for the scripts of packages. All of it goes with the command.
  enum Surroundings {
    /// A few devices. Not `/proc`: the package that owns the directory could not be unpacked.
    DEVICES,
    /// Devices, `/proc` and `/sys`; the tool's own attempts at mounting these succeed and do
    /// nothing.
    EVERYTHING
  }

  /// Where the root is, and a directory beside it that is gone after the build.
  ///
  /// @param root a directory, there and empty
  record Places(Path root, Path scratch) {}
}
