package dev.skiff.runtime.setup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.runtime.kernel.Errno;
import dev.skiff.runtime.plan.ContainerPath;
import dev.skiff.runtime.plan.SetupStep;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// When an image is the root as it is, and when below an overlay.
class BareRootTest {

  private static final Path SESSION = Path.of("/session");
  private static final String SHOWN = "attach /session/image to ROOT";

  private final RecordingKernel kernel = new RecordingKernel();

  /// The image is there already.
  private static final class NoImages implements ImageServer {
    @Override
    public boolean available() {
      return false;
    }

    @Override
    public void serve(SetupStep.MountImage step) {
      throw new AssertionError(step);
    }
  }

  private List<String> calls(String... points) {
    List<ContainerPath> paths = new ArrayList<>();
    for (String point : points) {
      paths.add(new ContainerPath(point));
    }
    SetupStep.MountOverlay whole =
        new SetupStep.MountOverlay(
            List.of(SESSION.resolve("image")),
            SESSION.resolve("upper"),
            SESSION.resolve("work"),
            SESSION.resolve("root"));
    ImageServer none = new NoImages();
    new PlanExecutor(kernel, none, problem -> {}, MountLog.NONE, () -> {})
        .carryOut(
            List.of(
                new SetupStep.SessionDirectory(SESSION, 0),
                whole.unlessPresent(paths),
                new SetupStep.SealRoot(),
                new SetupStep.EnterRoot(SESSION.resolve("root"))));
    assertThat(kernel.openDescriptors()).isZero();
    return kernel.calls;
  }

  private List<String> overlays(String... points) {
    return calls(points).stream().filter(call -> call.startsWith("mount overlay")).toList();
  }

  @Test
  void anImageWithAllMountPointsIsTheRoot() {
    assertThat(overlays("/dev", "/etc/hosts", "/home/alice")).isEmpty();
    assertThat(kernel.calls).contains(SHOWN, "read-only ROOT THIS_MOUNT");
  }

  @Test
  void onlyTheDirectoryThatLacksOneIsCovered() {
    kernel.failing("find /home/alice", -Errno.ENOENT).failing("find /home/bob", -Errno.ENOENT);
    assertThat(overlays("/dev", "/home/alice", "/home/bob"))
        .singleElement()
        .asString()
        .startsWith("mount overlay overlay on ROOT:/home ");
    assertThat(kernel.calls).contains(SHOWN, "read-only ROOT:/home THIS_MOUNT");
  }

  @Test
  void theNearestDirectoryThatIsThereIsCovered() {
    kernel.failing("find /var/lib/a/b", -Errno.ENOENT).failing("find /var/lib/a", -Errno.ENOENT);
    assertThat(overlays("/var/lib/a/b"))
        .singleElement()
        .asString()
        .startsWith("mount overlay overlay on ROOT:/var/lib ");
  }

  @Test
  void whatTheRootDirectoryLacksNeedsAnOverlayOfTheWhole() {
    kernel.failing("find /ceph/alice", -Errno.ENOENT).failing("find /ceph", -Errno.ENOENT);
    assertThat(overlays("/dev", "/ceph/alice"))
        .singleElement()
        .asString()
        .startsWith("mount overlay overlay on /session/root ");
    assertThat(kernel.calls).doesNotContain(SHOWN);
  }

  @Test
  void aLinkToNothingNeedsOneToo() {
    kernel.danglingLink("/etc/resolv.conf");
    assertThat(overlays("/etc/resolv.conf")).singleElement().asString().contains("/session/root");
  }

  @Test
  void directoriesInOneAnotherAreNotCoveredBoth() {
    kernel.failing("find /var/a", -Errno.ENOENT).failing("find /var/lib/b", -Errno.ENOENT);
    assertThat(overlays("/var/a", "/var/lib/b"))
        .singleElement()
        .asString()
        .contains("/session/root");
  }

  @Test
  void aCoverThatIsRefusedIsNoReasonToFail() {
    kernel
        .failing("find /home/alice", -Errno.ENOENT)
        .failing("find /mnt/a", -Errno.ENOENT)
        .failing("mkdir  /session/cover1 755", -Errno.ENOSPC);
    assertThat(overlays("/home/alice", "/mnt/a"))
        .last()
        .asString()
        .startsWith("mount overlay overlay on /session/root ");
    assertThat(kernel.calls).doesNotContain("read-only ROOT:/home THIS_MOUNT");
  }

  @Test
  void aServerThatIsGoneIsNotAskedOn() {
    kernel.failing("find /dev", -Errno.ENOTCONN);
    assertThat(overlays("/dev")).singleElement().asString().contains("/session/root");
  }
}
