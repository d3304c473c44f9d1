package dev.skiff.runtime.slurm.cluster;

import dev.skiff.runtime.slurm.SlurmAnswer;
import dev.skiff.runtime.slurm.SlurmCommand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A user's place in one account: what jobs get that do not say otherwise.
///
/// @param ofDefaultAccount whether jobs that name no account are in this one
/// @param partition for which alone it holds; empty for all
/// @param quality of service that jobs get which name none; empty where the site has set none
/// @param qualities that jobs may name
public record Association(
    boolean ofDefaultAccount,
    String account,
    String partition,
    String quality,
    List<String> qualities) {

  private static final int FIELDS = 6;

  /// Nobody is kept long from submitting by a database that is down.
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /// What Slurm calls the one that every user has who was given no other.
  private static final String USUAL = "normal";

  public Association {
    qualities = List.copyOf(qualities);
  }

  /// Those of one user; none where the database is not there, or does not answer.
  ///
  /// @param cluster what it calls itself
  public static List<Association> read(SlurmCommand slurm, String user, String cluster) {
    List<String> words =
        List.of(
            "sacctmgr",
            "--noheader",
            "--parsable2",
            "--readonly",
            "show",
            "user",
            "withassoc",
            "where",
            "name=" + user,
            "format=Cluster,DefaultAccount,Account,Partition,DefaultQOS,QOS");
    return slurm.run(words, "", PATIENCE) instanceof SlurmAnswer.Done(String out, String _)
        ? parse(out, cluster)
        : List.of();
  }

  /// Reads those of one cluster.
  static List<Association> parse(String text, String cluster) {
    List<Association> found = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      String[] fields = line.split("\\|", -1);
      if (fields.length == FIELDS && fields[0].equals(cluster)) {
        found.add(
            new Association(
                fields[1].equals(fields[2]),
                fields[2],
                fields[3],
                fields[4],
                Arrays.asList(fields[5].split(",", -1))));
      }
    }
    return found;
  }

  /// The one that a job is in; empty if nobody can tell.
  ///
  /// @param account that it names; may be empty
  /// @param partition that it goes to; may be empty
  public static Optional<Association> of(List<Association> all, String account, String partition) {
    List<Association> own =
        all.stream()
            .filter(
                one -> account.isEmpty() ? one.ofDefaultAccount() : one.account().equals(account))
            .toList();
    return own.stream()
        .filter(one -> one.partition().equals(partition) && !partition.isEmpty())
        .findFirst()
        .or(() -> own.stream().filter(one -> one.partition().isEmpty()).findFirst());
  }

  /// The quality of service of a job that names none; empty if nobody can tell.
  public String usual() {
    if (!quality.isEmpty()) {
      return quality;
    }
    if (qualities.size() == 1) {
      return qualities.getFirst();
    }
    return qualities.contains(USUAL) ? USUAL : "";
  }
}
