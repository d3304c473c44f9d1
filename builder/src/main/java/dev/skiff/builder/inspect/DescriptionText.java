package dev.skiff.builder.inspect;

import dev.skiff.builder.inspect.Selection.Scope;
import dev.skiff.builder.metadata.Description;
import dev.skiff.builder.metadata.Description.Part;
import dev.skiff.builder.metadata.ImageDescription;
import java.util.List;
import java.util.SortedMap;

/// A description as `inspect` prints it without `--json`.
public final class DescriptionText {

  private static final List<Part> ORDER =
      List.of(Part.DEFFILE, Part.RUNSCRIPT, Part.STARTSCRIPT, Part.TEST, Part.HELPFILE);

  private DescriptionText() {}

  /// The text; empty if nothing is said.
  ///
  /// @param selected what `DescribedImage` selected
  /// @param wanted what was asked for
  public static String of(ImageDescription selected, Selection wanted) {
    Description own = selected.own();
    Description app = wanted.app().map(name -> selected.apps().get(name)).orElse(Description.EMPTY);
    StringBuilder out = new StringBuilder();
    if (wanted.scope() == Scope.PARTS_AND_APPS) {
      selected.apps().keySet().forEach(name -> out.append(name).append('\n'));
    }
    for (Part part : ORDER) {
      String text = own.text(part).isEmpty() ? app.text(part) : own.text(part);
      if (!text.isEmpty()) {
        out.append(text).append('\n');
      }
    }
    ownOrApps(own.environment(), app.environment())
        .forEach((path, text) ->
            out.append("=== ").append(path).append(" ===\n").append(text).append("\n\n"));
    ownOrApps(own.labels(), app.labels())
        .forEach((key, value) -> out.append(key).append(": ").append(value).append('\n'));
    return out.toString();
  }

  private static SortedMap<String, String> ownOrApps(
      SortedMap<String, String> own, SortedMap<String, String> app) {
    return own.isEmpty() ? app : own;
  }
}
