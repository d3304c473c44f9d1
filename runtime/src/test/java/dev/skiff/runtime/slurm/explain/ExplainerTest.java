package dev.skiff.runtime.slurm.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.runtime.slurm.cluster.ClusterText;
import dev.skiff.runtime.slurm.explain.Explanation.Remedy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/// On the cluster of `ClusterTextTest`: n1 is out of service, n2 has one free a40 and a 2080_ti and
/// is kept for maintenance in the next hour, n3 has no free CPU.
class ExplainerTest {

  private static final Path RESOURCES = Path.of("src/test/resources/slurm");
  private static final Instant NOW = Instant.ofEpochSecond(1_795_343_900);

  @Test
  void tooMuchTimeIsNeverGranted() throws IOException {
    Explanation explanation =
        explain(line("3", "PENDING", "PartitionTimeLimit", "debug", "10:00:00", "N/A"));
    assertThat(explanation.when()).isEqualTo("never, as it is");
    assertThat(explanation.facts())
        .contains("it asks for 10 h; 'debug' runs a job for 30 min at most");
    assertThat(explanation.remedies().getFirst().command())
        .isEqualTo("scontrol update JobId=3 TimeLimit=00:30:00");
  }

  @Test
  void anotherTypeOfGpuThatIsFreeIsNamed() throws IOException {
    Explanation explanation =
        explain(line("4", "PENDING", "Resources", "long", "10:00", "gres:gpu:a40:2"));
    assertThat(explanation.facts()).noneMatch(fact -> fact.contains("maint"));
    assertThat(explanation.remedies()).noneMatch(remedy -> remedy.command().contains("h100"));
    Explanation one =
        explain(line("4", "PENDING", "Resources", "long", "10:00", "gres:gpu:h100:1"));
    assertThat(one.remedies())
        .extracting(Remedy::command)
        .contains("skiff submit -v a40 ...", "skiff submit -v 2080_ti ...");
  }

  @Test
  void maintenanceLeavesRoomForAShorterJob() throws IOException {
    Explanation explanation =
        explain(
            line(
                "5",
                "PENDING",
                "ReqNodeNotAvail, May be reserved for other job",
                "long",
                "3:00:00",
                "gres:gpu:a40:1"));
    assertThat(explanation.facts().getFirst()).startsWith("n2 is kept for 'maint' from ");
    assertThat(explanation.remedies().getFirst())
        .isEqualTo(new Remedy("ends before that", "scontrol update JobId=5 TimeLimit=00:42:26"));
    assertThat(explanation.remedies()).noneMatch(remedy -> remedy.command().contains("2080_ti"));
  }

  @Test
  void moreThanAnyNodeHasIsNeverGranted() throws IOException {
    Explanation explanation =
        explain(line("6", "PENDING", "Resources", "debug", "10:00", "gres:gpu:a100:8"));
    assertThat(explanation.when()).isEqualTo("never, as it is");
    assertThat(explanation.facts().getFirst()).startsWith("'debug' has not one node like this");
  }

  @Test
  void whoeverAsksForANodeIsNotSentWhereItIsNot() throws IOException {
    Explanation anywhere = explain(line("8", "PENDING", "Resources", "debug", "10:00", "N/A"));
    assertThat(anywhere.remedies())
        .extracting(Remedy::command)
        .contains("scontrol update JobId=8 Partition=long");
    Explanation there = explain(line("8", "PENDING", "Resources", "debug", "10:00", "N/A", "n1"));
    assertThat(there.remedies()).noneMatch(remedy -> remedy.command().contains("Partition="));
    Explanation never = explain(line("8", "PENDING", "Resources", "debug", "10:00", "N/A", "n2"));
    assertThat(never.facts().getFirst()).endsWith(", on n2");
    assertThat(never.when()).isEqualTo("never, as it is");
  }

  @Test
  void namesOfJobsTurnNothingElse() throws IOException {
    String line = line("7", "PENDING", "JobHeldUser", "debug", "10:00", "N/A");
    QueuedJob job = QueueText.parse(line + "|\u001fa\u001bb JobState=RUNNING").getFirst();
    assertThat(job.state()).isEqualTo("PENDING");
    assertThat(QueueText.parse("nonsense\n\u001f\u001f\n")).isEmpty();
  }

  @Test
  void aTaskIsFoundAmongThoseThatWait() {
    assertThat(id("5_3").isIn("5_[1-3%1]")).isTrue();
    assertThat(id("5_4").isIn("5_[1-3%1]")).isFalse();
    assertThat(id("5_7").isIn("5_[0,2-4,7]")).isTrue();
    assertThat(id("5").isIn("5_[1-3%1]")).isTrue();
    assertThat(id("5").isIn("55")).isFalse();
    assertThat(id("slurm:5_2").isIn("5_2")).isTrue();
    for (String wrong : List.of("", "5_", "_5", "five", "5;rm", "9999999999999", "5_[1]")) {
      assertThat(SlurmJobId.parse(wrong)).as(wrong).isEmpty();
    }
  }

  @Test
  void memoryIsReadInItsUnits() {
    assertThat(QueueText.megabytes("500M")).isEqualTo(500);
    assertThat(QueueText.megabytes("1.50G")).isEqualTo(1536);
    assertThat(QueueText.megabytes("2T")).isEqualTo(2 << 20);
    assertThat(QueueText.megabytes("0")).isZero();
    assertThat(QueueText.megabytes("much")).isZero();
  }

  private static SlurmJobId id(String text) {
    return SlurmJobId.parse(text).orElseThrow();
  }

  private static Explanation explain(String line) throws IOException {
    QueuedJob job = QueueText.parse(line).getFirst();
    return new Explainer(
            ClusterText.parse(text("partitions.txt"), text("nodes.txt"), text("reservations.txt")),
            List.of(job),
            NOW,
            ZoneOffset.UTC)
        .explain(job);
  }

  private static String line(String... said) {
    return String.join(
        "\u001f",
        List.of(
            said[0],
            said[1],
            said[2],
            said[3],
            "alice",
            said[4],
            "1",
            "500M",
            "1",
            said[5],
            "(null)",
            "(null)",
            "N/A",
            "1795343800",
            "N/A",
            "100",
            said[0],
            "",
            said.length > 6 ? said[6] : "(null)",
            "a b"));
  }

  private static String text(String file) throws IOException {
    return Files.readString(RESOURCES.resolve(file));
  }
}
