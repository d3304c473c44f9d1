package dev.skiff.runtime.kept;

import dev.skiff.runtime.kernel.Kernel;
import dev.skiff.runtime.plan.SetupStep;
import dev.skiff.runtime.setup.MountedImages;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Passes every call on to the kernel and notes it, with what came of it. A call that cannot be
/// made again by another process, such as one about a process, spoils the record.
public final class RecordedCalls implements Kernel, MountedImages.UseOfUnpacked {

  private static final String DESCRIPTOR = "/proc/self/fd/";

  private final Kernel kernel;
  private final KeptFields fields = new KeptFields();
  private final Set<Integer> open = new HashSet<>();
  private boolean spoilt;
  private int served;

  public RecordedCalls(Kernel kernel) {
    this.kernel = kernel;
  }

  /// The start differs from time to time: nothing is to be kept of it.
  public void spoil() {
    spoilt = true;
  }

  /// The waiting shell has come to its last program.
  public void awaited() {
    fields.text("await");
  }

  /// An image was served through FUSE, by calls that are not noted.
  ///
  /// @param program the server
  public void served(SetupStep.MountImage step, String program) {
    fields.text("serve").text(program).text(step.image().toAbsolutePath().toString());
    fields.number(step.offsetBytes()).text(step.target().toString());
    served++;
  }

  /// An image was found unpacked, or is now; by calls that are not noted.
  @Override
  public void of(Path directory, String programs) {
    fields.text("unpacked").text(directory.toString()).text(programs);
    served++;
  }

  /// What was noted, each field ended by a NUL; null for what must not be kept.
  ///
  /// @param images how many images should have been served through FUSE, or unpacked
  byte @Nullable [] fields(int images) {
    fields.text("end");
    return spoilt || fields.isSpoilt() || served != images ? null : fields.bytes();
  }

  /// A path as it is noted: descriptors have other numbers the next time.
  private String path(String text) {
    if (text.startsWith(DESCRIPTOR)) {
      try {
        int fd = Integer.parseInt(text.substring(DESCRIPTOR.length()));
        if (open.contains(fd)) {
          return "@" + fd;
        }
      } catch (NumberFormatException e) {
        spoil();
      }
    }
    if (text.startsWith("@")) {
      spoil();
    }
    return text;
  }

  private int opened(int fd) {
    if (fd >= 0) {
      open.add(fd);
    }
    return done(fd);
  }

  private int done(int result) {
    fields.number(result);
    return result;
  }

  private int refused(int result) {
    spoil();
    return result;
  }

  @Override
  public int mount(
      @Nullable String source, String target, @Nullable String type, long flags, String data) {
    fields.text("mount").text(source == null ? "" : path(source)).text(path(target));
    fields.text(type == null ? "" : type).number(flags).text(data);
    return done(kernel.mount(source, target, type, flags, data));
  }

  @Override
  public int unmount(String target, int flags) {
    fields.text("unmount").text(target).number(flags);
    return done(kernel.unmount(target, flags));
  }

  @Override
  public int pivotRoot(String newRoot, String putOld) {
    fields.text("pivot").text(newRoot).text(putOld);
    return done(kernel.pivotRoot(newRoot, putOld));
  }

  @Override
  public int chdir(String directory) {
    fields.text("chdir").text(directory);
    return done(kernel.chdir(directory));
  }

  @Override
  public int cloneTree(String path) {
    fields.text("tree").text(path(path));
    return opened(kernel.cloneTree(path));
  }

  @Override
  public int makeReadOnly(int fd, Depth depth) {
    fields.text("seal").number(fd).number(depth == Depth.AND_BELOW ? 1 : 0);
    return done(kernel.makeReadOnly(fd, depth));
  }

  @Override
  public int attach(int fd, int targetFd) {
    fields.text("attach").number(fd).number(targetFd);
    return done(kernel.attach(fd, targetFd));
  }

  @Override
  public int openDirectory(String path) {
    fields.text("directory").text(path(path));
    return opened(kernel.openDirectory(path));
  }

  @Override
  public int openInRoot(int rootFd, String path, int flags) {
    fields.text("find").number(rootFd).text(path).number(flags);
    return opened(kernel.openInRoot(rootFd, path, flags));
  }

  @Override
  public int open(String path, int flags) {
    fields.text("open").text(path(path)).number(flags);
    return opened(kernel.open(path, flags));
  }

  @Override
  public int makeFile(int directoryFd, String name, int mode) {
    fields.text("file").number(directoryFd).text(name).number(mode);
    return done(kernel.makeFile(directoryFd, name, mode));
  }

  @Override
  public int makeDirectory(int directoryFd, String name, int mode) {
    fields.text("mkdir").number(directoryFd).text(name).number(mode);
    return done(kernel.makeDirectory(directoryFd, name, mode));
  }

  @Override
  public int makeSymlink(String target, int directoryFd, String name) {
    fields.text("symlink").text(target).number(directoryFd).text(name);
    return done(kernel.makeSymlink(target, directoryFd, name));
  }

  @Override
  public String readLink(int fd) {
    String target = kernel.readLink(fd);
    fields.text("readlink").number(fd).text(target);
    return target;
  }

  @Override
  public byte @Nullable [] readInRoot(int rootFd, String path, int most) {
    byte[] content = kernel.readInRoot(rootFd, path, most);
    fields.text("read").number(rootFd).text(path);
    if (content == null) {
      fields.text("-");
    } else {
      fields.bytes("+", content);
    }
    return content;
  }

  @Override
  public int mode(int fd) {
    fields.text("mode").number(fd);
    return done(kernel.mode(fd));
  }

  @Override
  public long mountOf(int fd) {
    spoil();
    return kernel.mountOf(fd);
  }

  @Override
  public int close(int fd) {
    open.remove(fd);
    fields.text("close").number(fd);
    return done(kernel.close(fd));
  }

  @Override
  public int write(int fd, byte[] bytes) {
    fields.text("write").number(fd).bytes("", bytes);
    return done(kernel.write(fd, bytes));
  }

  @Override
  public int setHostName(String name) {
    fields.text("hostname").text(name);
    return done(kernel.setHostName(name));
  }

  @Override
  public int lock(int fd, Sharing sharing) {
    return refused(kernel.lock(fd, sharing));
  }

  @Override
  public int openProcess(long pid) {
    return refused(kernel.openProcess(pid));
  }

  @Override
  public int takeDescriptor(int process, int fd) {
    return refused(kernel.takeDescriptor(process, fd));
  }

  @Override
  public int joinMounts(int namespace) {
    return refused(kernel.joinMounts(namespace));
  }

  @Override
  public int unread(int fd) {
    return refused(kernel.unread(fd));
  }

  @Override
  public int ioctl(int fd, long request, long argument) {
    return refused(kernel.ioctl(fd, request, argument));
  }

  @Override
  public int ioctl(int fd, long request, byte[] argument) {
    return refused(kernel.ioctl(fd, request, argument));
  }

  @Override
  public int shedJvm(int firstFd) {
    return refused(kernel.shedJvm(firstFd));
  }

  @Override
  public int forbidNewPrivileges() {
    return refused(kernel.forbidNewPrivileges());
  }

  @Override
  public int filter(byte[] program) {
    return refused(kernel.filter(program));
  }

  @Override
  public int execute(String program, List<String> arguments, List<String> environment) {
    return refused(kernel.execute(program, arguments, environment));
  }

  @Override
  public int exit(int status) {
    return kernel.exit(status);
  }
}
