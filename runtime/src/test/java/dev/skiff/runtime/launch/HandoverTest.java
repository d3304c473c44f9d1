package dev.skiff.runtime.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.runtime.plan.ContainerPlan;
import dev.skiff.runtime.plan.Isolation;
import dev.skiff.runtime.plan.Payload;
import dev.skiff.runtime.plan.SetupStep;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class HandoverTest {

  private static final String JOINED = "skiff.joined";

  private static final ContainerPlan PLAN =
      new ContainerPlan(
          List.of(new SetupStep.EnterRoot(Path.of("/own"))),
          new Isolation(false, true, false, false),
          new Payload("exec \"$@\"", List.of("a"), Payload.Filter.NONE),
          List.of(new Problem("what", "why", "fix")));

  @AfterEach
  void forget() {
    System.clearProperty(JOINED);
  }

  @Test
  void whoSharesNothingSetsUpTheOwnContainer() {
    assertThat(Handover.joining(PLAN)).isEqualTo(PLAN);
  }

  @Test
  void whoSharesEntersWhatStandsAndKeepsAllElse() {
    System.setProperty(JOINED, "/run/user/1/skiff/share");
    assertThat(Handover.joining(PLAN))
        .isEqualTo(
            new ContainerPlan(
                List.of(new SetupStep.EnterRoot(Path.of("/run/user/1/skiff/share"))),
                PLAN.isolation(),
                PLAN.payload(),
                PLAN.notices()));
  }

  @Test
  void aShellIsAwaitedWhereTheLauncherSaysSo() {
    assertThat(Handover.awaited()).isFalse();
  }
}
