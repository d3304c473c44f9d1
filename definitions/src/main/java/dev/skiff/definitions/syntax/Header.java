package dev.skiff.definitions.syntax;

import dev.skiff.definitions.problem.SourceSpan;
import java.util.List;
import java.util.Optional;

/// The `Key: value` lines at the top of a stage.
///
/// @param entries in file order; of a key written twice only the last, which is the one that counts
public record Header(List<Entry> entries) {

  public Header {
    entries = List.copyOf(entries);
  }

  /// One key with its value.
  ///
  /// @param name the key in lower case, with the number of a numbered one (`otherurl0`)
  /// @param value trimmed; may be empty; holds a line break where the file continued it with `\n\`
  /// @param keyPlace where the key stands
  /// @param valuePlace where the value's first line stands; the key's place if it is empty
  public record Entry(
      HeaderKey key, String name, String value, SourceSpan keyPlace, SourceSpan valuePlace) {

    /// The key as it is usually spelled, with its number if it has one.
    public String spelling() {
      return key.spelling() + name.substring(key.spelling().length());
    }
  }

  /// The entry of a key. For `OtherURL` the first one; see `otherUrls()`.
  public Optional<Entry> entry(HeaderKey key) {
    return entries.stream().filter(entry -> entry.key() == key).findFirst();
  }

  /// The value of a key that is there and not empty.
  public Optional<String> value(HeaderKey key) {
    return entry(key).map(Entry::value).filter(value -> !value.isEmpty());
  }

  /// The agent that `Bootstrap:` names; empty if the key is missing or names none.
  public Optional<Bootstrap> bootstrap() {
    return value(HeaderKey.BOOTSTRAP).flatMap(Bootstrap::of);
  }

  /// The values of `OtherURL0`, `OtherURL1` and so on, in file order.
  public List<String> otherUrls() {
    return entries.stream()
        .filter(entry -> entry.key() == HeaderKey.OTHER_URL)
        .map(Entry::value)
        .toList();
  }
}
