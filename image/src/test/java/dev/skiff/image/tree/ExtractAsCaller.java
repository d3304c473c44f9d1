package dev.skiff.image.tree;

import dev.skiff.image.tree.TreeExtractor.Extraction;
import dev.skiff.image.tree.TreeExtractor.Ownership;
import java.io.IOException;
import java.nio.file.Path;

/// Extracts random trees into a directory as whoever runs this; for a process of another user.
public final class ExtractAsCaller {

  private ExtractAsCaller() {}

  /// The arguments: a directory, and seeds.
  public static void main(String... arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    for (int i = 1; i < arguments.length; i++) {
      Extraction extraction =
          TreeExtractor.extract(
              RandomTree.of(Long.parseLong(arguments[i]), 100_000),
              folder.resolve(arguments[i]),
              new TreeExtractor.Options(Ownership.CALLER, Long.MAX_VALUE));
      if (extraction.skipped().stream().anyMatch(s -> s.what().contains("user."))) {
        throw new IOException("a user attribute was skipped: " + extraction.skipped());
      }
    }
  }
}
