package dev.skiff.runtime.setup;

import dev.skiff.runtime.kernel.Kernel;
import dev.skiff.runtime.plan.SetupStep.Owner;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A shell with /dev/fuse open, in a mount namespace that was copied before any mount it is to
/// serve, so that the servers it becomes end with the container and not before. Outlives this JVM.
///
/// The device is opened in our own user namespace: the kernel lets nobody else mount with it.
final class WaitingShell implements AutoCloseable {

  private static final String READY = "ready ";
  private static final int FUSE = 3;
  private static final int MS_NOSUID_NODEV = 2 | 4;

  // Ctrl-C, a hang-up and Slurm's signals to every process of a step are the payload's business.
  private static final String START =
      "trap '' HUP INT QUIT TERM USR1 USR2 XCPU TSTP TTIN TTOU; cd / && exec 3<>/dev/fuse && exec ";
  private static final String SHELL =
      " -- /bin/sh -c 'read -r me _ </proc/self/stat; echo ready $me; . /dev/stdin'";

  private final Kernel kernel;
  private final Process process;
  private final BufferedReader answers;
  private final int processFd;
  private int mounts = -1;
  private int home = -1;

  private WaitingShell(Kernel kernel, Process process, BufferedReader answers, int processFd) {
    this.kernel = kernel;
    this.process = process;
    this.answers = answers;
    this.processFd = processFd;
  }

  /// Starts one.
  ///
  /// @param owner who it is to be, in a user namespace of its own; root stays who it is
  /// @throws IOException if it does not come up
  static WaitingShell start(Kernel kernel, Owner owner) throws IOException {
    String ids =
        owner.uid() == 0
            ? ""
            : " -U --keep-caps --map-user=" + owner.uid() + " --map-group=" + owner.gid();
    Process process =
        new ProcessBuilder("/bin/sh", "-c", START + unshare() + ids + " -m" + SHELL)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    BufferedReader answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String ready = answers.readLine();
    if (ready == null || !ready.startsWith(READY)) {
      throw absent(process);
    }
    // Its number as /proc has it, which may be another one than ours. Good when it has ended, too.
    int mounts = kernel.open("/proc/" + ready.substring(READY.length()) + "/ns/mnt", 0);
    int processFd = kernel.openProcess(process.pid());
    if (mounts < 0 || processFd < 0) {
      throw absent(process);
    }
    WaitingShell shell = new WaitingShell(kernel, process, answers, processFd);
    shell.mounts = mounts;
    return shell;
  }

  private static IOException absent(Process process) {
    process.destroyForcibly();
    return new IOException("the process that was to serve it did not come up");
  }

  private static String unshare() {
    String program = Programs.find("unshare");
    return program == null ? "unshare" : program;
  }

  /// Mounts with the shell's device; whatever it becomes serves /dev/fd/3.
  ///
  /// @return 0 or minus the error number
  int mount(String type, String target, long flags) {
    int device = kernel.takeDescriptor(processFd, FUSE);
    if (device < 0) {
      return device;
    }
    String options =
        "fd=" + device + ",rootmode=40000,user_id=0,group_id=0,allow_other,default_permissions";
    int result = kernel.mount(type, target, "fuse." + type, flags | MS_NOSUID_NODEV, options);
    // As long as this process holds the device, a dead server would leave every reader waiting.
    int _ = kernel.close(device);
    return result;
  }

  /// Gives it what to do.
  void tell(String script) throws IOException {
    OutputStream out = process.getOutputStream();
    out.write(script.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  /// The next line that it says; null when it has ended.
  @Nullable String answer() throws IOException {
    return answers.readLine();
  }

  /// From here to `leave`, paths are those of the shell's mount namespace.
  int enter() {
    home = kernel.open("/proc/self/ns/mnt", 0);
    return home < 0 ? home : kernel.joinMounts(mounts);
  }

  int leave() {
    int result = kernel.joinMounts(home);
    int _ = kernel.close(home);
    home = -1;
    return result;
  }

  /// Ends it, before it has become anything.
  void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    int _ = kernel.close(processFd) + kernel.close(mounts);
  }
}
