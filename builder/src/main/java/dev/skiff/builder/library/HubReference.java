package dev.skiff.builder.library;

import java.util.Optional;

/// What stands behind `shub://`: `[SERVER/]USER/NAME[:TAG][@COMMIT]`.
///
/// @param server `HOST[:PORT][/PATH]`
/// @param image `USER/NAME`
/// @param version `:TAG`, `@COMMIT`, or both
public record HubReference(Optional<String> server, String image, String version) {

  /// Reads a reference.
  ///
  /// @throws IllegalArgumentException saying what is wrong with it
  public static HubReference parse(String text) {
    int last = text.lastIndexOf('/');
    int start = last <= 0 ? -1 : text.lastIndexOf('/', last - 1) + 1;
    String named = start < 0 ? "" : text.substring(start);
    if (!named.matches(
        "[A-Za-z0-9-]{1,39}/[A-Za-z0-9_.-]{1,64}(:[A-Za-z0-9_.-]{1,64})?"
            + "(@([a-f0-9]{32}|[a-f0-9]{40}))?")) {
      throw new IllegalArgumentException("it is no [SERVER/]USER/NAME[:TAG][@COMMIT]");
    }
    String server = start == 0 ? "" : text.substring(0, start - 1);
    if (start != 0 && !server.matches("[A-Za-z0-9.-]{1,255}(:[0-9]{1,5})?(/[A-Za-z0-9._-]+)*")) {
      throw new IllegalArgumentException("its server is no HOST[:PORT][/PATH]");
    }
    int slash = named.indexOf('/');
    int end = named.length();
    for (char mark : new char[] {'@', ':'}) {
      int at = named.indexOf(mark, slash);
      end = at < 0 ? end : Math.min(end, at);
    }
    String version = named.substring(end);
    return new HubReference(
        start == 0 ? Optional.empty() : Optional.of(server),
        named.substring(0, end),
        version.isEmpty() ? ":latest" : version);
  }

  /// The name that a file of the image has where nobody says another.
  public String fileName() {
    String name = image.substring(image.indexOf('/') + 1);
    return name + version.replace(':', '_').replace('@', '_') + ".sif";
  }
}
