package dev.skiff.runtime.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.kernel.Errno;
import dev.skiff.runtime.plan.ContainerPath;
import dev.skiff.runtime.plan.SetupStep;
import dev.skiff.runtime.plan.SetupStep.Access;
import dev.skiff.runtime.plan.SetupStep.Missing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanExecutorTest {

  private static final Path SESSION = Path.of("/session");
  private static final Path ROOT = Path.of("/session/root");

  private final RecordingKernel kernel =
      new RecordingKernel().directory("/data").directory("ROOT:/data");
  private final List<Problem> warnings = new ArrayList<>();

  private final List<String> results = new ArrayList<>();

  private void noteResult(SetupStep step, String result) {
    results.add(step.getClass().getSimpleName() + ": " + result);
  }

  private void carryOut(SetupStep... steps) {
    ImageServer images =
        new ImageServer() {
          @Override
          public boolean available() {
            return true;
          }

          @Override
          public void serve(SetupStep.MountImage step) {
            kernel.calls.add("serve " + step.image());
          }
        };
    new PlanExecutor(
            kernel,
            images,
            warnings::add,
            this::noteResult,
            () -> kernel.calls.add("the shell is ready"))
        .carryOut(List.of(steps));
  }

  @Test
  void aFileIsAddedOnlyWhereNothingStands() {
    carryOut(
        new SetupStep.AddFile(new ContainerPath("/s/env"), "there", 0755),
        new SetupStep.EnterRoot(ROOT));
    assertThat(kernel.calls).noneMatch(call -> call.startsWith("write"));
    assertThat(kernel.openDescriptors()).isZero();
  }

  @Test
  void everyStepBecomesTheseCalls() throws IOException {
    carryOut(
        new SetupStep.IsolateMounts(),
        new SetupStep.SessionDirectory(SESSION, 1 << 20),
        new SetupStep.MountImage(
            Path.of("/img.sif"),
            36864,
            4096,
            SetupStep.MountImage.Means.FUSE,
            SESSION.resolve("i")),
        new SetupStep.MountOverlay(
            List.of(Path.of("/a:b"), SESSION.resolve("i")),
            SESSION.resolve("up"),
            SESSION.resolve("work"),
            ROOT),
        new SetupStep.MountDirectory(Path.of("/sandbox"), SESSION.resolve("d")),
        bind("/data", "/data", Access.READ_ONLY, Missing.FAIL),
        bind("/etc/hosts", "/etc/hosts", Access.READ_WRITE, Missing.SKIP),
        new SetupStep.Tmpfs(new ContainerPath("/tmp"), 4096, 01777),
        new SetupStep.Proc(new ContainerPath("/proc")),
        new SetupStep.MinimalDev(new ContainerPath("/dev"), List.of(Path.of("/dev/nvidia0"))),
        new SetupStep.MakeDirectory(new ContainerPath("/scratch"), 0700),
        new SetupStep.ShowText(new ContainerPath("/etc/resolv.conf"), "nameserver ::1\n", false),
        new SetupStep.AmendAccounts(
            new ContainerPath("/etc/passwd"), List.of("alice:x:1000:1000::/home/alice:/bin/sh")),
        new SetupStep.SetHostName("box"),
        new SetupStep.MakeSymlink(new ContainerPath("/a/b"), "../c"),
        new SetupStep.SealRoot(),
        new SetupStep.EnterRoot(ROOT));
    golden("every-step.txt", String.join("\n", kernel.calls) + "\n");
    assertThat(kernel.openDescriptors()).isZero();
  }

  @Test
  void aDefaultBindWithoutSourceIsLeftOutInSilence() {
    kernel.failing("clone tree /nfs", -Errno.ENOENT);
    carryOut(bind("/nfs", "/nfs", Access.READ_WRITE, Missing.SKIP), new SetupStep.EnterRoot(ROOT));
    assertThat(warnings).isEmpty();
    assertThat(kernel.calls).contains("pivot_root . .");
  }

  @Test
  void aBindThatIsOnlyWishedForIsReportedWhenItsSourceIsAbsent() {
    kernel.failing("clone tree /nfs", -Errno.ENOENT);
    carryOut(bind("/nfs", "/nfs", Access.READ_WRITE, Missing.WARN), new SetupStep.EnterRoot(ROOT));
    assertThat(warnings).hasSize(1);
    assertThat(warnings.getFirst().why()).contains("/nfs doesn't exist");
  }

  @Test
  void aBindThatWasAskedForStopsTheStart() {
    kernel.failing("clone tree /nfs", -Errno.ENOENT);
    assertThatThrownBy(() ->
            carryOut(
                bind("/nfs", "/nfs", Access.READ_WRITE, Missing.FAIL),
                new SetupStep.EnterRoot(ROOT)))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.exitCode()).isEqualTo(ExitCode.NOT_STARTED);
              assertThat(e.problem().what()).isEqualTo("cannot bind '/nfs' (-B)");
            });
    assertThat(kernel.calls).doesNotContain("pivot_root . .");
  }

  @Test
  void aDirectoryIsNotBoundOverAFile() {
    kernel.directory("/other").failing("attach /other to ROOT:/file", -Errno.EINVAL);
    assertThatThrownBy(() ->
            carryOut(
                bind("/other", "/file", Access.READ_WRITE, Missing.FAIL),
                new SetupStep.EnterRoot(ROOT)))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("the source is a directory");
  }

  @Test
  void aFailedMountStopsTheStart() {
    kernel.failing("mount null null on / flags 540672 ", -Errno.EPERM);
    assertThatThrownBy(() -> carryOut(new SetupStep.IsolateMounts()))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("isolating the mounts: operation not permitted");
  }

  private static SetupStep bind(String source, String target, Access access, Missing missing) {
    return new SetupStep.Bind(Path.of(source), new ContainerPath(target), access, missing, "-B");
  }

  private static void golden(String name, String actual) throws IOException {
    Path file = Path.of("src/test/resources/launch", name);
    String expected = Files.exists(file) ? Files.readString(file) : "";
    if (!expected.equals(actual) && Boolean.getBoolean("golden.update")) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, actual);
    }
    assertThat(actual).isEqualTo(expected);
  }
}
