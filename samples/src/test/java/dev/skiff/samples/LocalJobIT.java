package dev.skiff.samples;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Jobs on this machine, of an ordinary user.
@Timeout(120)
final class LocalJobIT implements JobLaws {

  private static final HostUser USER = HostUser.SINGLE;

  private Path directory = Path.of("/");

  @BeforeEach
  void startInAnEmptyDirectory() {
    directory = InstalledSkiff.directoryOf(USER.orSkip());
  }

  private Map<String, String> environment() {
    return Map.of("XDG_STATE_HOME", directory.resolve("state").toString());
  }

  @Override
  public Outcome type(String... words) {
    return InstalledSkiff.skiff(USER, directory, environment(), words);
  }

  @Override
  public String backend() {
    return "local";
  }

  @Override
  public String alone(Path script) {
    return InstalledSkiff.as(USER, directory, Map.of(), "", List.of("bash", script.toString()))
        .out();
  }

  @Test
  void theTimeLimitIsKept() {
    type(
            "submit",
            "--on",
            "local",
            "-t",
            "2s",
            "--wait",
            BusyboxImage.sif().toString(),
            "sleep",
            "60")
        .ends(124);
    type("ps", "-a").printsAmongOthers("TIMEOUT");
  }

  @Test
  void whatOnlyASchedulerCanDoIsRefused() {
    type("submit", "--on", "local", "--tasks", "2", BusyboxImage.sif().toString(), "true")
        .ends(3)
        .complains("one task");
    type("submit", "--on", "moon", "B.sif", "true").ends(2).complains("--on slurm or --on local");
  }
}
