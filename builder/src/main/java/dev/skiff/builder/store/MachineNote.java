package dev.skiff.builder.store;

import dev.skiff.builder.lock.LockSight;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A file beside an image, `IMAGE.MACHINE.used`, where the lock of a container is not sure to be
/// seen by other machines: until the file's time, which lies ahead, a container of that machine may
/// run from the image. Nobody stays to take it back when the container ends.
final class MachineNote {

  /// Of a container for which nobody says how long it runs.
  private static final Duration LONGEST = Duration.ofDays(7);

  /// After its end a job is given time to end by itself.
  private static final Duration GRACE = Duration.ofMinutes(10);

  private MachineNote() {}

  /// Notes that a container is about to start on this machine, which does not end before those that
  /// run already.
  static void put(Path image, Map<String, String> environment) throws IOException {
    if (!LockSight.reachesAllMachines(image)) {
      put(image, Machine.name(), environment);
    }
  }

  static void put(Path image, String machine, Map<String, String> environment) throws IOException {
    Path note = image.resolveSibling(prefix(image) + machine + UseMark.SUFFIX);
    Instant end = end(environment);
    if (!Files.exists(note) || Files.getLastModifiedTime(note).toInstant().isBefore(end)) {
      Path _ = Files.write(note, new byte[0], StandardOpenOption.CREATE);
      Path _ = Files.setLastModifiedTime(note, FileTime.from(end));
    }
  }

  /// Of a job of Slurm it is known.
  private static Instant end(Map<String, String> environment) {
    try {
      long job = Long.parseLong(environment.getOrDefault("SLURM_JOB_END_TIME", ""));
      return Instant.ofEpochSecond(job).plus(GRACE);
    } catch (NumberFormatException e) {
      return Instant.now().plus(LONGEST);
    }
  }

  /// Who else may run a container from an image, as a sentence; empty if nobody does.
  static Optional<String> ofOthers(Path image) {
    List<Path> notes = all(image);
    return notes.isEmpty() || LockSight.reachesAllMachines(image)
        ? Optional.empty()
        : told(image, notes);
  }

  static Optional<String> told(Path image, List<Path> notes) {
    return notes.stream()
        .filter(note -> !Machine.isThis(machine(image, note)))
        .filter(note -> until(note).isAfter(Instant.now()))
        .max(Comparator.comparing(MachineNote::until))
        .map(last ->
            "a container of %s may run from it until %s"
                .formatted(
                    machine(image, last).replaceFirst("\\.[^.]*$", ""),
                    until(last).truncatedTo(ChronoUnit.SECONDS)));
  }

  /// Those of all machines.
  static List<Path> all(Path image) {
    List<Path> notes = new ArrayList<>();
    Path directory = image.resolveSibling("");
    String names = prefix(image) + "*" + UseMark.SUFFIX;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, names)) {
      files.forEach(notes::add);
    } catch (IOException | DirectoryIteratorException e) {
      return List.of();
    }
    return notes;
  }

  private static String prefix(Path image) {
    return image.getFileName() + ".";
  }

  private static String machine(Path image, Path note) {
    String name = String.valueOf(note.getFileName());
    return name.substring(prefix(image).length(), name.length() - UseMark.SUFFIX.length());
  }

  private static Instant until(Path note) {
    try {
      return Files.getLastModifiedTime(note).toInstant();
    } catch (IOException e) {
      return Instant.EPOCH; // it is gone
    }
  }
}
