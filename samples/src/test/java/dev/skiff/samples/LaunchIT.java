package dev.skiff.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// An ordinary user works interactively in a cluster that root runs.
class LaunchIT {

  private static final HostUser USER = HostUser.SINGLE;

  private static SlurmCluster cluster;
  private static Path work;

  @BeforeAll
  static void start() throws IOException {
    USER.orSkip();
    cluster = SlurmCluster.startOrSkip(HostUser.ROOT);
    work = InstalledSkiff.directoryOf(USER);
    Files.copy(BusyboxImage.sif(), work.resolve("B.sif"), StandardCopyOption.REPLACE_EXISTING);
  }

  @AfterAll
  static void end() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void aTerminalOnTheNodeFollowsTheSizeOfOursAndTheJobEndsWhenItIsLeft() {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "script is not installed");
    String inside =
        "test -t 0 && echo seen gpus=$CUDA_VISIBLE_DEVICES $FOO; sleep 4; stty size; exit 5";
    String line =
        "stty rows 33 cols 101; (sleep 1; until %s/q | grep -q R; do sleep 1; done; sleep 2; stty rows 44 cols 90 </dev/tty) & %s launch -g a100:1 -t 5m B.sif -- sh -c '%s'"
            .formatted(work, InstalledSkiff.command(), inside);
    Outcome session =
        cluster.as(
            USER,
            work,
            state("tty"),
            "",
            List.of(
                "sh",
                "-c",
                "printf '#!/bin/sh\\nsqueue -h -o %%t\\n' >q; chmod +x q; exec script -qec \"$0\""
                    + " /dev/null",
                line));
    session.ends(5).printsAmongOthers("seen gpus=0 bar").printsAmongOthers("44 90");
    session.printsAmongOthers("has ended");
    assertThat(cluster.as(USER, work, "squeue", "-h", "-t", "R,PD").out()).isEmpty();
    launch("tty", "wait", "-").ends(5);
    launch("tty", "ps").ends(0).printsAmongOthers("FAILED").printsAmongOthers("exit status 5");
  }

  @Test
  void inTheBackgroundItIsComeBackToAndItsPortIsTold() {
    Outcome launched =
        launch(
                "back", "launch", "-b", "--port", "8888", "-N", "lab", "-t", "5m", "-q", "short",
                "B.sif")
            .ends(0)
            .prints("lab\n");
    launched.complains("-L 8888:127.0.0.1:8888 -J skiffnosub@").complains("skiff attach lab");
    String token = launched.err().replaceFirst("(?s).*token=", "").lines().findFirst().orElse("");
    assertThat(token).hasSize(32);
    launch("back", "attach", "lab", "--", "sh", "-c", "echo $JUPYTER_TOKEN")
        .ends(0)
        .prints(token + "\n");
    launch("back", "cancel", "lab").ends(0);
    launch("back", "attach", "lab").ends(1).complains("it does not run");
  }

  @Test
  void whatCouldNeverRunIsRefusedBeforeItIsSent() {
    launch("no", "launch", "-t", "10h", "B.sif")
        .ends(3)
        .complains("allows at most 30 min")
        .complains("-q long,overcap");
    launch("no", "launch", "-g", "9", "B.sif").ends(3).complains("has more than 2 GPUs");
    launch("no", "launch").ends(2).complains("no image was named");
    launch("no", "ps", "-a").ends(0);
  }

  @Test
  void whileItWaitsTheReasonIsSaidInWords() {
    String full = cluster.submit(USER, work, "sleep 8", "-p", "long", "--gres=gpu:2080_ti:1");
    launch("wait", "launch", "-g", "2080_ti:1", "-q", "long", "-t", "5m", "B.sif", "true")
        .ends(0)
        .complains("waits: what it asks for is not free yet");
    cluster.await(full, "COMPLETED");
    launch("wait", "wait", "-").ends(0).complains("SUCCEEDED");
    String id =
        launch("wait", "ps", "--json").out().replaceAll("(?s).*\"id\" : \"(\\d+)\".*", "$1");
    cluster.await(id, "COMPLETED");
  }

  private static Outcome launch(String state, String... words) {
    List<String> command = new java.util.ArrayList<>(List.of(InstalledSkiff.command().toString()));
    command.addAll(List.of(words));
    return cluster.as(USER, work, state(state), "", command);
  }

  private static Map<String, String> state(String name) {
    return Map.of("XDG_STATE_HOME", work.resolve("state-" + name).toString());
  }
}
