package dev.skiff.cli.output;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Columns that are as wide as what stands in them, two blanks apart.
public final class TextTable {

  private final List<List<String>> rows = new ArrayList<>();

  /// @param heads one for each column
  public TextTable(String... heads) {
    rows.add(List.of(heads));
  }

  /// Adds a row.
  ///
  /// @param cells as many as there are heads
  public void row(String... cells) {
    if (cells.length != rows.getFirst().size()) {
      throw new IllegalArgumentException("a row of another length: " + Arrays.toString(cells));
    }
    rows.add(List.of(cells));
  }

  /// All rows, each with its line end. A column without anything is left out.
  public String text() {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    boolean[] filled = new boolean[columns];
    for (int row = 0; row < rows.size(); row++) {
      for (int column = 0; column < columns; column++) {
        String cell = rows.get(row).get(column);
        widths[column] = Math.max(widths[column], cell.length());
        filled[column] |= row > 0 && !cell.isEmpty();
      }
    }
    return rows.stream().map(row -> line(row, widths, filled) + "\n").collect(Collectors.joining());
  }

  private static String line(List<String> row, int[] widths, boolean[] filled) {
    return Stream.iterate(0, column -> column < widths.length, column -> column + 1)
        .filter(column -> filled[column])
        .map(column -> row.get(column) + " ".repeat(widths[column] - row.get(column).length()))
        .collect(Collectors.joining("  "))
        .stripTrailing();
  }
}
