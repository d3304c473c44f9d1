package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.as;
import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.execute;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The rows of `rows/rows.txt`, typed at Skiff under the name of Apptainer.
final class PeerRows {

  private static final Path ROWS = Path.of("src/test/resources/rows/rows.txt");

  /// Shows the command that follows a machine whose /dev/fuse is no device.
  private static final List<String> WITHOUT_FUSE =
      List.of(
          "unshare",
          "--mount",
          "--propagation",
          "private",
          "sh",
          "-c",
          "mount --bind /etc/hostname /dev/fuse && exec \"$@\"",
          "sh");

  private PeerRows() {}

  /// One row: a script, and what it prints.
  record Row(String title, String script, String expected) {
    @Override
    public String toString() {
      return title;
    }
  }

  /// Whether images can be mounted by anybody.
  enum Fuse {
    PRESENT,
    ABSENT
  }

  static List<Row> all() {
    List<Row> rows = new ArrayList<>();
    try {
      String[] parts = Files.readString(ROWS).split("(?m)^=== ", -1);
      for (String part : List.of(parts).subList(1, parts.length)) {
        int title = part.indexOf('\n');
        int end = part.indexOf("\n---\n");
        rows.add(
            new Row(
                part.substring(0, title),
                part.substring(title + 1, end + 1),
                part.substring(end + 5).stripTrailing() + "\n"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  /// Types the row's script, and wants it to print what the row says.
  static void check(Row row, HostUser user, Fuse fuse) {
    Path directory = directoryOf(user.orSkip());
    Path image = directory.resolve("x.sif");
    execute("cp", BusyboxImage.sif().toString(), image.toString());
    execute("chmod", "755", image.toString());
    Map<String, String> variables =
        Map.of(
            "a", InstalledSkiff.command().resolveSibling("apptainer") + " -q",
            "i", image.toString(),
            "SKIFF_STATEDIR", directory.resolve("state").toString(),
            "TMPDIR", directory.toString());
    List<String> machine = fuse == Fuse.ABSENT ? WITHOUT_FUSE : List.of();
    as(user, directory, variables, "", machine, List.of("sh", "-c", row.script()))
        .prints(row.expected());
  }
}
