package dev.skiff.runtime.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skiff.runtime.doctor.Fact;
import dev.skiff.runtime.doctor.Fact.State;
import dev.skiff.runtime.driver.ImageRuntime.CLibrary;
import dev.skiff.runtime.driver.ImageRuntime.Compat;
import dev.skiff.runtime.elf.ElfFile;
import dev.skiff.runtime.gpu.GpuFindings;
import dev.skiff.runtime.gpu.GpuFindings.Kind;
import dev.skiff.runtime.gpu.GpuFindings.Shown;
import dev.skiff.runtime.gpu.NvidiaDiscovery.Driver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Drivers and images that do and do not go together. The library of a driver is played by one of
/// this machine's own.
final class DriverFitTest {

  private static final Path LIBRARY = Paths.get("/lib/x86_64-linux-gnu/libm.so.6");

  private static Driver driver(String version) {
    Shown shown = new Shown(Kind.LIBRARY, LIBRARY, "/.singularity.d/libs/libcuda.so.1", "--nv");
    GpuFindings findings =
        new GpuFindings(List.of(shown), List.of(), List.of(), Map.of(), List.of());
    return new Driver(findings, version, version, List.of(), List.of());
  }

  private static ImageRuntime image(CLibrary library, List<String> offered, String cuda) {
    return new ImageRuntime(
        library, Map.of("libc.so.6", offered), cuda, "/usr/local/cuda/version.json", Compat.ABSENT);
  }

  private static Fact of(List<Fact> facts, String subject) {
    return facts.stream().filter(f -> f.subject().equals(subject)).findFirst().orElseThrow();
  }

  private static List<String> wanted() throws IOException {
    assumeTrue(Files.isReadable(LIBRARY), "this machine has no " + LIBRARY);
    return ElfFile.read(LIBRARY).orElseThrow().wanted().getOrDefault("libc.so.6", List.of());
  }

  @Test
  void anImageWithAllVersionsIsGood() throws IOException {
    List<Fact> facts = DriverFit.of(driver("535.1"), image(CLibrary.GLIBC, wanted(), "12.2.0"));
    assertThat(facts).extracting(Fact::state).containsOnly(State.GOOD);
    assertThat(DriverFit.fails(facts)).isFalse();
  }

  @Test
  void anImageThatIsTooOldIsToldWithTheVersionThatLacks() throws IOException {
    assumeTrue(wanted().size() > 1, "it wants one version alone");
    Fact fact =
        of(
            DriverFit.of(driver("535.1"), image(CLibrary.GLIBC, List.of("GLIBC_2.2.5"), "12.2")),
            "C library");
    assertThat(fact.state()).isEqualTo(State.LIMITED);
    assertThat(fact.finding()).startsWith("libm.so.6 of the host wants up to GLIBC_");
    assertThat(fact.finding()).endsWith("and the image has glibc 2.2.5");
    assertThat(fact.consequence()).contains("not found");
  }

  @Test
  void muslAndNothingLoadNoDriver() {
    for (CLibrary library : List.of(CLibrary.MUSL, CLibrary.NONE)) {
      assertThat(
              of(DriverFit.of(driver("535.1"), image(library, List.of(), "")), "C library").state())
          .isEqualTo(State.MISSING);
    }
  }

  private static Fact cuda(String driver, String image) {
    return of(DriverFit.of(driver(driver), image(CLibrary.GLIBC, List.of(), image)), "CUDA");
  }

  @Test
  void versionsOfCudaAreCompared() {
    assertThat(cuda("535.261.03", "12.2.140").state()).isEqualTo(State.GOOD);
    assertThat(cuda("535.261.03", "12.4").state()).isEqualTo(State.LIMITED);
    assertThat(cuda("470.82", "12.0").state()).isEqualTo(State.MISSING);
    assertThat(cuda("470.82", "12.0").fix()).contains("CUDA 11.4 or older");
    assertThat(cuda("535.261.03", "").state()).isEqualTo(State.ABSENT);
    assertThat(cuda("", "12.0").finding()).contains("12.0");
    assertThat(CudaVersion.highestOf("999.1")).contains(new CudaVersion(13, 1));
    assertThat(CudaVersion.highestOf("x")).isEmpty();
    assertThat(CudaVersion.parse("12.x")).isEmpty();
  }
}
