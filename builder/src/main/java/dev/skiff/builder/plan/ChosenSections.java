package dev.skiff.builder.plan;

import java.util.Set;
import java.util.TreeSet;

/// Which sections of a definition are carried out: `--section`.
///
/// @param names without `%`; not looked at when all are chosen
public record ChosenSections(Extent extent, Set<String> names) {

  /// Whether there is a choice.
  public enum Extent {
    ALL,
    NAMED
  }

  public static final ChosenSections ALL = new ChosenSections(Extent.ALL, Set.of());

  private static final Set<String> KNOWN =
      Set.of(
          "pre",
          "setup",
          "files",
          "post",
          "labels",
          "environment",
          "runscript",
          "startscript",
          "test",
          "help");

  public ChosenSections {
    names = Set.copyOf(names);
  }

  /// Reads `--section`: `all`, `none`, or names.
  ///
  /// @throws IllegalArgumentException if a name is no section's; the message is that name
  public static ChosenSections of(Iterable<String> words) {
    Set<String> names = new TreeSet<>();
    boolean all = false;
    for (String word : words) {
      String name = word.strip();
      if (name.equals("all")) {
        all = true;
      } else if (KNOWN.contains(name)) {
        names.add(name);
      } else if (!name.equals("none")) {
        throw new IllegalArgumentException(name);
      }
    }
    return all ? ALL : new ChosenSections(Extent.NAMED, names);
  }

  /// Whether a section, named without its `%`, is carried out.
  public boolean includes(String section) {
    return extent == Extent.ALL || names.contains(section);
  }
}
