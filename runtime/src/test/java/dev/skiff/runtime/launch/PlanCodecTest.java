package dev.skiff.runtime.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.runtime.plan.ContainerPath;
import dev.skiff.runtime.plan.ContainerPlan;
import dev.skiff.runtime.plan.Isolation;
import dev.skiff.runtime.plan.Payload;
import dev.skiff.runtime.plan.SetupStep;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanCodecTest {

  private static final ContainerPath PLACE = new ContainerPath("/a\nb 'c'/é");
  private static final Path HOST = Path.of("/host/with space\tand,comma:colon");

  private static final ContainerPlan EVERYTHING =
      new ContainerPlan(
          List.of(
              new SetupStep.IsolateMounts(),
              new SetupStep.SessionDirectory(HOST, Long.MAX_VALUE),
              new SetupStep.MountImage(HOST, 36864, 12, SetupStep.MountImage.Means.LOOP, HOST),
              new SetupStep.MountOverlay(List.of(HOST, Path.of("/b")), HOST, HOST, HOST)
                  .unlessPresent(List.of(new ContainerPath("/dev"), new ContainerPath("/a b"))),
              new SetupStep.MountVolume(
                  HOST,
                  1,
                  2,
                  SetupStep.FileSystem.EXT3,
                  SetupStep.Access.READ_WRITE,
                  SetupStep.MountImage.Means.FUSE,
                  new SetupStep.Owner(1000, 100),
                  SetupStep.Missing.WARN,
                  HOST),
              new SetupStep.BindInside(HOST, "/in", PLACE, SetupStep.Access.READ_ONLY, "-B"),
              new SetupStep.MountDirectory(HOST, HOST),
              new SetupStep.CopyMounts(4711, HOST),
              new SetupStep.Bind(
                  HOST, PLACE, SetupStep.Access.READ_ONLY, SetupStep.Missing.WARN, "-B"),
              new SetupStep.Tmpfs(PLACE, 64, 01777),
              new SetupStep.Proc(PLACE),
              new SetupStep.MinimalDev(PLACE, List.of(HOST)),
              new SetupStep.MakeDirectory(PLACE, 0700),
              new SetupStep.ShowText(PLACE, "two\nlines\n", true),
              new SetupStep.AddFile(PLACE, "#!/bin/sh\n", 0755),
              new SetupStep.AmendAccounts(PLACE, List.of("a:x:1", "")),
              new SetupStep.MakeHostDirectory(HOST, 0700),
              new SetupStep.SetHostName("box"),
              new SetupStep.MakeSymlink(PLACE, "../x"),
              new SetupStep.SealRoot(),
              new SetupStep.EnterRoot(HOST)),
          new Isolation(true, false, true, false),
          new Payload("exec \"$@\"\n", List.of("", "a b", "ü"), Payload.Filter.EMULATE_ROOT),
          List.of(new Problem("what", "why\nmore", "fix")));

  @Test
  void aPlanComesBackAsItWas() {
    assertThat(PlanCodec.decode(PlanCodec.encode(EVERYTHING))).isEqualTo(EVERYTHING);
  }

  @Test
  void everyKindOfStepIsInTheRoundTrip() {
    assertThat(EVERYTHING.setup().stream().map(Object::getClass))
        .containsExactlyInAnyOrder(SetupStep.class.getPermittedSubclasses());
  }

  @Test
  void aPlanThatWasCutIsRefused() {
    byte[] whole = PlanCodec.encode(EVERYTHING);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> PlanCodec.decode(cut)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aScriptWithANulIsRefused() {
    ContainerPlan plan =
        new ContainerPlan(
            List.of(), Isolation.MOUNTS_ONLY, new Payload("a\0b", List.of(), Payload.Filter.NONE));
    assertThatThrownBy(() -> PlanCodec.encode(plan)).hasMessage("a field holds a NUL");
  }

  @Test
  void problemsAreReadOneAfterAnother() {
    byte[] one = PlanCodec.encode(new Problem("a", "b", "c"));
    String twice = new String(one, StandardCharsets.UTF_8).repeat(2);
    assertThat(PlanCodec.decodeProblems(twice.getBytes(StandardCharsets.UTF_8)))
        .containsExactly(new Problem("a", "b", "c"), new Problem("a", "b", "c"));
  }
}
