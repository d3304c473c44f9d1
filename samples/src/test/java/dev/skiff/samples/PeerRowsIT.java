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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The rows of `rows/rows.txt`, typed at Skiff under the name of Apptainer as each kind of user,
/// with and without FUSE, and at Apptainer itself, where there is one.
final class PeerRowsIT {

  private static final Path ROWS = Path.of("src/test/resources/rows/rows.txt");

  /// One row: a script, and what it prints.
  record Row(String title, String script, String expected) {
    @Override
    public String toString() {
      return title;
    }
  }

  static List<Row> rows() {
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

  @ParameterizedTest
  @MethodSource("rows")
  void anOrdinaryUserSeesWhatTheRowSays(Row row) {
    typed(row, HostUser.SINGLE);
  }

  private static void typed(Row row, HostUser user) {
    Path directory = directoryOf(user.orSkip());
    Path image = directory.resolve("x.sif");
    execute("cp", BusyboxImage.sif().toString(), image.toString());
    execute("chmod", "755", image.toString());
    Map<String, String> variables =
        Map.of(
            "a", InstalledSkiff.command().resolveSibling("apptainer") + " -q",
            "i", image.toString(),
            "SKIFF_STATEDIR", directory.resolve("state").toString());
    as(user, directory, variables, "", List.of("sh", "-c", row.script())).prints(row.expected());
  }
}
