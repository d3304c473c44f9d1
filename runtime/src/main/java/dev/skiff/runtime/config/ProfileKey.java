package dev.skiff.runtime.config;

import dev.skiff.runtime.job.JobAmounts;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// One thing that a profile says of a site. This is the one place where they are declared.
///
/// @param name as in the file; where `skiff submit` has an option of this name, what it means there
/// @param form how its value stands in the file
/// @param example a value, as it stands there
/// @param meaning one sentence
/// @param read gives a word in its usual form; throws `IllegalArgumentException` saying what is
///   wrong with it
public record ProfileKey(
    String name, Form form, String example, String meaning, UnaryOperator<String> read) {

  /// How a value stands in the file.
  public enum Form {
    WORD,
    /// Several words, or one.
    LIST,
    /// Directories, or one; `~/` and `$NAME` are filled in.
    FOLDERS,
    /// `SOURCE[:TARGET[:ro]]`, several or one; `~/` and `$NAME` are filled in.
    BINDS,
    /// A type of GPU, and the features of nodes that have it.
    CONSTRAINTS
  }

  public static final ProfileKey QUEUE = list("queue", "[short, long]", "The partitions.");
  public static final ProfileKey CPUS =
      word("cpus", "4", "Processors of a job without GPUs.", ProfileKey::count);
  public static final ProfileKey MEMORY =
      word("mem", "8G", "Memory of a job without GPUs.", ProfileKey::memory);
  public static final ProfileKey CPUS_PER_GPU =
      word("cpus-per-gpu", "6", "Processors for each GPU.", ProfileKey::count);
  public static final ProfileKey MEMORY_PER_GPU =
      word("mem-per-gpu", "64G", "Memory for each GPU.", ProfileKey::memory);
  public static final ProfileKey GPU_TYPES =
      new ProfileKey(
          "gpu-types",
          Form.CONSTRAINTS,
          "{a40: a40, titan: titan_x}",
          "Types of GPU that are asked for by features of nodes.",
          ProfileKey::plain);
  public static final ProfileKey BINDS =
      new ProfileKey(
          "binds",
          Form.BINDS,
          "[/ceph, '/scratch/$USER:/scratch']",
          "What every container of a job sees.",
          ProfileKey::plain);
  public static final ProfileKey IMAGES =
      new ProfileKey(
          "images",
          Form.FOLDERS,
          "/ceph/container",
          "Folders in which an image's bare name is looked for.",
          ProfileKey::plain);
  public static final ProfileKey NODE_PREFIX =
      word("node-prefix", "node-n", "What stands before the number of --node.", ProfileKey::plain);

  /// All of them, in the order in which people are told.
  public static final List<ProfileKey> ALL =
      List.of(
          word("on", "slurm", "Who runs jobs.", ProfileKey::scheduler),
          QUEUE,
          word("time", "12h", "How long a job may run.", ProfileKey::time),
          CPUS,
          MEMORY,
          CPUS_PER_GPU,
          MEMORY_PER_GPU,
          GPU_TYPES,
          word("constraint", "ssd", "What every node must have.", ProfileKey::plain),
          word("priority", "low", "low, normal, or a name of the site's.", ProfileKey::plain),
          word("qos", "normal", "Quality of service.", ProfileKey::plain),
          word("account", "lab", "Who is charged.", ProfileKey::plain),
          word("reservation", "course", "Within which jobs run.", ProfileKey::plain),
          word("mail", "me@lab.example", "Who gets mail.", ProfileKey::plain),
          NODE_PREFIX,
          BINDS,
          IMAGES,
          list("slurm", "['--exclusive']", "More options of sbatch."));

  /// The key of this name.
  public static Optional<ProfileKey> named(String name) {
    return ALL.stream().filter(key -> key.name.equals(name)).findFirst();
  }

  private static ProfileKey word(
      String name, String example, String meaning, UnaryOperator<String> read) {
    return new ProfileKey(name, Form.WORD, example, meaning, read);
  }

  private static ProfileKey list(String name, String example, String meaning) {
    return new ProfileKey(name, Form.LIST, example, meaning, ProfileKey::plain);
  }

  private static String plain(String text) {
    if (text.isBlank() || text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("it is empty, or has a control character");
    }
    return text;
  }

  private static String scheduler(String text) {
    if (!text.equals("slurm") && !text.equals("local")) {
      throw new IllegalArgumentException("it is neither slurm nor local");
    }
    return text;
  }

  private static String count(String text) {
    if (!text.matches("[1-9][0-9]{0,4}")) {
      throw new IllegalArgumentException("it is no number of processors");
    }
    return text;
  }

  private static String time(String text) {
    return JobAmounts.time(text).isZero() ? "" : text;
  }

  private static String memory(String text) {
    return JobAmounts.megabytes(text) == 0 ? "" : text;
  }
}
