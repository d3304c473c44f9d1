package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.execute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Programs of Open MPI and MPICH, from Debian's packages, in an image: ranks find each other
/// whoever starts them, and move messages of megabytes by reading each other's memory.
@Timeout(180)
final class MpiIT {

  private static final HostUser USER = HostUser.SINGLE;

  private static final String PROGRAM =
      """
      #include <mpi.h>
      #include <stdio.h>
      #include <stdlib.h>
      #include <string.h>
      int main(int count, char **words) {
        int rank, size, sum, one, large = 8 << 20;
        MPI_Init(&count, &words);
        MPI_Comm_rank(MPI_COMM_WORLD, &rank);
        MPI_Comm_size(MPI_COMM_WORLD, &size);
        one = rank + 1;
        MPI_Allreduce(&one, &sum, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
        char *message = malloc(large);
        memset(message, rank, large);
        MPI_Sendrecv_replace(message, large, MPI_CHAR, (rank + 1) % size, 0, (rank + size - 1) % size, 0,
                             MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        printf("rank %d of %d: sum %d, last byte %d\\n", rank, size, sum, message[large - 1]);
        return MPI_Finalize();
      }
      """;

  /// What the packages brought, with the libraries that it needs, and a shell.
  private static final String COPY =
      """
      cd "$1" && mkdir -p box/usr/bin box/usr/lib box/usr/lib64 box/usr/sbin box/etc box/tmp box/opt
      for folder in bin lib lib64 sbin; do ln -s usr/$folder box/$folder; done
      for kind in openmpi mpich; do mpicc.$kind -o box/opt/sum.$kind sum.c || exit; done
      for package in libopenmpi3 openmpi-bin openmpi-common libpmix2 mpich libmpich12 libfabric1 libucx0; do
        dpkg -L $package
      done | grep -vE '^/usr/share/(doc|man|lintian)|\\.a$' >all
      printf '%s\\n' /bin/sh /usr/bin/env /usr/bin/ssh >>all
      while read -r file; do [ -d "$file" ] || echo "$file"; done <all >files
      grep -E '\\.so|/s?bin/' files | while read -r file; do ldd "$file" 2>&- | grep -o '/[^ ]*'; done >>files
      sort -u files | tar -chf - -T - 2>&- | tar -xf - -C box
      echo 'root:x:0:0:root:/root:/bin/sh' >box/etc/passwd && echo 'root:x:0:' >box/etc/group
      """;

  private static SlurmCluster cluster;
  private static Path image = Path.of("/");

  @BeforeAll
  static void buildTheImage() throws IOException {
    USER.orSkip();
    for (String program : List.of("mpicc.openmpi", "mpicc.mpich", "gcc", "ssh", "perl")) {
      assumeTrue(Files.isExecutable(Path.of("/usr/bin", program)), program + " is not installed");
    }
    for (String header :
        List.of("openmpi/include/mpi.h", "../../include/x86_64-linux-gnu/mpich/mpi.h")) {
      Path file = Path.of("/usr/lib/x86_64-linux-gnu").resolve(header).normalize();
      assumeTrue(Files.exists(file), "there is no " + file);
    }
    cluster = SlurmCluster.startOrSkip(HostUser.ROOT);
    Path directory = directoryOf(HostUser.ROOT);
    Files.writeString(directory.resolve("sum.c"), PROGRAM);
    execute("sh", "-c", COPY, "sh", directory.toString());
    InstalledSkiff.skiff(HostUser.ROOT, directory, "build", "mpi.sif", "box").ends(0);
    image = directory.resolve("mpi.sif");
  }

  @AfterAll
  static void endTheCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private static Outcome type(Map<String, String> variables, String line) {
    String typed =
        line.replace("SKIFF", InstalledSkiff.command() + "").replace("IMAGE", image + "");
    return cluster.as(USER, directoryOf(USER), variables, "", List.of("sh", "-c", typed));
  }

  private static void sums(Outcome outcome, int ranks) {
    outcome.ends(0);
    List<String> lines = outcome.out().lines().sorted().toList();
    assertThat(lines).as("%s%nerr: %s", outcome.out(), outcome.err()).hasSize(ranks);
    for (int rank = 0; rank < ranks; rank++) {
      assertThat(lines.get(rank))
          .isEqualTo(
              "rank %d of %d: sum %d, last byte %d"
                  .formatted(rank, ranks, ranks * (ranks + 1) / 2, (rank + ranks - 1) % ranks));
    }
    assertThat(outcome.err()).doesNotContain("WARNING").doesNotContain("different user namespaces");
  }

  @ParameterizedTest
  @CsvSource({"pmix,openmpi", "pmi2,mpich"})
  void ranksThatSlurmStartsFindEachOther(String interfaces, String kind) {
    sums(
        type(
            Map.of(),
            "srun -w n1 -n4 --mpi=%s SKIFF exec --share IMAGE /opt/sum.%s"
                .formatted(interfaces, kind)),
        4);
  }

  /// Each node shares its own; MPICH would take both for one, as they are this one machine.
  @Test
  void ranksOfTwoNodesFindEachOther() {
    sums(
        type(
            Map.of(), "srun -p short -N2 -n4 --mpi=pmix SKIFF exec --share IMAGE /opt/sum.openmpi"),
        4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"openmpi --oversubscribe", "mpich"})
  void ranksThatALauncherOnTheHostStartsFindEachOther(String launcher) {
    String kind = launcher.split(" ", 2)[0];
    sums(
        type(
            Map.of(),
            "mpirun.%s -n 4 SKIFF exec --share IMAGE /opt/sum.%s".formatted(launcher, kind)),
        4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"openmpi --oversubscribe", "mpich"})
  void ranksThatALauncherInTheImageStartsFindEachOther(String launcher) {
    String kind = launcher.split(" ", 2)[0];
    sums(
        type(Map.of(), "SKIFF exec IMAGE mpirun.%s -n 4 /opt/sum.%s".formatted(launcher, kind)), 4);
  }
}
