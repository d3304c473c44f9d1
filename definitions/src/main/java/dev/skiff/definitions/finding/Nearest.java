package dev.skiff.definitions.finding;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The word that a person probably meant.
public final class Nearest {

  private static final int LONGEST = 40;
  private static final int MOST = 1000;

  /// What begins alike with fewer letters is no sign of anything.
  private static final int SHORTEST = 4;

  private Nearest() {}

  /// The candidate that differs least from `word`, case aside, if it differs by at most a third of
  /// the word's letters; else the only one that begins with two thirds of them, as `retries` does
  /// for `retry`.
  public static Optional<String> of(String word, Collection<String> candidates) {
    if (word.isEmpty() || word.length() > LONGEST) {
      return Optional.empty();
    }
    String lower = word.toLowerCase(Locale.ROOT);
    Optional<String> nearest = Optional.empty();
    int least = Math.max(1, word.length() / 3) + 1;
    for (String candidate : candidates.stream().limit(MOST).toList()) {
      if (candidate.length() > LONGEST) {
        continue;
      }
      int distance = distance(lower, candidate.toLowerCase(Locale.ROOT));
      if (distance < least) {
        least = distance;
        nearest = Optional.of(candidate);
      }
    }
    return nearest.isPresent() ? nearest : likeBeginning(lower, candidates);
  }

  private static Optional<String> likeBeginning(String lower, Collection<String> candidates) {
    int letters = Math.max(SHORTEST, (lower.length() * 2 + 2) / 3);
    if (lower.length() < letters) {
      return Optional.empty();
    }
    String beginning = lower.substring(0, letters);
    List<String> alike =
        candidates.stream()
            .limit(MOST)
            .filter(candidate -> candidate.toLowerCase(Locale.ROOT).startsWith(beginning))
            .toList();
    return alike.size() == 1 ? Optional.of(alike.getFirst()) : Optional.empty();
  }

  /// How many letters must be added, removed, changed, or swapped with the next.
  private static int distance(String from, String to) {
    int[][] edits = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        edits[i][j] = i == 0 || j == 0 ? i + j : fewest(edits, from, to, i, j);
      }
    }
    return edits[from.length()][to.length()];
  }

  private static int fewest(int[][] edits, String from, String to, int i, int j) {
    int changed = edits[i - 1][j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
    int fewest = Math.min(changed, Math.min(edits[i - 1][j], edits[i][j - 1]) + 1);
    boolean swapped =
        i > 1
            && j > 1
            && from.charAt(i - 1) == to.charAt(j - 2)
            && from.charAt(i - 2) == to.charAt(j - 1);
    return swapped ? Math.min(fewest, edits[i - 2][j - 2] + 1) : fewest;
  }
}
