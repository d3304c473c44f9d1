package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.execute;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// NVIDIA's real libraries and `nvidia-smi`, as `etc/test/setup.sh` fetches them from Debian's
/// non-free packages, and an image that they can run in. There is no kernel driver and no GPU.
final class DriverFixture {

  static final Path DRIVER = Path.of("/var/cache/skiff-test/nvidia");
  static final String VERSION = "535.261.03";

  private static final List<String> LIBRARIES =
      List.of("libc.so.6", "libm.so.6", "libdl.so.2", "librt.so.1", "libpthread.so.0");
  private static final Path HOST_LIBRARIES = Path.of("/lib/x86_64-linux-gnu");
  private static final Path LOADER = Path.of("/lib64/ld-linux-x86-64.so.2");

  private DriverFixture() {}

  static void assumeDriver() {
    assumeTrue(
        Files.isExecutable(DRIVER.resolve("usr/bin/nvidia-smi")),
        "NVIDIA's libraries are not in " + DRIVER + ": run etc/test/setup.sh");
    assumeTrue(Files.exists(LOADER), "this machine's C library is not glibc for x86-64");
  }

  /// A root file system of busybox and the host's C library, below `directory`.
  static Path image(HostUser user, Path directory) throws IOException {
    Path root = directory.resolve("image");
    for (String folder :
        List.of("bin", "etc", "lib64", "lib/x86_64-linux-gnu", "usr/bin", "dev", "proc", "tmp")) {
      Files.createDirectories(root.resolve(folder));
    }
    execute("cp", "-L", LOADER.toString(), root.resolve("lib64").toString());
    for (String library : LIBRARIES) {
      Path source = HOST_LIBRARIES.resolve(library);
      execute("cp", "-L", source.toString(), root.resolve("lib/x86_64-linux-gnu").toString());
    }
    execute("cp", "/bin/busybox", root.resolve("bin/busybox").toString());
    for (String applet : List.of("sh", "ls", "cat", "echo", "true")) {
      Files.createSymbolicLink(root.resolve("bin").resolve(applet), Path.of("busybox"));
    }
    execute("chown", "-R", user.ids().get(0) + ":" + user.ids().get(1), root.toString());
    execute("chmod", "-R", "u+rwX,a+rX", root.toString());
    return root;
  }
}
