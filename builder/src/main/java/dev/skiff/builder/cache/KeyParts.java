package dev.skiff.builder.cache;

import dev.skiff.image.oci.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// All that a step's result depends on, each with a name that a person knows it by. Values are
/// digests, so no secret stands in a record.
///
/// @param parts in the order they were given
public record KeyParts(List<Part> parts) {

  /// Raised whenever a step with equal parts may give another result.
  private static final String SCHEME = "skiff-step-2";

  /// One thing that a result depends on.
  ///
  /// @param name for messages: `the script`, `the variable 'SKIFFENV_A'`
  /// @param digest of its value
  public record Part(String name, Digest digest) {}

  public KeyParts {
    parts = List.copyOf(parts);
  }

  /// Those of a step that follows what another key names.
  public static KeyParts after(Digest before) {
    return new KeyParts(List.of(new Part("what comes before", before)));
  }

  /// These and one more.
  public KeyParts with(String name, String value) {
    return with(name, Digest.sha256(value.getBytes(StandardCharsets.UTF_8)));
  }

  /// These and one more.
  public KeyParts with(String name, Digest value) {
    List<Part> more = new ArrayList<>(parts);
    more.add(new Part(name, value));
    return new KeyParts(more);
  }

  /// What the step's result is kept under.
  public Digest key() {
    StringBuilder text = new StringBuilder(SCHEME).append('\n');
    for (Part part : parts) {
      text.append(part.name()).append('\0').append(part.digest()).append('\n');
    }
    return Digest.sha256(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /// What differs from the parts of an earlier step, in words.
  public List<String> differencesFrom(KeyParts earlier) {
    Map<String, Digest> before = new HashMap<>();
    earlier.parts.forEach(part -> before.put(part.name(), part.digest()));
    List<String> differences = new ArrayList<>();
    for (Part part : parts) {
      Digest old = before.remove(part.name());
      if (old == null) {
        differences.add(part.name() + " is new");
      } else if (!old.equals(part.digest())) {
        differences.add(part.name() + " changed");
      }
    }
    before.keySet().stream().sorted().forEach(name -> differences.add(name + " is gone"));
    return differences;
  }
}
