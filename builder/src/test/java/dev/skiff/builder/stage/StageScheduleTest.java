package dev.skiff.builder.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.builder.plan.Bases;
import dev.skiff.builder.plan.BuildPlanner;
import dev.skiff.builder.plan.BuildPlanner.Tests;
import dev.skiff.builder.plan.ChosenSections;
import dev.skiff.builder.plan.Target;
import dev.skiff.definitions.DefinitionReader;
import dev.skiff.definitions.Reading;
import dev.skiff.definitions.template.BuildArguments;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class StageScheduleTest {

  private static StageSchedule of(String text) {
    Reading reading = DefinitionReader.read("x.def", text, BuildArguments.none());
    if (!(reading instanceof Reading.Accepted accepted)) {
      throw new AssertionError(reading);
    }
    Target target = new Target(Path.of("x.sif"), Target.Form.SIF, Target.Existing.REFUSE);
    Bases bases = new Bases(Path.of("/"), Map.of());
    return StageSchedule.of(
        new BuildPlanner(ChosenSections.ALL, Tests.RUN, bases)
            .plan(accepted.definition(), target)
            .stages());
  }

  private static String stage(String name, String more) {
    return "Bootstrap: scratch\nStage: %s\n\n%%post\n  a\n%s\n".formatted(name, more);
  }

  @Test
  void aStageWaitsForThoseThatItCopiesFromAlone() {
    StageSchedule schedule =
        of(stage("a", "") + stage("b", "") + stage("c", "%files from a\n  /x\n") + stage("d", ""));
    assertThat(schedule.after()).containsExactly(Set.of(), Set.of(), Set.of(0), Set.of());
    assertThat(schedule.isParallel()).isTrue();
  }

  @Test
  void whoTouchesTheHostDoesSoInItsTurn() {
    StageSchedule schedule =
        of(stage("a", "") + stage("b", "%setup\n  x\n") + stage("c", "") + stage("d", ""));
    assertThat(schedule.after()).containsExactly(Set.of(), Set.of(0), Set.of(1), Set.of(1));
  }

  @Test
  void aChainOfStagesIsNotParallel() {
    StageSchedule chain =
        of(
            stage("a", "")
                + stage("b", "%files from a\n  /x\n")
                + stage("c", "%files from b\n  /x\n"));
    assertThat(chain.isParallel()).isFalse();
  }

  private static StageSchedule free(int stages) {
    return new StageSchedule(Collections.nCopies(stages, Set.of()));
  }

  @Test
  void stagesRunAtOnceAsFarAsTheyMay() throws IOException {
    CountDownLatch both = new CountDownLatch(2);
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    free(5)
        .run(
            2,
            stage -> {
              most.accumulateAndGet(now.incrementAndGet(), Math::max);
              both.countDown();
              await(both);
              now.decrementAndGet();
            },
            () -> {});
    assertThat(most).hasValue(2);
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    }
  }

  @Test
  void oneAtATimeTheyKeepTheirOrder() throws IOException {
    ConcurrentLinkedQueue<Integer> order = new ConcurrentLinkedQueue<>();
    free(4).run(1, order::add, () -> {});
    assertThat(order).containsExactly(0, 1, 2, 3);
  }

  @Test
  void theFirstFailureEndsTheOthersAndIsTold() {
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch waiting = new CountDownLatch(1);
    AtomicInteger ends = new AtomicInteger();
    List<Integer> begun = new CopyOnWriteArrayList<>();
    StageSchedule schedule = new StageSchedule(List.of(Set.of(), Set.of(), Set.of(0)));
    assertThatThrownBy(() ->
            schedule.run(
                3,
                stage -> {
                  begun.add(stage);
                  if (stage == 1) {
                    await(waiting);
                    throw new IOException("the first");
                  }
                  waiting.countDown();
                  await(never);
                },
                ends::incrementAndGet))
        .isInstanceOf(IOException.class)
        .hasMessage("the first");
    assertThat(ends.get()).isPositive();
    assertThat(begun).doesNotContain(2);
  }
}
