package dev.skiff.runtime.instance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The records of the caller's instances on this host, one directory each. A home may be that of
/// many hosts, so each has its own.
///
///     $SKIFF_STATEDIR, $XDG_STATE_HOME/skiff or ~/.local/state/skiff
///       instances/HOST/NAME/record    while it runs
///                           out, err  what its payload printed; they stay
///
/// Records whose process is gone count as none, and go when somebody looks.
public final class InstanceRecords {

  private static final Path PROC = Path.of("/proc");
  private static final String RECORD = "record";
  private static final String LOCK = "lock~"; // no instance's name

  private final Path directory;

  private InstanceRecords(Path directory) {
    this.directory = directory;
  }

  /// Those of the caller; `libexec/skiff/instances` finds the same.
  public static InstanceRecords of(Map<String, String> environment) {
    String found = environment.getOrDefault("SKIFF_INSTANCE_RECORDS", "");
    if (found.startsWith("/")) { // the launcher looked, before another host name was seen
      return new InstanceRecords(Path.of(found));
    }
    String state = environment.getOrDefault("SKIFF_STATEDIR", "");
    String xdg = environment.getOrDefault("XDG_STATE_HOME", "");
    String home = environment.getOrDefault("HOME", "");
    if (state.isEmpty() && xdg.startsWith("/")) {
      state = xdg + "/skiff";
    } else if (state.isEmpty() && !home.isEmpty()) {
      state = home + "/.local/state/skiff";
    }
    if (!state.startsWith("/")) {
      throw InstanceProblems.nowhere();
    }
    return new InstanceRecords(Path.of(state).resolve("instances").resolve(hostName()));
  }

  static InstanceRecords in(Path directory) {
    return new InstanceRecords(directory);
  }

  private static String hostName() {
    try {
      String name = Files.readString(PROC.resolve("sys/kernel/hostname")).strip();
      boolean usable =
          !name.isEmpty() && !name.contains("/") && !name.equals(".") && !name.equals("..");
      return usable ? name : "localhost";
    } catch (IOException unknown) {
      return "localhost";
    }
  }

  /// Where an instance's `out` and `err` are.
  public Path logs(InstanceName name) {
    return directory.resolve(name.text());
  }

  /// The process that an instance is to be, which the launcher has started: for `claim`.
  ///
  /// @throws UncheckedIOException when the launcher or /proc does not say
  public static ProcessMark firstProcess(Map<String, String> environment) {
    try {
      return ProcessMark.of(PROC, environment.getOrDefault("SKIFF_INSTANCE_PROCESS", ""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Takes a name, and empties the logs of whoever had it before.
  ///
  /// @throws dev.skiff.definitions.problem.ProblemException when one of that name runs
  public void claim(InstanceRecord record) {
    Path folder = logs(record.name());
    try {
      Files.createDirectories(folder);
      try (FileChannel file = lockFile();
          FileLock _ = file.lock()) {
        Optional<InstanceRecord> other = find(record.name());
        if (other.isPresent()) {
          throw InstanceProblems.taken(other.get());
        }
        empty(folder.resolve("out"));
        empty(folder.resolve("err"));
        Path beside = folder.resolve(RECORD + ".new");
        Files.writeString(beside, record.text());
        Files.move(beside, folder.resolve(RECORD), StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (IOException e) {
      throw InstanceProblems.unkept(folder, e);
    }
  }

  private FileChannel lockFile() throws IOException {
    return FileChannel.open(
        directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private static void empty(Path log) throws IOException {
    Files.write(log, new byte[0]);
  }

  /// The running instance of a name.
  public Optional<InstanceRecord> find(InstanceName name) {
    Path file = logs(name).resolve(RECORD);
    try {
      String text = Files.readString(file, StandardCharsets.UTF_8);
      return InstanceRecord.parse(name, text).filter(record -> record.process().isAlive(PROC));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (IOException e) {
      throw InstanceProblems.unkept(file, e);
    }
  }

  /// All that run, by name.
  public List<InstanceRecord> all() {
    List<InstanceRecord> running = new ArrayList<>();
    if (!Files.isDirectory(directory)) {
      return running;
    }
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(directory)) {
      for (Path folder : folders) {
        String name = folder.getFileName().toString();
        if (InstanceName.isValid(name)) {
          Optional<InstanceRecord> record = find(new InstanceName(name));
          record.ifPresentOrElse(running::add, () -> forgetStale(new InstanceName(name)));
        }
      }
    } catch (IOException e) {
      throw InstanceProblems.unkept(directory, e);
    }
    running.sort(Comparator.comparing(record -> record.name().text()));
    return running;
  }

  /// Those whose names match a pattern with `*` and `?`.
  public List<InstanceRecord> matching(String pattern) {
    return all().stream().filter(record -> matches(pattern, 0, record.name().text(), 0)).toList();
  }

  private static boolean matches(String pattern, int p, String name, int n) {
    if (p == pattern.length()) {
      return n == name.length();
    }
    char c = pattern.charAt(p);
    if (c == '*') {
      for (int rest = n; rest <= name.length(); rest++) {
        if (matches(pattern, p + 1, name, rest)) {
          return true;
        }
      }
      return false;
    }
    return n < name.length()
        && (c == '?' || c == name.charAt(n))
        && matches(pattern, p + 1, name, n + 1);
  }

  private void forgetStale(InstanceName name) {
    Path record = logs(name).resolve(RECORD);
    if (!Files.exists(record)) {
      return;
    }
    try (FileChannel file = lockFile();
        FileLock _ = file.lock()) {
      if (find(name).isEmpty()) { // it may have been started again in between
        Files.deleteIfExists(record);
      }
    } catch (IOException kept) {
      // It counts as none all the same.
    }
  }

  /// Removes the record of one that has ended.
  void forget(InstanceRecord ended) {
    forgetStale(ended.name());
  }

  /// Removes the record of one that did not come to life, whose process still runs.
  public void withdraw(InstanceRecord record) {
    try {
      Files.deleteIfExists(logs(record.name()).resolve(RECORD));
    } catch (IOException kept) {
      // Its process ends, and then it counts as none.
    }
  }
}
