package dev.skiff.runtime.setup;

import dev.skiff.runtime.kernel.Kernel;
import dev.skiff.runtime.plan.SetupStep;
import java.nio.file.Path;

/// A /dev with the nodes that programs expect everywhere and none else. The nodes are the host's
/// own, bound: nobody may make device nodes in a user namespace.
final class DeviceDirectory {

  private static final String[] NODES = {"full", "null", "random", "tty", "urandom", "zero"};
  private static final String[][] LINKS = {
    {"fd", "/proc/self/fd"},
    {"stdin", "/proc/self/fd/0"},
    {"stdout", "/proc/self/fd/1"},
    {"stderr", "/proc/self/fd/2"},
    {"ptmx", "pts/ptmx"}
  };
  private static final int MS_NOSUID = 2;
  private static final int MS_NODEV = 4;
  private static final int MS_NOEXEC = 8;

  private final Kernel kernel;
  private final ContainerRoot root;

  DeviceDirectory(Kernel kernel, ContainerRoot root) {
    this.kernel = kernel;
    this.root = root;
  }

  void furnish(SetupStep.MinimalDev step) {
    String dev = step.target().value();
    mount(dev, "tmpfs", MS_NOSUID | MS_NOEXEC, "mode=755,size=65536");
    for (String node : NODES) {
      bind("/dev/" + node, dev + "/" + node);
    }
    for (Path device : step.devices()) {
      String name = device.toString();
      bind(name, name.startsWith("/dev/") ? dev + name.substring(4) : dev + name);
    }
    for (String[] link : LINKS) {
      check(root.makeSymlink(dev + "/" + link[0], link[1]), "linking " + link[0]);
    }
    mount(dev + "/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620");
    mount(dev + "/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777");
    messageQueues(dev + "/mqueue");
  }

  /// The container's own queues; where it shares the host's, only root may mount them anew.
  private void messageQueues(String target) {
    int fd = check(root.make(target, ContainerRoot.Kind.DIRECTORY, 0755), "making " + target);
    int flags = MS_NOSUID | MS_NODEV;
    if (kernel.mount("mqueue", PlanExecutor.descriptor(fd), "mqueue", flags, "") < 0) {
      bind("/dev/mqueue", target);
    }
    close(fd);
  }

  /// A node that this host lacks is left out.
  private void bind(String source, String target) {
    int tree = kernel.cloneTree(source);
    if (tree < 0) {
      return;
    }
    boolean directory =
        (kernel.mode(tree) & ContainerRoot.TYPE_MASK) == ContainerRoot.DIRECTORY_TYPE;
    ContainerRoot.Kind kind = directory ? ContainerRoot.Kind.DIRECTORY : ContainerRoot.Kind.FILE;
    int fd = check(root.make(target, kind, directory ? 0755 : 0666), "making " + target);
    check(kernel.attach(tree, fd), "binding " + source);
    close(fd);
    close(tree);
  }

  private void mount(String target, String type, int flags, String options) {
    int fd = check(root.make(target, ContainerRoot.Kind.DIRECTORY, 0755), "making " + target);
    int result = kernel.mount(type, PlanExecutor.descriptor(fd), type, flags, options);
    check(result, "mounting " + type + " on " + target);
    close(fd);
  }

  private int check(int result, String action) {
    if (result < 0) {
      throw SetupProblems.step(action, result);
    }
    return result;
  }

  private void close(int fd) {
    int _ = kernel.close(fd);
  }
}
