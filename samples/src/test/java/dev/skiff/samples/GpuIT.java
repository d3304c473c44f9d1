package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.skiff;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// GPUs from outside, as an ordinary user, with real libraries and no kernel driver.
final class GpuIT {

  private static final Map<String, String> DRIVER =
      Map.of("SKIFF_NVIDIA_DRIVER_ROOT", DriverFixture.DRIVER.toString());
  private static final String REPORT = "it couldn't communicate with the NVIDIA driver";

  private final HostUser user = HostUser.SINGLE.orSkip();
  private final Path directory = directoryOf(user);

  @BeforeEach
  void aHostWithoutAGpu() {
    assumeTrue(!Files.exists(Path.of("/dev/nvidiactl")), "this machine has an NVIDIA driver");
  }

  @Test
  void whoAsksForADriverIsToldThatThereIsNone() {
    String image = BusyboxImage.sif().toString();
    skiff(user, directory, "exec", "--nv", image, "echo", "ran")
        .ends(0)
        .prints("ran\n")
        .complains("warning: --nv found no NVIDIA driver on this host");
    skiff(user, directory, "exec", "--nv=require", image, "echo", "ran")
        .ends(125)
        .prints("")
        .complains("error: cannot start the container without a GPU");
    skiff(user, directory, "exec", "--rocm", image, "true")
        .ends(0)
        .complains("--rocm found no AMD GPU on this host");
    skiff(user, directory, "exec", "--rocm=require", image, "true").ends(125);
    skiff(user, directory, "exec", "--nvccli", image, "true")
        .ends(125)
        .complains("there is no nvidia-container-cli on PATH");
    assertThat(skiff(user, directory, "exec", "--nv", "--no-nv", image, "true").err()).isEmpty();
  }

  @Test
  void aSiteGivesEveryContainerTheDriver() throws IOException {
    Path site = Files.writeString(directory.resolve("site.yaml"), "nv: require # everywhere\n");
    Map<String, String> environment = Map.of("SKIFF_SITE_CONFIG", site.toString());
    String image = BusyboxImage.sif().toString();
    skiff(user, directory, environment, "exec", image, "true").ends(125).complains("without a GPU");
    skiff(user, directory, environment, "exec", "--no-nv", image, "true").ends(0);
    skiff(user, directory, environment, "config", "get", "nv").ends(0).prints("require\n");
  }

  @Test
  void theDriversOwnToolRunsInTheImageAndMissesItsKernelModule() throws IOException {
    DriverFixture.assumeDriver();
    String image = DriverFixture.image(user, directory).toString();
    skiff(user, directory, DRIVER, "exec", "--nv", image, "nvidia-smi")
        .ends(9)
        .printsAmongOthers(REPORT)
        .complains("warning: --nv found NVIDIA's libraries, but no GPU");
    skiff(
            user,
            directory,
            DRIVER,
            "exec",
            "-C",
            "--nv",
            image,
            "sh",
            "-c",
            "ls /.singularity.d/libs")
        .ends(0)
        .printsAmongOthers("libcuda.so.1\n")
        .printsAmongOthers("libnvidia-ml.so.1\n")
        .printsAmongOthers("libnvidia-ptxjitcompiler.so.1\n");
  }

  @Test
  void aSpecificationBringsWhatItSaysAndItsHooksAreDoneWithoutRunningThem() throws IOException {
    DriverFixture.assumeDriver();
    Path image = DriverFixture.image(user, directory);
    String library = "/usr/lib/x86_64-linux-gnu/";
    StringBuilder text = new StringBuilder();
    text.append(
        """
        cdiVersion: 0.6.0
        kind: nvidia.com/gpu
        devices:
        - name: all
          containerEdits:
            deviceNodes: [{path: /dev/fuse}]
        containerEdits:
          env: [NVIDIA_VISIBLE_DEVICES=void]
          hooks:
          - hookName: createContainer
            path: /usr/bin/nvidia-cdi-hook
            args: [nvidia-cdi-hook, create-symlinks, --link, 'libcuda.so.1::%1$slibcuda.so']
          - hookName: createContainer
            path: /usr/bin/nvidia-cdi-hook
            args: [nvidia-cdi-hook, update-ldcache, --folder, %2$s]
          mounts:
        """
            .formatted(library, library.substring(0, library.length() - 1)));
    for (String file :
        new String[] {
          library + "libcuda.so." + DriverFixture.VERSION,
          library + "libnvidia-ml.so." + DriverFixture.VERSION,
          "/usr/bin/nvidia-smi"
        }) {
      text.append(
          "  - {hostPath: %s%s, containerPath: %s, options: [ro, rbind]}\n"
              .formatted(DriverFixture.DRIVER, file, file));
    }
    Files.writeString(directory.resolve("nvidia.yaml"), text);
    skiff(
            user,
            directory,
            "exec",
            "-C",
            "--cdi-dirs=.",
            "--device",
            "nvidia.com/gpu=all",
            image.toString(),
            "sh",
            "-c",
            "ls -l /dev/fuse " + library + "libcuda.so; echo $NVIDIA_VISIBLE_DEVICES; nvidia-smi")
        .ends(9)
        .printsAmongOthers("libcuda.so -> libcuda.so.1\nvoid\n")
        .printsAmongOthers(REPORT);
    skiff(
            user,
            directory,
            "exec",
            "--cdi-dirs=.",
            "--device",
            "nvidia.com/gpu=3",
            image + "",
            "true")
        .ends(125)
        .complains("fix: use one of: nvidia.com/gpu=all");
  }

  /// The real program needs a GPU even to list files; ours answers in its form.
  @Test
  void nvidiaContainerCliSaysWhatBelongsToTheDriver() throws IOException {
    DriverFixture.assumeDriver();
    Path image = DriverFixture.image(user, directory);
    Path program = directory.resolve("nvidia-container-cli");
    String driver = DriverFixture.DRIVER.toString();
    Files.writeString(
        program,
        """
        #!/bin/sh
        [ "$*" = '--user=0:0 list --device=all --libraries --binaries --ipcs' ] || exit 3
        echo /dev/fuse
        echo %1$s/usr/bin/nvidia-smi
        echo %1$s/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.%2$s
        """
            .formatted(driver, DriverFixture.VERSION));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    Map<String, String> environment = Map.of("PATH", directory + ":/usr/bin:/bin:/usr/sbin");
    skiff(
            user,
            directory,
            environment,
            "exec",
            "-C",
            "--nvccli",
            image.toString(),
            "sh",
            "-c",
            "ls /dev/fuse; nvidia-smi")
        .ends(9)
        .printsAmongOthers("/dev/fuse\n")
        .printsAmongOthers(REPORT);
    Files.writeString(program, "#!/bin/sh\necho 'nvml error: driver not loaded'; exit 1\n");
    skiff(user, directory, environment, "exec", "--nvccli", image.toString(), "true")
        .ends(125)
        .complains("nvidia-container-cli failed: nvml error: driver not loaded");
  }

  @Test
  void driverAndImageAreHeldAgainstEachOther() throws IOException {
    DriverFixture.assumeDriver();
    Path image = DriverFixture.image(user, directory);
    skiff(user, directory, DRIVER, "gpu", image.toString())
        .ends(1)
        .printsAmongOthers("driver      535.261.03, CUDA up to 12.2\n")
        .printsAmongOthers("libcuda.so.1")
        .printsAmongOthers("good     C library: glibc 2.")
        .printsAmongOthers("--nv found NVIDIA's libraries, but no GPU");
    String libc = image + "/lib/x86_64-linux-gnu/libc.so.6";
    Files.delete(Path.of(libc)); // an old C library is played by one that offers less
    InstalledSkiff.execute("cp", "-L", "/lib/x86_64-linux-gnu/libdl.so.2", libc);
    Path cuda = Files.createDirectories(image.resolve("usr/local/cuda"));
    Files.writeString(
        cuda.resolve("version.json"),
        "{\"cuda\" : {\"name\" : \"CUDA SDK\", \"version\" : \"13.0.1\"}}");
    skiff(user, directory, DRIVER, "gpu", image.toString())
        .ends(1)
        .printsAmongOthers("want up to GLIBC_2.")
        .printsAmongOthers(
            "CUDA: the image has CUDA 13.0 (/usr/local/cuda/version.json), driver 535.261.03 runs"
                + " up to 12.2");
    skiff(user, directory, DRIVER, "gpu", "--json", image.toString())
        .ends(1)
        .printsAmongOthers("\"driver\" : \"535.261.03\"");
    skiff(user, directory, "gpu", BusyboxImage.sif().toString())
        .ends(1)
        .printsAmongOthers("--nv found no NVIDIA driver on this host");
  }
}
