package dev.skiff.runtime.request;

import java.util.Map;

/// What Skiff's own exit codes are, where it has nothing of a payload to pass on.
public enum ExitConvention {
  /// Those of `ExitCode`.
  SKIFF,
  /// Apptainer's: 1 where the words are wrong, 255 for everything else.
  APPTAINER;

  private static final int USAGE = 2;

  /// What the words or the environment ask for; for words that may be wrong otherwise.
  ///
  /// @param words only those in front of a payload's own count
  public static ExitConvention asked(String[] words, Map<String, String> environment) {
    String option = RunOption.APPTAINER_EXIT_CODES.spelling();
    for (String word : words) {
      if (word.equals(option)) {
        return APPTAINER;
      }
    }
    String variable = environment.getOrDefault("SKIFF_APPTAINER_EXIT_CODES", "");
    return Switch.isOn(variable) ? APPTAINER : SKIFF;
  }

  /// The status in this convention, of one of `ExitCode`.
  public int of(int status) {
    if (this == SKIFF || status == 0) {
      return status;
    }
    return status == USAGE ? 1 : 255;
  }

  /// The same, for words that Java carries out to the end. Those about running instances end with
  /// 1, whatever goes wrong.
  public int of(int status, String[] words) {
    boolean about = this == APPTAINER && status != 0 && isAboutInstances(words);
    return about ? 1 : of(status);
  }

  private static boolean isAboutInstances(String[] words) {
    for (String word : words) {
      if (!word.startsWith("-")) {
        return word.equals("instance") && RunArguments.verb(words) == null;
      }
    }
    return false;
  }
}
