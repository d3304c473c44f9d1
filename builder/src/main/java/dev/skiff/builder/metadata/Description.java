package dev.skiff.builder.metadata;

import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// What an image, or one of its apps, says about itself.
///
/// @param environment scripts by their path in the image
/// @param labels by their key
/// @param texts whole scripts and files; none of them is empty
public record Description(
    SortedMap<String, String> environment,
    SortedMap<String, String> labels,
    Map<Part, String> texts) {

  /// What can be said.
  public enum Part {
    ENVIRONMENT("environment", "env"),
    LABELS("labels", "labels.json"),
    RUNSCRIPT("runscript", "runscript"),
    STARTSCRIPT("startscript", "startscript"),
    TEST("test", "test"),
    HELPFILE("helpfile", "runscript.help"),
    DEFFILE("deffile", "Singularity");

    /// The parts that are one text each.
    static final List<Part> TEXTS = List.of(RUNSCRIPT, STARTSCRIPT, TEST, HELPFILE, DEFFILE);

    private final String member;
    private final String file;

    Part(String member, String file) {
      this.member = member;
      this.file = file;
    }

    /// Its name in the JSON.
    String member() {
      return member;
    }

    /// Its name in the image, within the directory that has them all.
    String file() {
      return file;
    }
  }

  /// Says nothing.
  public static final Description EMPTY =
      new Description(new TreeMap<>(), new TreeMap<>(), Map.of());

  public Description {
    environment = Collections.unmodifiableSortedMap(new TreeMap<>(environment));
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    Map<Part, String> copy = new EnumMap<>(Part.class);
    texts.forEach((part, text) -> {
      if (!text.isEmpty()) {
        copy.put(part, text);
      }
    });
    texts = Collections.unmodifiableMap(copy);
  }

  /// This one without what is not among the parts.
  Description only(Collection<Part> parts) {
    Map<Part, String> kept = new EnumMap<>(Part.class);
    texts.forEach((part, text) -> {
      if (parts.contains(part)) {
        kept.put(part, text);
      }
    });
    return new Description(
        parts.contains(Part.ENVIRONMENT) ? environment : new TreeMap<>(),
        parts.contains(Part.LABELS) ? labels : new TreeMap<>(),
        kept);
  }

  /// A text, empty if there is none.
  public String text(Part part) {
    return texts.getOrDefault(part, "");
  }

  /// The members of the JSON object.
  ///
  /// @param order in which the texts stand
  Map<String, Object> members(List<Part> order) {
    Map<String, Object> members = new LinkedHashMap<>();
    if (!environment.isEmpty()) {
      members.put(Part.ENVIRONMENT.member(), environment);
    }
    if (!labels.isEmpty()) {
      members.put(Part.LABELS.member(), labels);
    }
    for (Part part : order) {
      if (texts.containsKey(part)) {
        members.put(part.member(), text(part));
      }
    }
    return members;
  }
}
