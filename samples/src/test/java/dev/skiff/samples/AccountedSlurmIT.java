package dev.skiff.samples;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Jobs on an ordinary user's own cluster, which has a database and forgets after two seconds.
@Timeout(180)
final class AccountedSlurmIT implements JobLaws {

  @RegisterExtension
  static final SlurmUser USER = new SlurmUser(SlurmUser.WHO, "--min-job-age", "2", "--accounting");

  @Override
  public Outcome type(String... words) {
    return USER.type(words);
  }

  @Override
  public String backend() {
    return "slurm";
  }

  @Override
  public String alone(Path script) {
    return USER.cluster().alone(SlurmUser.WHO, USER.directory(), script);
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
    String id = USER.number(name);
    USER.as("scancel", "--signal=KILL", "--full", id).ends(0);
    USER.cluster().await(id, "");
    type("wait", name).ends(130);
    type("ps", "-a").ends(0).printsAmongOthers("cancelled by ");
    type("logs", name).ends(0).printsAmongOthers("kept\n");
  }
}
