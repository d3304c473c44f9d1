package dev.skiff.runtime.slurm.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Read from what `scontrol` of a real cluster printed.
class ClusterTextTest {

  private static final Path RESOURCES = Path.of("src/test/resources/slurm");

  private final Cluster cluster =
      ClusterText.parse(text("partitions.txt"), text("nodes.txt"), text("reservations.txt"));

  @Test
  void partitionsHaveTheirLimits() {
    assertThat(cluster.partitions())
        .extracting(Partition::name)
        .containsExactly("debug", "short", "long", "overcap");
    assertThat(cluster.defaultPartition().map(Partition::name)).contains("debug");
    Partition debug = cluster.partition("debug").orElseThrow();
    assertThat(debug.longest()).contains(Duration.ofMinutes(30));
    assertThat(debug.usual()).contains(Duration.ofMinutes(5));
    assertThat(debug.allows(Duration.ofMinutes(30))).isTrue();
    assertThat(debug.allows(Duration.ofMinutes(31))).isFalse();
    Partition overcap = cluster.partition("overcap").orElseThrow();
    assertThat(overcap.longest()).isEmpty();
    assertThat(overcap.isPreemptible()).isTrue();
    assertThat(cluster.partition("long").orElseThrow().limits().nodes()).hasValue(2);
  }

  @Test
  void nodesHaveWhatTheySayThemselvesAndNotWhatAReasonSays() {
    Node n1 = node("n1");
    assertThat(n1.state()).isEqualTo(NodeState.DRAINED);
    assertThat(n1.reason()).isEqualTo("disk State=IDLE broken");
    assertThat(n1.cpusFree()).isZero();
    assertThat(n1.gpusFree("a100")).isZero();
    Node n2 = node("n2");
    assertThat(n2.state()).isEqualTo(NodeState.MIXED);
    assertThat(n2.gpus()).containsExactly(new GpuCount("a40", 2, 1), new GpuCount("2080_ti", 1, 0));
    assertThat(n2.cpusFree()).isEqualTo(2);
    assertThat(n2.memoryFreeMegabytes()).isEqualTo(6000 - 1024);
    assertThat(n2.features()).containsExactly("a40", "2080_ti");
  }

  @Test
  void freeGpusWithoutAFreeProcessorAreStranded() {
    assertThat(node("n3").gpusFree("h100")).isZero();
    Supply supply = Supply.of(cluster.nodesOf(cluster.partition("long").orElseThrow()));
    assertThat(supply.gpus())
        .contains(new Supply.Gpus("h100", 4, 0, 0, 2, 0), new Supply.Gpus("a40", 2, 1, 1, 0, 0));
  }

  @Test
  void linesThatMakeNoSenseAreNamed() {
    assertThat(cluster.unread()).hasSize(2);
    assertThat(cluster.unread().getFirst()).startsWith("NodeName=n4").endsWith("no CPUTot");
  }

  @Test
  void reservationsSayWhenAndFor() {
    Reservation maintenance = cluster.reservations().getFirst();
    assertThat(maintenance.isMaintenance()).isTrue();
    assertThat(maintenance.nodes()).isEqualTo("n2");
    assertThat(Duration.between(maintenance.start().orElseThrow(), maintenance.end().orElseThrow()))
        .isEqualTo(Duration.ofMinutes(30));
    assertThat(ClusterText.parse("", "", "No reservations in the system\n").reservations())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "IDLE,IDLE",
    "MIXED+PLANNED,MIXED",
    "ALLOCATED,ALLOCATED",
    "DOWN,DOWN",
    "IDLE*,DOWN",
    "DOWN*+DRAIN,DOWN",
    "MIXED+DRAIN,DRAINING",
    "IDLE+DRAIN,DRAINED",
    "IDLE+MAINT,MAINTENANCE",
    "IDLE+RESERVED,RESERVED",
    "IDLE+CLOUD+POWERED_DOWN,SLEEPING",
    "IDLE~,IDLE",
    "DOWN+NOT_RESPONDING,DOWN",
    "IDLE+REBOOT_ISSUED,REBOOTING",
    "NOVEL,UNKNOWN",
    "'',UNKNOWN"
  })
  void aStateOfSlurmIsOneOfOurs(String slurm, NodeState ours) {
    assertThat(NodeState.parse(slurm)).isEqualTo(ours);
  }

  @ParameterizedTest
  @CsvSource({
    "30:00,1800",
    "6:00:00,21600",
    "2-00:00:00,172800",
    "1-12,129600",
    "1-12:30,131400",
    "5,300"
  })
  void lengthsOfTimeAreRead(String text, long seconds) {
    assertThat(SlurmTime.parse(text)).contains(Duration.ofSeconds(seconds));
  }

  @Test
  void whatIsNoLengthOfTimeIsNone() {
    for (String text :
        List.of("UNLIMITED", "", "-", "1-", "1:2:3:4", "999999999999:00", "-1", "1e3", "9-9-9")) {
      assertThat(SlurmTime.parse(text)).as(text).isEmpty();
    }
  }

  @Test
  void whatAJobAsksForIsReadInAllItsForms() {
    assertThat(GpuCount.asked("gres:gpu:a40:2")).containsExactly(new GpuCount("a40", 2, 0));
    assertThat(GpuCount.asked("gres/gpu:a40=2")).containsExactly(new GpuCount("a40", 2, 0));
    assertThat(GpuCount.asked("gres/gpu=3")).containsExactly(new GpuCount("", 3, 0));
    assertThat(GpuCount.asked("gres/gpu:a6000:1")).containsExactly(new GpuCount("a6000", 1, 0));
    assertThat(GpuCount.asked("gres/gpu:3")).containsExactly(new GpuCount("", 3, 0));
    assertThat(GpuCount.asked("gpu:2")).containsExactly(new GpuCount("", 2, 0));
    assertThat(GpuCount.asked("gpu")).containsExactly(new GpuCount("", 1, 0));
    assertThat(GpuCount.asked("gpu:a40")).containsExactly(new GpuCount("a40", 1, 0));
    assertThat(GpuCount.asked("N/A")).isEmpty();
    assertThat(GpuCount.asked("lustre:1,((,gpu:99999999999999999999)")).isEmpty();
  }

  /// Keys that came after 22.05: ExclusiveTopo (24.05) and Exclusive for both, NodeSets, the limits
  /// of a socket (23.02), Extra, ResumeAfterTime, Topology, InstanceId.
  @Test
  void whatNewerVersionsAddDoesNotDisturb() {
    Cluster newer = ClusterText.parse(text("newer/partitions.txt"), text("newer/nodes.txt"), "");
    assertThat(newer.unread()).isEmpty();
    Partition gpu = newer.partition("gpu").orElseThrow();
    assertThat(gpu.isDefault()).isTrue();
    assertThat(gpu.usual()).isEmpty();
    assertThat(gpu.longest()).contains(Duration.ofDays(7));
    assertThat(gpu.limits().cpusPerNode()).isEmpty();
    assertThat(newer.partition("later").orElseThrow().admission().accounts()).isEqualTo("lab");
    Node g1 = newer.nodesOf(gpu).getFirst();
    assertThat(g1.state()).isEqualTo(NodeState.MIXED);
    assertThat(g1.cpusFree()).isEqualTo(46);
    assertThat(g1.partitions()).containsExactly("gpu");
    assertThat(g1.gpus()).containsExactly(new GpuCount("a100", 4, 3));
    Node g2 = newer.nodesOf(newer.partition("later").orElseThrow()).getFirst();
    assertThat(g2.machine()).isEqualTo(new Node.Machine("g2", "aarch64"));
    assertThat(g2.state()).isEqualTo(NodeState.IDLE);
  }

  private Node node(String name) {
    return cluster.nodes().stream().filter(n -> n.name().equals(name)).findFirst().orElseThrow();
  }

  private static String text(String file) {
    try (Stream<String> lines = Files.lines(RESOURCES.resolve(file))) {
      return String.join("\n", lines.toList());
    } catch (IOException e) {
      throw new AssertionError(file, e);
    }
  }
}
