package dev.skiff.builder.metadata;

import dev.skiff.builder.metadata.Description.Part;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// What an image and its apps say about themselves: what `inspect` prints and
/// `inspect-metadata.json` holds.
///
/// @param apps by their name
/// @param own what the image itself says
public record ImageDescription(SortedMap<String, Description> apps, Description own) {

  private static final List<Part> OWN_ORDER =
      List.of(Part.RUNSCRIPT, Part.TEST, Part.HELPFILE, Part.DEFFILE, Part.STARTSCRIPT);
  private static final List<Part> APP_ORDER =
      List.of(Part.RUNSCRIPT, Part.STARTSCRIPT, Part.TEST, Part.HELPFILE);

  public ImageDescription {
    apps = Collections.unmodifiableSortedMap(new TreeMap<>(apps));
  }

  /// What is left of the image's own.
  public ImageDescription ofImage(Collection<Part> parts) {
    return new ImageDescription(new TreeMap<>(), own.only(parts));
  }

  /// What is left of an app's own; the definition file is the image's.
  ///
  /// @param app a name that need not be there
  public ImageDescription ofApp(String app, Collection<Part> parts) {
    SortedMap<String, Description> kept = new TreeMap<>();
    Description described = apps.get(app);
    if (described != null) {
      kept.put(app, described.only(parts));
    }
    return new ImageDescription(
        kept, own.only(parts.contains(Part.DEFFILE) ? List.of(Part.DEFFILE) : List.of()));
  }

  /// This one, and further apps.
  public ImageDescription withApps(Map<String, Description> more) {
    SortedMap<String, Description> all = new TreeMap<>(more);
    all.putAll(apps);
    return new ImageDescription(all, own);
  }

  /// `{"data":{"attributes":{...}},"type":"container"}` without blanks.
  public String json() {
    return GoJson.compact(members());
  }

  /// The same, a member a line, indented by tabs, without a line end.
  public String indentedJson() {
    return GoJson.indented(members());
  }

  private Map<String, Object> members() {
    Map<String, Object> attributes = new LinkedHashMap<>();
    if (!apps.isEmpty()) {
      Map<String, Object> all = new LinkedHashMap<>();
      apps.forEach((name, app) -> all.put(name, app.members(APP_ORDER)));
      attributes.put("apps", all);
    }
    attributes.putAll(own.members(OWN_ORDER));
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("data", Map.of("attributes", attributes));
    root.put("type", "container");
    return root;
  }
}
