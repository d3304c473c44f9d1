package dev.skiff.image.oci;

import java.io.IOException;
import java.util.List;

/// There is an image, or several, but not the one asked for.
public final class NoSuchImageException extends IOException {

  private static final long serialVersionUID = 1L;

  /// By what the image was to be chosen.
  public enum ChosenBy {
    PLATFORM,
    TAG
  }

  private final String source;
  private final ChosenBy chosenBy;
  private final String wanted;
  private final transient List<String> available;

  /// What was wanted of which source, and what is there.
  ///
  /// @param available the choices, in the order of the document; may be empty
  public NoSuchImageException(
      String source, ChosenBy chosenBy, String wanted, List<String> available) {
    super(
        "%s has no image for %s, only for %s"
            .formatted(
                source, wanted, available.isEmpty() ? "none" : String.join(", ", available)));
    this.source = source;
    this.chosenBy = chosenBy;
    this.wanted = wanted;
    this.available = List.copyOf(available);
  }

  public String source() {
    return source;
  }

  public ChosenBy chosenBy() {
    return chosenBy;
  }

  public String wanted() {
    return wanted;
  }

  public List<String> available() {
    return available;
  }
}
