package dev.skiff.runtime.slurm.cluster;

import dev.skiff.runtime.slurm.SlurmAnswer;
import dev.skiff.runtime.slurm.SlurmCommand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a quality of service allows one job, whatever else runs. An empty limit is no limit.
///
/// @param longest a job may be
/// @param gpus that a job may have: alone, or with all that count together with it
public record Quality(String name, Optional<Duration> longest, OptionalInt gpus) {

  private static final Pattern RECORD = Pattern.compile("QOS=([^(\\s]+)\\(\\d+\\) (.*)");
  private static final Pattern LONGEST = Pattern.compile(" MaxWallPJ=(\\d{1,9})(?: |$)");
  private static final Pattern TRES = Pattern.compile("(?:MaxTRESPJ|MaxTRESPU|GrpTRES)=(\\S*)");
  private static final Pattern GPUS = Pattern.compile("(?:^|,)gres/gpu=(\\d{1,7})(?:[(,}]|$)");

  /// All that the controller has; none where there is no accounting, or it does not answer.
  public static List<Quality> read(SlurmCommand slurm) {
    return slurm.ask("scontrol", "--oneliner", "show", "assoc_mgr", "flags=qos")
            instanceof SlurmAnswer.Done(String out, String _)
        ? parse(out)
        : List.of();
  }

  /// Reads what `scontrol --oneliner show assoc_mgr flags=qos` prints. A limit that is counted, as
  /// `gres/gpu=2(1)`, has what is used behind it; `N` is none.
  public static List<Quality> parse(String text) {
    List<Quality> qualities = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      Matcher record = RECORD.matcher(line.strip());
      if (record.matches()) {
        Matcher longest = LONGEST.matcher(record.group(2));
        qualities.add(
            new Quality(
                record.group(1),
                longest.find()
                    ? Optional.of(Duration.ofMinutes(Long.parseLong(longest.group(1))))
                    : Optional.empty(),
                gpus(record.group(2))));
      }
    }
    return qualities;
  }

  /// The least of all that counts for one job.
  private static OptionalInt gpus(String limits) {
    return TRES.matcher(limits)
        .results()
        .map(limit -> GPUS.matcher(limit.group(1)))
        .filter(Matcher::find)
        .mapToInt(gpus -> Integer.parseInt(gpus.group(1)))
        .min();
  }

  /// Whether a job of this length may have it.
  public boolean allows(Duration time) {
    return longest.isEmpty() || time.compareTo(longest.get()) <= 0;
  }

  /// Whether a job with so many GPUs may have it.
  public boolean allows(int number) {
    return gpus.isEmpty() || number <= gpus.getAsInt();
  }
}
