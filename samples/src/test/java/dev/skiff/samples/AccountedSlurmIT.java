package dev.skiff.samples;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Jobs on an ordinary user's own cluster, which has a database and forgets after two seconds.
@Timeout(180)
final class AccountedSlurmIT implements JobLaws {

  private static final HostUser USER = HostUser.SINGLE;
  private static SlurmCluster cluster;

  private Path directory = Path.of("/");

  @BeforeAll
  static void start() {
    cluster = SlurmCluster.startOrSkip(USER.orSkip(), "--min-job-age", "2", "--accounting");
  }

  @AfterAll
  static void end() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @BeforeEach
  void startInAnEmptyDirectory() {
    directory = InstalledSkiff.directoryOf(USER);
  }

  @Override
  public Outcome type(String... words) {
    return InstalledSkiff.skiff(USER, directory, cluster.environment(directory), words);
  }

  @Override
  public String backend() {
    return "slurm";
  }

  @Override
  public String alone(Path script) {
    return cluster.alone(USER, directory, script);
  }

  /// SIGKILL to the waiter leaves no exit file: the accounting alone knows the end.
  @Test
  void theAccountingTellsOfAForgottenJobThatLeftNothing() {
    String name =
        type("submit", BusyboxImage.sif().toString(), "--", "sh", "-c", "echo kept; sleep 60")
            .ends(0)
            .out()
            .strip();
    for (int i = 0; i < 60 && !type("logs", name).out().contains("kept"); i++) {
      type("ps", name).ends(0);
    }
    String id =
        type("ps", "-a", "--json", name).out().replaceAll("(?s).*\"id\" : \"(\\d+)\".*", "$1");
    cluster.as(USER, directory, "scancel", "--signal=KILL", "--full", id).ends(0);
    cluster.await(id, "");
    type("wait", name).ends(130);
    type("ps", "-a").ends(0).printsAmongOthers("cancelled by ");
    type("logs", name).ends(0).printsAmongOthers("kept\n");
  }
}
