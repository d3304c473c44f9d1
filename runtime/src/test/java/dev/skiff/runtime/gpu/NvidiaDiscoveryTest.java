package dev.skiff.runtime.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.elf.ElfIdentity;
import dev.skiff.runtime.gpu.GpuFindings.Kind;
import dev.skiff.runtime.gpu.NvidiaDiscovery.Devices;
import dev.skiff.runtime.seen.Sightings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Discovery on folders that play hosts.
final class NvidiaDiscoveryTest {

  private static final String LIB = "/usr/lib/x86_64-linux-gnu/";
  private static final String LIB32 = "/usr/lib/i386-linux-gnu/";

  @TempDir Path host;

  private Path file(String path, byte[] bytes) throws IOException {
    Path file = host.resolve(path.substring(1));
    Files.createDirectories(file.getParent());
    return Files.write(file, bytes);
  }

  private void library(String path, int bits, int machine) throws IOException {
    byte[] head = new byte[64];
    head[0] = 0x7f;
    head[1] = 'E';
    head[2] = 'L';
    head[3] = 'F';
    head[4] = (byte) bits;
    head[5] = 1;
    head[18] = (byte) machine;
    file(path, head);
  }

  private void ours(String path) throws IOException {
    library(path, ElfIdentity.ours().bits(), ElfIdentity.ours().machine());
  }

  /// An /etc/ld.so.cache of today's form, with these paths in order.
  private static byte[] cache(String... paths) {
    int strings = 48 + 24 * paths.length;
    ByteArrayOutputStream table = new ByteArrayOutputStream();
    ByteBuffer head = ByteBuffer.allocate(strings).order(ByteOrder.nativeOrder());
    head.put("glibc-ld.so.cache1.1".getBytes(StandardCharsets.US_ASCII));
    head.putInt(paths.length);
    head.position(48);
    for (String path : paths) {
      head.putInt(0x0303);
      head.putInt(strings + table.size());
      table.writeBytes(
          (path.substring(path.lastIndexOf('/') + 1) + "\0").getBytes(StandardCharsets.UTF_8));
      head.putInt(strings + table.size());
      table.writeBytes((path + "\0").getBytes(StandardCharsets.UTF_8));
      head.putInt(0);
      head.putLong(0);
    }
    head.putInt(24, table.size());
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(head.array());
    all.writeBytes(table.toByteArray());
    return all.toByteArray();
  }

  private void gpuNode() throws IOException {
    ours(LIB + "libcuda.so.1");
    ours(LIB + "libnvidia-ml.so.1");
    ours(LIB + "libc.so.6");
    library(LIB32 + "libcuda.so.1", 1, 3);
    file(
        "/etc/ld.so.cache",
        cache(
            LIB + "libnvidia-ml.so.1",
            LIB32 + "libcuda.so.1",
            LIB + "libcuda.so.1",
            LIB + "libc.so.6",
            LIB + "libGLX_nvidia.so.0"));
    Files.setPosixFilePermissions(
        file("/usr/bin/nvidia-smi", new byte[0]), PosixFilePermissions.fromString("rwxr-xr-x"));
    file("/usr/share/glvnd/egl_vendor.d/10_nvidia.json", new byte[0]);
    file("/var/run/nvidia-persistenced/socket", new byte[0]);
    for (String node :
        List.of(
            "nvidia0", "nvidia1", "nvidia10", "nvidiactl", "nvidia-uvm", "nvidia-caps/x", "null")) {
      file("/dev/" + node, new byte[0]);
    }
  }

  private GpuFindings find(Devices devices, Map<String, String> environment) {
    return NvidiaDiscovery.of(host).find(devices, environment);
  }

  @Test
  void librariesOfThisMachineAreFoundThroughTheLoadersCache() throws IOException {
    gpuNode();
    GpuFindings found = find(Devices.ALL_SHOWN, Map.of());
    assertThat(found.sources(Kind.LIBRARY))
        .containsExactly(Path.of(LIB + "libnvidia-ml.so.1"), Path.of(LIB + "libcuda.so.1"));
    assertThat(found.sources(Kind.BINARY)).containsExactly(Path.of("/usr/bin/nvidia-smi"));
    assertThat(found.sources(Kind.SETTING))
        .containsExactly(Path.of("/usr/share/glvnd/egl_vendor.d/10_nvidia.json"));
    assertThat(found.sources(Kind.SOCKET))
        .containsExactly(Path.of("/var/run/nvidia-persistenced/socket"));
    assertThat(found.devices()).isEmpty();
    assertThat(found.notices()).isEmpty();
  }

  @Test
  void anOlderListMayStandBeforeTheCache() throws IOException {
    gpuNode();
    ByteBuffer old = ByteBuffer.allocate(32).order(ByteOrder.nativeOrder());
    old.put("ld.so-1.7.0".getBytes(StandardCharsets.US_ASCII));
    old.putInt(12, 1);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(old.array());
    all.writeBytes(cache(LIB + "libcuda.so.1"));
    file("/etc/ld.so.cache", all.toByteArray());
    assertThat(find(Devices.ALL_SHOWN, Map.of()).sources(Kind.LIBRARY))
        .containsExactly(Path.of(LIB + "libcuda.so.1"));
  }

  @Test
  void devicesAreNamedForAMinimalDev() throws IOException {
    gpuNode();
    assertThat(find(Devices.NAMED, Map.of("CUDA_VISIBLE_DEVICES", "all")).devices())
        .containsExactly(
            Path.of("/dev/nvidia-caps"),
            Path.of("/dev/nvidia-uvm"),
            Path.of("/dev/nvidia0"),
            Path.of("/dev/nvidia1"),
            Path.of("/dev/nvidia10"),
            Path.of("/dev/nvidiactl"));
  }

  @Test
  void numbersChooseAmongTheGpusAndAreCountedAnew() throws IOException {
    gpuNode();
    GpuFindings found = find(Devices.NAMED, Map.of("CUDA_VISIBLE_DEVICES", "1,10"));
    assertThat(found.devices())
        .containsExactly(
            Path.of("/dev/nvidia-caps"),
            Path.of("/dev/nvidia-uvm"),
            Path.of("/dev/nvidia1"),
            Path.of("/dev/nvidia10"),
            Path.of("/dev/nvidiactl"));
    assertThat(found.variables()).containsExactly(Map.entry("CUDA_VISIBLE_DEVICES", "0,1"));
  }

  @Test
  void slurmsNumbersAreTheNodesOwn() throws IOException {
    gpuNode();
    GpuFindings found =
        find(Devices.NAMED, Map.of("CUDA_VISIBLE_DEVICES", "0", "SLURM_JOB_GPUS", "1"));
    assertThat(found.devices())
        .contains(Path.of("/dev/nvidia1"))
        .doesNotContain(Path.of("/dev/nvidia0"));
  }

  @Test
  void aNumberWithoutANodeHidesNothing() throws IOException {
    gpuNode();
    GpuFindings found = find(Devices.NAMED, Map.of("NVIDIA_VISIBLE_DEVICES", "7"));
    assertThat(found.devices()).hasSize(6);
    assertThat(found.variables()).isEmpty();
  }

  @Test
  void aHostWithoutADriverIsToldAndKeepsItsMesa() throws IOException {
    ours(LIB + "libGL.so.1");
    file("/etc/ld.so.cache", cache(LIB + "libGL.so.1"));
    GpuFindings found = find(Devices.NAMED, Map.of());
    assertThat(found.sources(Kind.LIBRARY)).isEmpty();
    assertThat(found.notices()).hasSize(1);
    assertThat(found.notices().getFirst().what())
        .isEqualTo("--nv found no NVIDIA driver on this host");
  }

  @Test
  void aDriverWithoutItsComputeLibraryIsTold() throws IOException {
    gpuNode();
    Files.delete(host.resolve((LIB + "libcuda.so.1").substring(1)));
    assertThat(find(Devices.ALL_SHOWN, Map.of()).notices().getFirst().what())
        .isEqualTo("--nv found parts of an NVIDIA driver, but no libcuda.so");
  }

  @Test
  void aDamagedCacheIsSurvived() throws IOException {
    gpuNode();
    byte[] good = cache(LIB + "libcuda.so.1", LIB + "libnvidia-ml.so.1");
    Random random = new Random(7);
    for (int i = 0; i < 3_000; i++) {
      byte[] bad = good.clone();
      for (int j = 0; j < 4; j++) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      int length = random.nextInt(bad.length + 1);
      assertThat(LoaderCache.parse(java.util.Arrays.copyOf(bad, length), NvidiaParts.ALL).size())
          .isLessThan(3);
    }
  }

  @Test
  void theCacheOfThisMachineIsUnderstood() throws IOException {
    Path real = Path.of("/etc/ld.so.cache");
    org.junit.jupiter.api.Assumptions.assumeTrue(
        Files.isReadable(real), "this machine has no /etc/ld.so.cache");
    assertThat(LoaderCache.parse(Files.readAllBytes(real), NvidiaParts.ALL)).isNotNull();
  }

  /// A GPU as the kernel module tells of it.
  private void gpu(String bus, int minor, String uuid) throws IOException {
    String text =
        "Model: \t\t NVIDIA A100-SXM4-40GB\nIRQ:   \t\t 255\nGPU UUID: \t "
            + uuid
            + "\nBus Location: \t "
            + bus
            + "\nDevice Minor: \t "
            + minor
            + "\n";
    file("/proc/driver/nvidia/gpus/" + bus + "/information", text.getBytes(StandardCharsets.UTF_8));
  }

  private List<String> chosen(Map<String, String> environment) {
    return find(Devices.NAMED, environment).devices().stream()
        .map(node -> node.getFileName().toString())
        .filter(name -> name.matches("nvidia[0-9]+|card.*|renderD.*"))
        .toList();
  }

  @Test
  void numbersCountAlongTheBusAndUuidsAreKnown() throws IOException {
    gpuNode();
    gpu("0000:07:00.0", 10, "GPU-aaaa1111-0000");
    gpu("0000:0f:00.0", 0, "GPU-aaaa2222-0000");
    gpu("0000:47:00.0", 1, "GPU-bbbb3333-0000");
    file("/sys/bus/pci/devices/0000:47:00.0/drm/renderD129/x", new byte[0]);
    file("/dev/dri/renderD129", new byte[0]);
    assertThat(chosen(Map.of("CUDA_VISIBLE_DEVICES", "0"))).containsExactly("nvidia10");
    assertThat(chosen(Map.of("CUDA_VISIBLE_DEVICES", "GPU-bbbb")))
        .containsExactly("nvidia1", "renderD129");
    assertThat(chosen(Map.of("CUDA_VISIBLE_DEVICES", "MIG-GPU-aaaa2222-0000/3/0")))
        .containsExactly("nvidia0");
    assertThat(chosen(Map.of("CUDA_VISIBLE_DEVICES", "GPU-aaaa"))) // one of two: which?
        .hasSize(4);
    assertThat(chosen(Map.of("SLURM_JOB_GPUS", "0", "CUDA_VISIBLE_DEVICES", "0")))
        .containsExactly("nvidia0");
    assertThat(chosen(Map.of("NVIDIA_VISIBLE_DEVICES", "none"))).isEmpty();
    assertThat(chosen(Map.of("CUDA_VISIBLE_DEVICES", "NoDevFiles"))).isEmpty();
    assertThat(find(Devices.NAMED, Map.of("CUDA_VISIBLE_DEVICES", "2,0")).variables())
        .containsEntry("CUDA_VISIBLE_DEVICES", "1,0");
    assertThat(find(Devices.NAMED, Map.of("CUDA_VISIBLE_DEVICES", "GPU-bbbb")).variables())
        .isEmpty();
  }

  /// A driver below a directory of its own, whose links are absolute as its packages make them.
  private void driverElsewhere() throws IOException {
    String real = "/usr/lib/nvidia/libcuda.so.535.261.03";
    ours("/run/nvidia/driver" + real);
    link("/run/nvidia/driver/etc/alternatives/libcuda", real);
    link("/run/nvidia/driver" + LIB + "libcuda.so.1", "/etc/alternatives/libcuda");
    link("/run/nvidia/driver" + LIB + "gbm/nvidia-drm_gbm.so", real);
    file("/run/nvidia/driver/etc/ld.so.cache", cache(LIB + "libcuda.so.1"));
    file("/run/nvidia/driver/etc/vulkan/icd.d/nvidia_icd.json", new byte[0]);
    file("/run/nvidia/driver/lib/firmware/nvidia/535.261.03/gsp_tu10x.bin", new byte[0]);
    file("/dev/nvidia0", new byte[0]);
  }

  private void link(String path, String target) throws IOException {
    Path link = host.resolve(path.substring(1));
    Files.createDirectories(link.getParent());
    Files.createSymbolicLink(link, Path.of(target));
  }

  @Test
  void aDriverBelowItsOwnRootIsFoundWithItsLinks() throws IOException {
    driverElsewhere();
    NvidiaDiscovery.Driver found =
        NvidiaDiscovery.of(host, Path.of("/run/nvidia/driver"), new Sightings())
            .look(Devices.ALL_SHOWN, Map.of());
    assertThat(found.libraryVersion()).isEqualTo("535.261.03");
    assertThat(found.isUsable()).isTrue();
    Path real = Path.of("/run/nvidia/driver/usr/lib/nvidia/libcuda.so.535.261.03");
    assertThat(found.findings().shown())
        .contains(
            new GpuFindings.Shown(Kind.LIBRARY, real, "/.singularity.d/libs/libcuda.so.1", "--nv"),
            new GpuFindings.Shown(
                Kind.LIBRARY, real, "/.singularity.d/libs/gbm/nvidia-drm_gbm.so", "--nv"),
            new GpuFindings.Shown(
                Kind.SETTING,
                Path.of("/run/nvidia/driver/etc/vulkan/icd.d/nvidia_icd.json"),
                "/etc/vulkan/icd.d/nvidia_icd.json",
                "--nv"));
    assertThat(found.findings().sources(Kind.FIRMWARE)).hasSize(1);
    assertThat(found.findings().variables().get("GBM_BACKENDS_PATH"))
        .startsWith("/.singularity.d/libs/gbm:");
  }

  @Test
  void aDriverThatWasUpdatedInUseIsTold() throws IOException {
    driverElsewhere();
    file("/sys/module/nvidia/version", "535.104.05\n".getBytes(StandardCharsets.UTF_8));
    NvidiaDiscovery discovery =
        NvidiaDiscovery.of(host, Path.of("/run/nvidia/driver"), new Sightings());
    assertThat(discovery.find(Devices.ALL_SHOWN, Map.of()).notices().getFirst().why())
        .contains("535.261.03")
        .contains("535.104.05");
    assertThatThrownBy(() -> discovery.require(Devices.ALL_SHOWN, Map.of()))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("without a GPU");
  }

  @Test
  void librariesWithoutAGpuAreTold() throws IOException {
    driverElsewhere();
    Files.delete(host.resolve("dev/nvidia0"));
    assertThat(
            NvidiaDiscovery.of(host, Path.of("/run/nvidia/driver"), new Sightings())
                .find(Devices.NAMED, Map.of())
                .notices())
        .singleElement()
        .extracting(Problem::what)
        .isEqualTo("--nv found NVIDIA's libraries, but no GPU");
  }

  @Test
  void aSiteAddsNames() throws IOException {
    gpuNode();
    ours(LIB + "libsite.so.2");
    file("/opt/site/x.json", new byte[0]);
    file("/etc/ld.so.cache", cache(LIB + "libcuda.so.1", LIB + "libsite.so.2"));
    file(
        "/etc/skiff/nvliblist.conf",
        "# ours\nlibsite.so\n/opt/site/x.json # there\n".getBytes(StandardCharsets.UTF_8));
    GpuFindings found = find(Devices.ALL_SHOWN, Map.of());
    assertThat(found.sources(Kind.LIBRARY)).contains(Path.of(LIB + "libsite.so.2"));
    assertThat(found.sources(Kind.SETTING)).contains(Path.of("/opt/site/x.json"));
  }

  @Test
  void anAmdGpuBringsItsNodesAndAHostWithoutOneIsTold() throws IOException {
    ours(LIB + "libdrm_amdgpu.so.1");
    file("/etc/ld.so.cache", cache(LIB + "libdrm_amdgpu.so.1"));
    assertThat(RocmDiscovery.of(host).find(Devices.NAMED).notices()).hasSize(1);
    assertThat(RocmDiscovery.of(host).find(Devices.NAMED).shown()).isEmpty();
    assertThatThrownBy(() -> RocmDiscovery.of(host).require(Devices.NAMED))
        .isInstanceOf(ProblemException.class);
    file("/dev/kfd", new byte[0]);
    file("/dev/dri/renderD128", new byte[0]);
    GpuFindings found = RocmDiscovery.of(host).find(Devices.NAMED);
    assertThat(found.devices()).containsExactly(Path.of("/dev/kfd"), Path.of("/dev/dri"));
    assertThat(found.sources(Kind.LIBRARY)).containsExactly(Path.of(LIB + "libdrm_amdgpu.so.1"));
    assertThat(found.notices()).isEmpty();
  }
}
