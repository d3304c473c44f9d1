package dev.skiff.runtime.doctor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A machine that a file describes, a line a fact:
///
/// ```text
/// file /etc/subuid alice:100000:65536
/// works unshare -r -m
/// program squashfuse_ll
/// open /dev/fuse
/// mode 4755 /usr/bin/newuidmap
/// disk /tmp tmpfs 100
/// set KUBECONFIG /nowhere
/// ```
///
/// Programs are in `/usr/bin`, a command works if a line is its beginning, disks are in MiB.
record FolderMachine(List<String> lines) implements Machine {

  static FolderMachine read(Path file) {
    try {
      return new FolderMachine(Files.readAllLines(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private @Nullable String after(String beginning) {
    for (String line : lines) {
      if (line.equals(beginning) || line.startsWith(beginning + " ")) {
        return line.substring(beginning.length()).strip();
      }
    }
    return null;
  }

  @Override
  public @Nullable String text(String file) {
    String text = after("file " + file);
    return text == null ? null : text.replace("\\n", "\n");
  }

  @Override
  public boolean exists(String path) {
    return after("file " + path) != null || mode(path) >= 0 || after("open " + path) != null;
  }

  @Override
  public boolean writable(String path) {
    return after("open " + path) != null;
  }

  @Override
  public int mode(String path) {
    for (String line : lines) {
      if (line.startsWith("mode ") && line.endsWith(" " + path)) {
        return Integer.parseInt(line.split(" ", -1)[1], 8);
      }
    }
    return -1;
  }

  @Override
  public boolean succeeds(String... command) {
    String whole = String.join(" ", command);
    return lines.stream()
        .filter(line -> line.startsWith("works "))
        .anyMatch(line -> whole.startsWith(line.substring("works ".length())));
  }

  @Override
  public @Nullable String program(String name) {
    return after("program " + name) == null ? null : "/usr/bin/" + name;
  }

  @Override
  public Disk disk(Path directory) {
    String told = after("disk " + directory);
    String[] words = (told == null ? "ext4 90000" : told).split(" ", -1);
    return new Disk(
        words[0],
        Long.parseLong(words[1]) << 20,
        words.length > 2 ? Access.CLOSED : Access.WRITABLE);
  }

  @Override
  public String variable(String name) {
    String value = after("set " + name);
    return value == null ? "" : value;
  }

  @Override
  public String user() {
    return "alice";
  }
}
