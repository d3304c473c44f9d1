package dev.skiff.definitions.problem;

/// A stretch of one line of a text file that a person wrote.
///
/// @param file the file's name as the person typed it
/// @param line 1 for the first line
/// @param column 1 for the first character of the line, counted in UTF-16 units
/// @param length how many characters, at least 1
/// @param text the whole line, without its line end
public record SourceSpan(String file, int line, int column, int length, String text) {

  public SourceSpan {
    if (line < 1 || column < 1 || length < 1) {
      throw new IllegalArgumentException("line, column and length count from 1");
    }
  }

  /// `file:line:column`, the form that editors and terminals turn into a link.
  public String place() {
    return file + ":" + line + ":" + column;
  }
}
