package dev.skiff.runtime.setup;

import dev.skiff.runtime.kernel.Errno;
import dev.skiff.runtime.plan.SetupStep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// `squashfuse_ll` as a child process that mounts by itself. It lives inside the container's pid
/// namespace and dies with it; without one it would outlive the container.
public final class SpawnedServer implements ImageServer {

  private static final int PATIENCE_MILLIS = 10_000;

  @Override
  public boolean available() {
    return WaitingServer.program() != null && Files.isWritable(Path.of("/dev/fuse"));
  }

  @Override
  public void serve(SetupStep.MountImage step) {
    String program = WaitingServer.program();
    if (program == null) {
      throw SetupProblems.noSquashfuse(step.image());
    }
    try {
      Process process =
          new ProcessBuilder(
                  program,
                  "-f",
                  "-o",
                  "ro,allow_other,offset=" + step.offsetBytes(),
                  step.image().toAbsolutePath().toString(),
                  step.target().toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      for (int waited = 0; !mounted(step.target()); waited += 5) {
        if (!process.isAlive()) {
          throw SetupProblems.image(step, -Errno.EINVAL);
        }
        if (waited > PATIENCE_MILLIS) {
          throw SetupProblems.imageServerAbsent(step.image());
        }
        Thread.sleep(5);
      }
    } catch (IOException failure) {
      throw SetupProblems.noSquashfuse(step.image());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw SetupProblems.imageServerAbsent(step.image());
    }
  }

  private static boolean mounted(Path target) throws IOException {
    String field = " " + target.toString().replace(" ", "\\040") + " ";
    for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
      if (line.contains(field) && line.contains(" fuse")) {
        return true;
      }
    }
    return false;
  }
}
