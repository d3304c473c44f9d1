package dev.skiff.runtime.job;

import java.util.random.RandomGenerator;

/// What a job is called, by Skiff and by the scheduler alike: one to 64 letters, digits and `._-`,
/// beginning with a letter or digit. It is also the name of the folder of its record.
public record JobName(String text) implements Comparable<JobName> {

  private static final int MOST_LETTERS = 64;
  private static final int MOST_OF_USER = 24;
  private static final String[] MOODS = {
    "brisk", "calm", "clear", "eager", "fair", "fleet", "fresh", "gentle", "glad", "keen", "lively",
    "merry", "neat", "proud", "quick", "quiet", "ready", "sharp", "steady", "swift", "warm", "wise"
  };

  /// @throws IllegalArgumentException if it is no such name; the message says what is wrong
  public JobName {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("the name is empty");
    }
    if (text.length() > MOST_LETTERS) {
      throw new IllegalArgumentException(
          "it has %d characters, and at most %d can be".formatted(text.length(), MOST_LETTERS));
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!isLetterOrDigit(c) && (i == 0 || "._-".indexOf(c) < 0)) {
        throw new IllegalArgumentException(
            "a job's name has letters, digits and '._-' only, and begins with a letter or digit");
      }
    }
  }

  /// A name that is easy to say and to type, such as `alice-brisk-7f3`.
  public static JobName invented(String user, RandomGenerator random) {
    StringBuilder kept = new StringBuilder();
    for (int i = 0; i < user.length(); i++) {
      char c = user.charAt(i);
      if (isLetterOrDigit(c) && kept.length() < MOST_OF_USER) {
        kept.append(c);
      }
    }
    String first = kept.isEmpty() ? "job" : kept.toString();
    String mood = MOODS[random.nextInt(MOODS.length)];
    return new JobName("%s-%s-%03x".formatted(first, mood, random.nextInt(0x1000)));
  }

  /// The same name with a number behind it, shortened where it would be too long.
  public JobName numbered(int number) {
    String tail = "-" + number;
    int kept = Math.min(text.length(), MOST_LETTERS - tail.length());
    return new JobName(text.substring(0, kept) + tail);
  }

  @Override
  public int compareTo(JobName other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
