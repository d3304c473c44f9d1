package dev.skiff.cli.output;

import dev.skiff.builder.inspect.SpaceUse;
import dev.skiff.builder.inspect.SpaceUse.LargeFile;
import dev.skiff.builder.metadata.GoJson;
import dev.skiff.definitions.problem.VisibleText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What takes the room in an image: a tree with a bar for each directory, no line longer than the
/// screen is wide, or JSON.
public final class SpaceDrawing {

  private static final int MOST_IN_DIRECTORY = 12;
  private static final int LEAST_FOR_NAMES = 30;
  private static final int WIDEST_BAR = 24;

  private final StringBuilder out = new StringBuilder();
  private final SpaceUse root;
  private final int columns;
  private final int barColumns;

  private SpaceDrawing(SpaceUse root, int columns) {
    this.root = root;
    this.columns = columns;
    int numbers = numbers(root.bytes(), root.storedBytes(), root.files()).length();
    barColumns = Math.clamp(columns - numbers - LEAST_FOR_NAMES, 4, WIDEST_BAR);
  }

  /// The drawing; control characters are made visible.
  ///
  /// @param image as it was named
  public static String of(String image, SpaceUse root, List<LargeFile> largest, int columns) {
    SpaceDrawing drawing = new SpaceDrawing(root, columns);
    drawing.head(image);
    drawing.row(root, "/", "");
    drawing.children(root, "");
    if (!largest.isEmpty()) {
      drawing.line("");
      drawing.line("the biggest files");
      for (LargeFile file : largest) {
        String stored =
            file.storedBytes() < 0 ? "" : "%9s  ".formatted(Amounts.size(file.storedBytes()));
        drawing.line("%9s  %s%s".formatted(Amounts.size(file.bytes()), stored, file.path()));
      }
    }
    return drawing.out.toString();
  }

  private void head(String image) {
    String stored =
        root.storedBytes() < 0 ? "" : ", %s compressed".formatted(Amounts.size(root.storedBytes()));
    line(
        "%s: %s in %s files%s"
            .formatted(image, Amounts.size(root.bytes()), number(root.files()), stored));
    line("");
    line(
        root.storedBytes() < 0
            ? "%9s %10s".formatted("size", "files")
            : "%9s %10s %10s".formatted("size", "compressed", "files"));
  }

  private void children(SpaceUse directory, String indent) {
    List<SpaceUse> shown = directory.directories().stream().limit(MOST_IN_DIRECTORY).toList();
    int hidden = directory.directories().size() - shown.size();
    for (SpaceUse child : shown) {
      boolean last = hidden == 0 && child.equals(shown.getLast());
      row(child, child.name(), indent + (last ? "└─ " : "├─ "));
      children(child, indent + (last ? "   " : "│  "));
    }
    if (hidden > 0) {
      rest(directory.directories().subList(shown.size(), shown.size() + hidden), indent);
    }
  }

  private void rest(List<SpaceUse> hidden, String indent) {
    long bytes = hidden.stream().mapToLong(SpaceUse::bytes).sum();
    long stored =
        root.storedBytes() < 0 ? -1 : hidden.stream().mapToLong(SpaceUse::storedBytes).sum();
    long files = hidden.stream().mapToLong(SpaceUse::files).sum();
    line(
        numbers(bytes, stored, files)
            + bar(bytes)
            + indent
            + "└─ and %d more".formatted(hidden.size()));
  }

  private void row(SpaceUse directory, String name, String branch) {
    line(
        numbers(directory.bytes(), directory.storedBytes(), directory.files())
            + bar(directory.bytes())
            + branch
            + name);
  }

  private static String numbers(long bytes, long stored, long files) {
    String size = Amounts.size(bytes);
    return stored < 0
        ? "%9s %10s  ".formatted(size, number(files))
        : "%9s %10s %10s  ".formatted(size, Amounts.size(stored), number(files));
  }

  private String bar(long bytes) {
    long full = root.bytes() == 0 ? 0 : Math.round((double) bytes * barColumns / root.bytes());
    int length = Math.clamp(full, bytes > 0 ? 1 : 0, barColumns);
    return "█".repeat(length) + " ".repeat(barColumns - length + 1);
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value).replace(",", " ");
  }

  private void line(String text) {
    String shown = VisibleText.line(text).stripTrailing();
    out.append(shown.length() <= columns ? shown : shown.substring(0, columns - 1) + "…");
    out.append('\n');
  }

  /// The same as JSON, indented by tabs, without a line end: every directory to the depth that was
  /// asked for, by its path.
  public static String json(SpaceUse root, List<LargeFile> largest) {
    Map<String, Object> members = members(root, "/");
    members.put(
        "largest",
        largest.stream()
            .map(file -> {
              Map<String, Object> member = new LinkedHashMap<>();
              member.put("path", file.path());
              putSizes(member, file.bytes(), file.storedBytes());
              return member;
            })
            .toList());
    return GoJson.indented(members);
  }

  private static Map<String, Object> members(SpaceUse directory, String path) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("path", path);
    putSizes(members, directory.bytes(), directory.storedBytes());
    members.put("files", directory.files());
    String start = path.endsWith("/") ? path : path + "/";
    members.put(
        "directories",
        directory.directories().stream()
            .map(below -> members(below, start + below.name()))
            .toList());
    return members;
  }

  private static void putSizes(Map<String, Object> members, long bytes, long stored) {
    members.put("bytes", bytes);
    if (stored >= 0) {
      members.put("compressedBytes", stored);
    }
  }
}
