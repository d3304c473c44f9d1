package dev.skiff.builder.library;

import java.util.List;
import java.util.Optional;

/// What stands behind `library://`: `[HOST/]PATH[:TAG]`.
///
/// One or three names are a path on the server that is set. Of two or four the first is a host if
/// it looks like one; Apptainer takes it for one in any case.
///
/// @param host `HOST[:PORT]` that the reference names
/// @param path one to three names
/// @param tag of several the first; `latest` if there is none
public record LibraryReference(Optional<String> host, String path, String tag) {

  private static final String NAME = "[A-Za-z0-9]([A-Za-z0-9._-]*)";

  /// Reads a reference.
  ///
  /// @throws IllegalArgumentException saying what is wrong with it
  public static LibraryReference parse(String text) {
    String rest = text.startsWith("/") ? text.substring(1) : text;
    Optional<String> host = Optional.empty();
    int slash = rest.indexOf('/');
    if (slash > 0 && isHost(rest.substring(0, slash))) {
      host = Optional.of(rest.substring(0, slash));
      rest = rest.substring(slash + 1);
    }
    int colon = rest.indexOf(':');
    String path = colon < 0 ? rest : rest.substring(0, colon);
    String tags = colon < 0 ? "latest" : rest.substring(colon + 1);
    List<String> names = List.of(path.split("/", -1));
    if (names.size() > 3 || !names.stream().allMatch(name -> name.matches(NAME))) {
      throw new IllegalArgumentException(
          "its path is no IMAGE, COLLECTION/IMAGE or ENTITY/COLLECTION/IMAGE");
    }
    String tag = tags.split(",", 2)[0];
    if (!tag.matches("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")) {
      throw new IllegalArgumentException("its tag is empty, or has characters that no tag has");
    }
    return new LibraryReference(host, path, tag);
  }

  private static boolean isHost(String name) {
    return name.matches("[A-Za-z0-9.-]+(:[0-9]{1,5})?")
        && (name.equals("localhost") || name.contains(".") || name.contains(":"));
  }

  /// The name that a file of the image has where nobody says another.
  public String fileName() {
    return path.substring(path.lastIndexOf('/') + 1) + "_" + tag + ".sif";
  }
}
