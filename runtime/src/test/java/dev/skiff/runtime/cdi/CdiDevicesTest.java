package dev.skiff.runtime.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.gpu.GpuFindings;
import dev.skiff.runtime.gpu.GpuFindings.Kind;
import dev.skiff.runtime.gpu.GpuFindings.Link;
import dev.skiff.runtime.gpu.GpuFindings.Shown;
import dev.skiff.runtime.gpu.NvidiaDiscovery.Devices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Specifications as `nvidia-ctk cdi generate` writes them, on a folder that plays a host.
final class CdiDevicesTest {

  private static final String LIB = "/usr/lib/x86_64-linux-gnu";

  private static final String NVIDIA =
      """
      cdiVersion: 0.5.0
      kind: nvidia.com/gpu
      devices:
      - name: "0"
        containerEdits:
          deviceNodes:
          - path: /dev/nvidia0
      - name: all
        containerEdits:
          deviceNodes:
          - path: /dev/nvidia0
          - path: /dev/nvidia1
            hostPath: /dev/nvidia1
      containerEdits:
        env:
        - NVIDIA_VISIBLE_DEVICES=void
        deviceNodes:
        - path: /dev/nvidiactl
        hooks:
        - hookName: createContainer
          path: /usr/bin/nvidia-ctk
          args: [nvidia-ctk, hook, create-symlinks, --link, 'libcuda.so.1::LIB/libcuda.so']
        - hookName: createContainer
          path: /usr/bin/nvidia-cdi-hook
          args: [nvidia-cdi-hook, update-ldcache, --folder, LIB]
        - hookName: createContainer
          path: /usr/bin/nvidia-cdi-hook
          args: [nvidia-cdi-hook, enable-cuda-compat, --host-driver-version=535.261.03]
        mounts:
        - hostPath: LIB/libcuda.so.535.261.03
          containerPath: LIB/libcuda.so.535.261.03
          options: [ro, nosuid, nodev, rbind, rprivate]
        - hostPath: /var/run/nvidia-persistenced/socket
          containerPath: /var/run/nvidia-persistenced/socket
          options: [nosuid, nodev, rbind]
      """
          .replace("LIB", LIB);

  @TempDir Path host;

  private void file(String path, String text) throws IOException {
    Path file = host.resolve(path.substring(1));
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @BeforeEach
  void aHostWithTwoGpus() throws IOException {
    for (String node : List.of("nvidia0", "nvidia1", "nvidiactl")) {
      file("/dev/" + node, "");
    }
    file(LIB + "/libcuda.so.535.261.03", "");
    file("/var/run/nvidia-persistenced/socket", "");
    file("/etc/cdi/nvidia.yaml", NVIDIA);
  }

  private GpuFindings find(String... names) {
    return CdiDevices.read(host, List.of()).find(List.of(names), Devices.NAMED);
  }

  private Problem refusal(String... names) {
    try {
      find(names);
    } catch (ProblemException e) {
      return e.problem();
    }
    throw new AssertionError("nothing was refused");
  }

  @Test
  void aDeviceBringsItsNodesAndWhatAllNeed() {
    GpuFindings found = find("nvidia.com/gpu=0");
    assertThat(found.devices()).containsExactly(Path.of("/dev/nvidiactl"), Path.of("/dev/nvidia0"));
    assertThat(found.variables()).isEqualTo(Map.of("NVIDIA_VISIBLE_DEVICES", "void"));
    assertThat(found.links()).containsExactly(new Link(LIB + "/libcuda.so", "libcuda.so.1"));
    Path library = Path.of(LIB + "/libcuda.so.535.261.03");
    assertThat(found.shown())
        .containsExactly(
            new Shown(Kind.MOUNT, library, library.toString(), "--device"),
            new Shown(
                Kind.WRITABLE,
                Path.of("/var/run/nvidia-persistenced/socket"),
                "/var/run/nvidia-persistenced/socket",
                "--device"),
            new Shown(
                Kind.LIBRARY, library, "/.singularity.d/libs/libcuda.so.535.261.03", "--device"));
  }

  @Test
  void severalDevicesAreAddedUp() {
    assertThat(find("nvidia.com/gpu=0", "nvidia.com/gpu=all").devices())
        .containsExactly(
            Path.of("/dev/nvidiactl"), Path.of("/dev/nvidia0"), Path.of("/dev/nvidia1"));
  }

  @Test
  void jsonIsReadAsWellAndALaterDirectoryOverrides() throws IOException {
    file(
        "/var/run/cdi/vendor.json",
        "{\n\t\"cdiVersion\": \"0.6.0\",\n\t\"kind\": \"nvidia.com/gpu\",\n\t\"devices\":\t["
            + "{\"name\": \"0\", \"containerEdits\": {\"env\": [\"WHO=runtime\\u0021\"]}}]}");
    assertThat(find("nvidia.com/gpu=0").variables()).isEqualTo(Map.of("WHO", "runtime!"));
    assertThat(find("nvidia.com/gpu=all").variables()).containsKey("NVIDIA_VISIBLE_DEVICES");
  }

  @Test
  void whatIsNotThereIsRefusedWithWhatIs() throws IOException {
    assertThat(refusal("nvidia.com/gpu=7").fix())
        .isEqualTo("use one of: nvidia.com/gpu=0, nvidia.com/gpu=all");
    assertThat(refusal("amd.com/gpu=0").why())
        .contains("no specification in [/etc/cdi, /var/run/cdi]");
    assertThat(refusal("/dev/fuse").why()).contains("no name of the form");
    Files.delete(host.resolve("dev/nvidia1"));
    assertThat(refusal("nvidia.com/gpu=all").why()).contains("'/dev/nvidia1'");
  }

  @Test
  void aBrokenFileIsToldOnlyToWhoMissesADevice() throws IOException {
    file("/etc/cdi/broken.yaml", "cdiVersion: [\n");
    assertThat(find("nvidia.com/gpu=0").devices()).isNotEmpty();
    assertThat(refusal("amd.com/gpu=0").why()).contains("broken.yaml': it is no YAML");
  }

  @Test
  void twoFilesOfOneDirectoryMayNotDescribeOneDevice() throws IOException {
    file("/etc/cdi/other.yaml", NVIDIA);
    assertThat(refusal("nvidia.com/gpu=0").why()).startsWith("both '");
  }

  @Test
  void aProgramOfTheHostIsNotRun() throws IOException {
    for (String hook : List.of("/opt/vendor/hook", "/usr/bin/nvidia-cdi-hook")) {
      file(
          "/etc/cdi/vendor.yaml",
          "cdiVersion: 0.5.0\nkind: v.com/c\ndevices:\n- name: x\n  containerEdits:\n    hooks:\n"
              + "    - {hookName: createRuntime, path: "
              + hook
              + ", args: [hook, what]}\n");
      assertThat(refusal("v.com/c=x").why()).contains("the program '" + hook + "'");
    }
  }

  @Test
  void whatOnlyAPrivilegedRuntimeCanDoIsRefused() throws IOException {
    file(
        "/etc/cdi/vendor.yaml",
        """
        cdiVersion: 1.1.0
        kind: v.com/c
        devices:
        - name: x
          containerEdits:
            netDevices: [{hostInterfaceName: eth0, name: e}]
        """);
    assertThat(refusal("v.com/c=x").why()).contains("netDevices, which Skiff does not do");
  }

  @Test
  void pathsThatLeaveTheRootAreNotBelieved() throws IOException {
    file(
        "/etc/cdi/vendor.yaml",
        """
        cdiVersion: 0.5.0
        kind: v.com/c
        devices:
        - name: x
          containerEdits:
            mounts: [{hostPath: /etc, containerPath: /a/../../etc}]
        """);
    assertThat(refusal("v.com/c=x").why()).contains("no plain absolute path");
  }

  @Test
  void damagedSpecificationsAreSurvived() {
    Random random = new Random(5);
    for (int i = 0; i < 2_000; i++) {
      StringBuilder bad = new StringBuilder(NVIDIA);
      for (int j = 0; j < 3; j++) {
        bad.setCharAt(random.nextInt(bad.length()), (char) (32 + random.nextInt(96)));
      }
      try {
        CdiSpecification read = CdiReader.parse(Path.of("x.yaml"), bad.toString());
        assertThat(read.kind()).contains("/");
      } catch (IOException said) {
        assertThat(said).hasMessageMatching("(?s).+");
      }
    }
    assertThatThrownBy(() -> CdiReader.parse(Path.of("x.json"), "[".repeat(100_000)))
        .isInstanceOf(IOException.class);
  }
}
