package dev.skiff.runtime.slurm.fit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.image.sif.Architecture;
import dev.skiff.runtime.job.JobName;
import dev.skiff.runtime.job.JobRequest;
import dev.skiff.runtime.job.Placement;
import dev.skiff.runtime.job.Resources;
import dev.skiff.runtime.job.Workload;
import dev.skiff.runtime.slurm.cluster.Cluster;
import dev.skiff.runtime.slurm.cluster.ClusterText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Against what `scontrol` of a real cluster printed: debug has n1, short n1 and n2, long n2.
final class FitCheckTest {

  private static final Path RESOURCES = Path.of("src/test/resources/slurm");

  private final Cluster cluster =
      ClusterText.parse(text("partitions.txt"), text("nodes.txt"), text("reservations.txt"));

  private static final Workload WORK = new Workload.Contained("a.sif", List.of(), List.of("true"));

  private static JobRequest job(
      Workload work, String queues, String time, Resources needs, String constraint, String node) {
    JobRequest plain = JobRequest.of(new JobName("job"), work, Path.of("/home/a")).with(needs);
    List<String> names = queues.isEmpty() ? List.of() : Arrays.asList(queues.split("/", -1));
    return FitRequests.of(plain, new Placement(names, constraint, "", "", "", node, ""), time);
  }

  private Optional<Problem> check(JobRequest request) {
    return FitCheck.of(request, cluster, Architecture.UNKNOWN);
  }

  private static Resources gpus(int number, String type) {
    return new Resources(0, 0, number, type, 0, 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      emptyValue = "",
      value = {
        "''         | 10h  | '' | allows at most 30 min, and 10 h   | -q long,overcap",
        "debug      | 5h   | '' | the partition 'debug' allows      | -q short,long,overcap",
        "debug/short| 7h   | '' | the partition 'short' allows      | -q long,overcap",
        "nosuch     | ''   | '' | there is no partition 'nosuch'    | write one of: debug, short, lo",
        "debug      | ''   | n2 | the node 'n2' is not in 'debug'   | ask for -q short,long,overcap",
        "short      | ''   | nx | there is no node 'nx'             | skiff nodes",
      })
  void whatCanNeverRunIsRefusedWithWhatWould(
      String queues, String time, String node, String why, String fix) {
    Problem problem = check(job(WORK, queues, time, Resources.UNSAID, "", node)).orElseThrow();
    assertThat(problem.why()).contains(why);
    assertThat(problem.fix().replace(", ", ",")).contains(fix.replace(", ", ","));
  }

  @Test
  void aPartitionHasSoManyNodesForOneJob() {
    Problem tooMany = check(job(WORK, "debug", "", nodes(2), "", "")).orElseThrow();
    assertThat(tooMany.why())
        .isEqualTo("a job in 'debug' has at most one node, and 2 are asked for");
    assertThat(tooMany.fix()).isEqualTo("ask for less, or for -q short,long,overcap");
    assertThat(check(job(WORK, "debug", "", nodes(9), "", "")).orElseThrow().fix())
        .isEqualTo("ask for less: --nodes 1");
    assertThat(check(job(WORK, "short", "", nodes(2), "", ""))).isEmpty();
  }

  @Test
  void oneNodeHasAllThatIsAskedForTogether() {
    Resources apart = new Resources(1, 7000, 1, "a40", 0, 0); // n1 has the memory, n2 the GPU
    assertThat(check(job(WORK, "short", "", apart, "", "")).orElseThrow().why())
        .isEqualTo(
            "no single node of 'short' has the processors, the memory and the GPUs that are asked for");
    Resources here = new Resources(1, 5000, 1, "a40", 0, 0);
    assertThat(check(job(WORK, "short", "", here, "", ""))).isEmpty();
  }

  @Test
  void memoryIsAdvisedInTheUnitThatTheOptionTakes() {
    Resources much = new Resources(0, 100_000_000, 0, "", 0, 0);
    assertThat(check(job(WORK, "debug", "", much, "", "")).orElseThrow().fix())
        .matches("ask for at most [0-9]+M");
  }

  private static Resources nodes(int number) {
    return new Resources(0, 0, 0, "", number, 0);
  }

  @Test
  void gpusOfATypeAreOnSomeNodeOfThePartitions() {
    assertThat(check(job(WORK, "short", "", gpus(2, "a40"), "", ""))).isEmpty();
    assertThat(check(job(WORK, "debug", "", gpus(2, "a40"), "", "")).orElseThrow())
        .satisfies(problem ->
            assertThat(problem.why()).isEqualTo("no node of 'debug' has GPUs of the type 'a40'"))
        .satisfies(problem -> assertThat(problem.fix()).isEqualTo("ask for -q short,long,overcap"));
    assertThat(check(job(WORK, "short", "", gpus(1, "b200"), "", "")).orElseThrow().fix())
        .contains("a100")
        .contains("2080_ti");
    assertThat(check(job(WORK, "debug", "", gpus(3, ""), "", "")).orElseThrow().why())
        .contains("more than 2 GPUs, and 3 are asked for");
  }

  @Test
  void aDiskOfOneMachineIsSeenThereAlone() {
    assertThat(reach("debug", "", 1, "vm.lab.example")).isEqualTo(Reach.SAME_MACHINE);
    assertThat(reach("debug", "", 1, "login")).isEqualTo(Reach.ELSEWHERE);
    assertThat(reach("long", "", 1, "vm")).isEqualTo(Reach.PERHAPS);
    assertThat(reach("long", "n2", 1, "vm")).isEqualTo(Reach.SAME_MACHINE);
    assertThat(reach("long", "n3", 1, "vm")).isEqualTo(Reach.ELSEWHERE);
    assertThat(reach("long", "", 2, "n3")).isEqualTo(Reach.ELSEWHERE);
    assertThat(reach("nosuch", "", 1, "login")).isEqualTo(Reach.PERHAPS);
  }

  private Reach reach(String queues, String node, int nodes, String host) {
    return FitCheck.reach(job(WORK, queues, "", nodes(nodes), "", node), cluster, host);
  }

  @Test
  void sizesAndFeaturesAreThoseOfNodes() {
    Resources large = new Resources(0, 7000, 0, "", 0, 0);
    assertThat(check(job(WORK, "debug", "", large, "", ""))).isEmpty();
    assertThat(check(job(WORK, "debug", "", new Resources(5, 0, 0, "", 0, 0), "", "")))
        .get()
        .satisfies(problem -> assertThat(problem.why()).contains("more than 4 processors"));
    assertThat(check(job(WORK, "short", "", Resources.UNSAID, "a40|2080_ti", ""))).isEmpty();
    assertThat(check(job(WORK, "short", "", Resources.UNSAID, "a40|nvme", "")).orElseThrow().why())
        .isEqualTo("no node has the feature 'nvme'");
    assertThat(check(job(WORK, "short", "", Resources.UNSAID, "[a40*2]", ""))).isEmpty();
  }

  @Test
  void aScriptsOwnLinesCount() {
    Workload script =
        new Workload.Script(
            "job.sh", "#!/bin/sh\n", List.of(), List.of("-p debug", "--time=2:00:00"));
    assertThat(check(job(script, "", "", Resources.UNSAID, "", "")).orElseThrow().why())
        .contains("'debug' allows at most 30 min, and 2 h");
    assertThat(check(job(script, "short", "", Resources.UNSAID, "", ""))).isEmpty();
  }

  @Test
  void anImageIsForTheProcessorOfSomeNode() {
    JobRequest request = job(WORK, "short", "", Resources.UNSAID, "", "");
    assertThat(FitCheck.of(request, cluster, Architecture.AMD64)).isEmpty();
    assertThat(FitCheck.of(request, cluster, Architecture.ARM64).orElseThrow())
        .satisfies(problem ->
            assertThat(problem.why())
                .isEqualTo("its image is for arm64, and the nodes of 'short' are x86_64"))
        .satisfies(problem -> assertThat(problem.fix()).contains("skiff build --arch"));
    Cluster unsaid =
        ClusterText.parse(
            text("partitions.txt"), text("nodes.txt").replace("Arch=x86_64 ", ""), "");
    assertThat(FitCheck.of(request, unsaid, Architecture.ARM64)).isEmpty();
    Cluster mixed =
        ClusterText.parse(
            text("partitions.txt"),
            text("nodes.txt").replace("NodeName=n2 Arch=x86_64", "NodeName=n2 Arch=aarch64"),
            "");
    assertThat(FitCheck.of(request, mixed, Architecture.ARM64)).isEmpty();
    assertThat(
            FitCheck.of(job(WORK, "debug", "", Resources.UNSAID, "", ""), mixed, Architecture.ARM64)
                .orElseThrow()
                .fix())
        .contains("-q short,long,overcap");
  }

  @Test
  void featuresAreOfNodesOfThePartition() {
    Problem there = check(job(WORK, "debug", "", Resources.UNSAID, "a40", "")).orElseThrow();
    assertThat(there.why()).isEqualTo("no node of 'debug' has the features 'a40'");
    assertThat(there.fix()).isEqualTo("ask for -q short,long,overcap");
    assertThat(check(job(WORK, "debug", "", Resources.UNSAID, "a40|a100", ""))).isEmpty();
    assertThat(check(job(WORK, "debug", "", Resources.UNSAID, "a100&ssd", ""))).isEmpty();
  }

  @Test
  void optionsOfSbatchGoBeforeOurs() {
    JobRequest tooLong = job(WORK, "debug", "5h", Resources.UNSAID, "", "");
    JobRequest elsewhere = FitRequests.raw(tooLong, List.of("-p", "long"));
    assertThat(FitCheck.of(tooLong, cluster, Architecture.UNKNOWN)).isPresent();
    assertThat(FitCheck.of(elsewhere, cluster, Architecture.UNKNOWN)).isEmpty();
    JobRequest shorter = FitRequests.raw(tooLong, List.of("--time=5"));
    assertThat(FitCheck.of(shorter, cluster, Architecture.UNKNOWN)).isEmpty();
  }

  @Test
  void aClusterOfWhichNothingIsKnownRefusesNothing() {
    Cluster empty = new Cluster(List.of(), List.of(), List.of(), List.of());
    assertThat(FitCheck.of(job(WORK, "", "90d", gpus(9, ""), "x", ""), empty, Architecture.ARM64))
        .isEmpty();
  }

  private static String text(String file) {
    try {
      return Files.readString(RESOURCES.resolve(file));
    } catch (IOException e) {
      throw new AssertionError(file, e);
    }
  }
}
