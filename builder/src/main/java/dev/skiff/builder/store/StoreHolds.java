package dev.skiff.builder.store;

import dev.skiff.builder.store.StoredItem.State;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// What running processes need of the cache.
///
/// @param leased since when processes use it that still run
/// @param mounted names of unpacked images that containers of this machine have as their root
record StoreHolds(Optional<Instant> leased, Set<String> mounted) {

  /// Clocks of machines differ.
  private static final Duration DIFFERENCE = Duration.ofMinutes(1);

  /// A container that is about to start says so, and is seen among the mounts a little later.
  private static final Duration STARTING = Duration.ofMinutes(1);

  private static final String UNPACKED = "/skiff-unpacked-";

  StoreHolds {
    mounted = Set.copyOf(mounted);
  }

  static StoreHolds now(Path root) {
    return new StoreHolds(StoreLease.oldest(root), mountedNow());
  }

  /// Who needs a thing; empty if nobody does, as far as can be told without trying to lock it.
  Optional<String> of(StoredItem item) {
    if (item.kind() == StoredKind.UNPACKED) {
      boolean recent = item.used().isAfter(Instant.now().minus(STARTING));
      return mounted.contains(String.valueOf(item.path().getFileName()))
              || (recent && item.state() == State.WHOLE)
          ? Optional.of("a container runs from it")
          : Optional.empty();
    }
    if (leased.isPresent() && item.used().isAfter(leased.get().minus(DIFFERENCE))) {
      return Optional.of("a process that runs may need it");
    }
    boolean started = item.kind() == StoredKind.IMAGE || item.kind() == StoredKind.BLOB;
    return started && item.state() == State.WHOLE
        ? MachineNote.ofOthers(item.path())
        : Optional.empty();
  }

  /// Looks at the mounts of all processes that may be looked at: those of the caller.
  private static Set<String> mountedNow() {
    Set<String> names = new HashSet<>();
    Set<String> seen = new HashSet<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
      for (Path process : processes) {
        addMounts(process, seen, names);
      }
    } catch (IOException | DirectoryIteratorException e) {
      return names;
    }
    return names;
  }

  private static void addMounts(Path process, Set<String> seen, Set<String> names) {
    try {
      String space = Files.readSymbolicLink(process.resolve("ns/mnt")).toString();
      if (!seen.add(space)) {
        return;
      }
      for (String line : Files.readAllLines(process.resolve("mountinfo"))) {
        String[] fields = line.split(" ", 5); // the fourth is what of its file system is mounted
        int start = fields.length > 3 ? fields[3].indexOf(UNPACKED) : -1;
        int slash = start < 0 ? -1 : fields[3].indexOf('/', start + 1);
        if (slash > 0) {
          names.add(fields[3].substring(slash + 1).replaceFirst("/.*", ""));
        }
      }
    } catch (IOException | java.io.UncheckedIOException e) {
      // it ended, or is not ours
    }
  }
}
