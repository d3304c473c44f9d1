package dev.skiff.runtime.setup;

import dev.skiff.runtime.kernel.Kernel;
import dev.skiff.runtime.plan.SetupStep;
import dev.skiff.runtime.plan.ShellText;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The process that the launcher forked to become `squashfuse_ll`: it waits in a mount namespace of
/// its own for the line that says what to serve, and so never keeps alive the mount it serves.
public final class WaitingServer implements ImageServer {

  private static final int MS_RDONLY_NOSUID_NODEV = 1 | 2 | 4;
  private static final int PATIENCE_MILLIS = 10_000;
  private static final String USE_MARK = ".used";

  private final Kernel kernel;
  private final int orderFd;
  private final int fuseFd;

  /// @param orderFd where its script is written; -1 when the launcher forked none
  /// @param fuseFd /dev/fuse, open for both, shared with it
  public WaitingServer(Kernel kernel, int orderFd, int fuseFd) {
    this.kernel = kernel;
    this.orderFd = orderFd;
    this.fuseFd = fuseFd;
  }

  @Override
  public boolean available() {
    return orderFd >= 0 && program() != null;
  }

  @Override
  public void serve(SetupStep.MountImage step) {
    String program = program();
    if (program == null) {
      throw SetupProblems.noSquashfuse(step.image());
    }
    // Its namespace must be a copy of the host's from before the mount, or it would hold the mount.
    if (!kernel.awaitReader(orderFd, PATIENCE_MILLIS)) {
      throw SetupProblems.imageServerAbsent(step.image());
    }
    String options =
        "fd=" + fuseFd + ",rootmode=40000,user_id=0,group_id=0,allow_other,default_permissions";
    String target = step.target().toString();
    int result =
        kernel.mount("squashfuse", target, "fuse.squashfuse", MS_RDONLY_NOSUID_NODEV, options);
    if (result < 0) {
      throw SetupProblems.image(step, result);
    }
    String line = order(step, program);
    int written = kernel.write(orderFd, line.getBytes(StandardCharsets.UTF_8));
    // As long as this process holds the device, a dead server would leave every reader waiting.
    int _ = kernel.close(fuseFd) + kernel.close(orderFd);
    if (written < 0) {
      throw SetupProblems.imageServerAbsent(step.image());
    }
  }

  /// An image of the cache has a file beside it: a lock on that, held as long as the image is
  /// served, keeps the image there. The server looks, so that no start waits for it; nor does it
  /// wait for a stranger's lock.
  private static String holdingMark(SetupStep.MountImage step) {
    String mark = ShellText.literal(step.image().toAbsolutePath().toString().concat(USE_MARK));
    StringBuilder text = new StringBuilder(512); // not `+`: the JVM would spin a class for it
    text.append("if [ -f ").append(mark).append(" ] && [ -r ").append(mark).append(" ]; then ");
    return text.append("exec 0<").append(mark).append("; flock -n -s 0; fi; ").toString();
  }

  private String order(SetupStep.MountImage step, String program) {
    StringBuilder text = new StringBuilder(holdingMark(step));
    text.append("exec ").append(ShellText.literal(program)).append(" -f -o ro,offset=");
    text.append(step.offsetBytes()).append(' ');
    text.append(ShellText.literal(step.image().toAbsolutePath().toString()));
    return text.append(" /dev/fd/").append(fuseFd).append('\n').toString();
  }

  /// The first `squashfuse_ll` of PATH and the usual folders.
  public static @Nullable String program() {
    return Programs.find("squashfuse_ll");
  }
}
