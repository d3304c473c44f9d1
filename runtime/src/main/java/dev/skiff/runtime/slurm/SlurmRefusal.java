package dev.skiff.runtime.slurm;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// What would do instead of something that sbatch has refused.
///
/// @param command asks Slurm
/// @param user who submitted it
record SlurmRefusal(SlurmCommand command, String user) {

  private static final String LESS = "see what there is with: skiff nodes, and ask for less";

  /// One thing to do.
  ///
  /// @param words of sbatch
  String fix(String words) {
    String lower = words.toLowerCase(Locale.ROOT);
    if (lower.contains("invalid account")) {
      return instead("an account", "-A", associations("account"));
    }
    if (lower.contains("qos")) {
      return instead("a quality of service", "--qos", associations("qos"));
    }
    if (lower.contains("reservation")) {
      return instead("a reservation", "--reservation", reservations());
    }
    if (lower.contains("option")) {
      return "see which there are with: sbatch --help";
    }
    return LESS;
  }

  private static String instead(String what, String option, List<String> yours) {
    return yours.isEmpty()
        ? "leave %s out, or ask the administrators for %s".formatted(option, what)
        : "write one of yours: %s %s".formatted(option, String.join(" or ", yours));
  }

  /// What the accounting lets the user have.
  private List<String> associations(String field) {
    List<String> words =
        List.of(
            "sacctmgr",
            "--noheader",
            "--parsable2",
            "show",
            "assoc",
            "user=" + user,
            "format=" + field);
    return command.run(words, "", SlurmCommand.PATIENCE)
            instanceof SlurmAnswer.Done(String out, String _)
        ? distinct(out.lines().flatMap(line -> Arrays.stream(line.split("[,|]", -1))))
        : List.of();
  }

  private List<String> reservations() {
    return command.ask("scontrol", "--oneliner", "show", "reservation")
            instanceof SlurmAnswer.Done(String out, String _)
        ? distinct(out.lines().filter(this::isOurs).map(line -> field(line, "ReservationName")))
        : List.of();
  }

  private boolean isOurs(String line) {
    return Arrays.asList(field(line, "Users").split(",", -1)).contains(user);
  }

  private static String field(String line, String key) {
    return Arrays.stream(line.split(" ", -1))
        .filter(word -> word.startsWith(key + "="))
        .map(word -> word.substring(key.length() + 1))
        .findFirst()
        .orElse("");
  }

  private static List<String> distinct(Stream<String> words) {
    return words.map(String::strip).filter(word -> !word.isEmpty()).distinct().toList();
  }
}
