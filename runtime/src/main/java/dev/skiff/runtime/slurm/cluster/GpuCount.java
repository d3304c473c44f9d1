package dev.skiff.runtime.slurm.cluster;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// GPUs of one type on one node.
///
/// @param type as it is asked for, such as `a100`; empty where the site gives none
/// @param total how many there are
/// @param used how many jobs have
public record GpuCount(String type, int total, int used) {

  private static final int MOST = 100_000;

  public GpuCount {
    if (total < 0 || used < 0) {
      throw new IllegalArgumentException("less than nothing cannot be counted");
    }
  }

  /// How many a job could get, were it for the GPUs alone.
  public int free() {
    return Math.max(0, total - used);
  }

  /// Reads `Gres` and `GresUsed` of a node, such as `gpu:a100:2(S:0-1),gpu:a40:1` and
  /// `gpu:a100:1(IDX:0),gpu:a40:0(IDX:N/A)`. What is no GPU is passed over.
  static List<GpuCount> parse(String gres, String gresUsed) {
    Map<String, Integer> totals = counts(gres);
    Map<String, Integer> used = counts(gresUsed);
    List<GpuCount> gpus = new ArrayList<>();
    totals.forEach(
        (type, total) -> gpus.add(new GpuCount(type, total, used.getOrDefault(type, 0))));
    return gpus;
  }

  /// Reads what a job asks for: `gres:gpu:a100:2`, `gres/gpu:2`, `gpu`.
  public static List<GpuCount> asked(String gres) {
    List<GpuCount> gpus = new ArrayList<>();
    counts(gres).forEach((type, total) -> gpus.add(new GpuCount(type, total, 0)));
    return gpus;
  }

  private static Map<String, Integer> counts(String gres) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (String entry : entries(gres)) {
      int bracket = entry.indexOf('(');
      String plain = bracket < 0 ? entry : entry.substring(0, bracket);
      if (plain.startsWith("gres:") || plain.startsWith("gres/")) {
        plain = plain.substring("gres:".length());
      }
      String[] words = plain.replace('=', ':').split(":", -1);
      if (words[0].equals("gpu")) {
        counts.merge(type(words), number(words[words.length - 1]), Integer::sum);
      }
    }
    return counts;
  }

  /// `gpu:TYPE:COUNT`, `gpu:COUNT`, `gpu:TYPE`, `gpu`.
  private static String type(String[] words) {
    boolean counted = Fields.number("", words[words.length - 1]).isPresent();
    return words.length > (counted ? 2 : 1) ? words[1] : "";
  }

  private static int number(String digits) {
    OptionalLong number = Fields.number("", digits);
    return number.isEmpty() ? 1 : (int) Math.min(MOST, number.getAsLong());
  }

  /// Splits at the commas that stand in no bracket.
  private static List<String> entries(String gres) {
    List<String> entries = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i <= gres.length(); i++) {
      char c = i < gres.length() ? gres.charAt(i) : ',';
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (i == gres.length() || (c == ',' && depth <= 0)) {
        entries.add(gres.substring(start, i));
        start = i + 1;
      }
    }
    return entries;
  }
}
