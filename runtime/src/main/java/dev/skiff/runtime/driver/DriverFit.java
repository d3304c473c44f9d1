package dev.skiff.runtime.driver;

import dev.skiff.runtime.doctor.Fact;
import dev.skiff.runtime.doctor.Fact.State;
import dev.skiff.runtime.doctor.Fact.Topic;
import dev.skiff.runtime.driver.ImageRuntime.Compat;
import dev.skiff.runtime.elf.ElfFile;
import dev.skiff.runtime.gpu.GpuFindings.Kind;
import dev.skiff.runtime.gpu.GpuFindings.Shown;
import dev.skiff.runtime.gpu.NvidiaDiscovery.Driver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Whether the libraries of a driver start in an image, and whether the driver is new enough for
/// it.
public final class DriverFit {

  private static final String LIBRARY = "C library";
  private static final String CUDA = "CUDA";

  private final Driver driver;
  private final ImageRuntime image;

  private DriverFit(Driver driver, ImageRuntime image) {
    this.driver = driver;
    this.image = image;
  }

  /// The facts of both together; none about libraries where the host has no driver.
  public static List<Fact> of(Driver driver, ImageRuntime image) {
    DriverFit fit = new DriverFit(driver, image);
    List<Fact> facts = new ArrayList<>();
    if (!driver.findings().shown().isEmpty()) {
      facts.add(fit.library());
    }
    facts.add(fit.cuda());
    return facts;
  }

  private static Fact fact(
      String subject, State state, String finding, String consequence, String fix) {
    return new Fact(Topic.GPUS, subject, state, finding, consequence, fix);
  }

  private Fact library() {
    String other = "use an image with glibc: of Debian, Ubuntu, Rocky Linux, or NVIDIA's own";
    return switch (image.library()) {
      case MUSL ->
          fact(
              LIBRARY,
              State.MISSING,
              "the image has musl",
              "NVIDIA's libraries are made for glibc and do not load",
              other);
      case NONE ->
          fact(
              LIBRARY,
              State.MISSING,
              "the image has none",
              "NVIDIA's libraries do not load, and no program of it can ask for them",
              other);
      case GLIBC -> versions();
    };
  }

  /// Which versions of symbols the host's libraries want and the image does not have.
  private Fact versions() {
    Map<String, List<String>> lacking = new TreeMap<>(byVersion());
    for (Shown library : driver.findings().shown()) {
      if (library.kind() == Kind.LIBRARY || library.kind() == Kind.BINARY) {
        String name = library.source().getFileName().toString();
        for (String version : lackedBy(library)) {
          lacking.computeIfAbsent(version, _ -> new ArrayList<>()).add(name);
        }
      }
    }
    String newest = newest();
    if (lacking.isEmpty()) {
      return fact(
          LIBRARY, State.GOOD, "glibc " + newest, "all of the host's libraries load in it", "");
    }
    String highest = lacking.keySet().stream().reduce((_, last) -> last).orElseThrow();
    List<String> names = lacking.values().stream().flatMap(List::stream).distinct().toList();
    boolean compute = names.stream().anyMatch(DriverFit::isCompute);
    return fact(
        LIBRARY,
        compute ? State.MISSING : State.LIMITED,
        "%s of the host want%s up to %s, and the image has glibc %s"
            .formatted(some(names), names.size() == 1 ? "s" : "", highest, newest),
        "they end with \"version `"
            + highest
            + "' not found\""
            + (compute ? "" : "; CUDA itself loads, programs that draw do not"),
        "use an image of a newer distribution, with glibc " + number(highest) + " or newer");
  }

  private static boolean isCompute(String name) {
    return name.startsWith("libcuda.so")
        || name.startsWith("libnvidia-ml.so")
        || name.startsWith("libnvidia-ptxjitcompiler.so")
        || name.startsWith("libnvidia-nvvm.so");
  }

  private List<String> lackedBy(Shown library) {
    List<String> lacking = new ArrayList<>();
    try {
      Optional<ElfFile> file = ElfFile.read(library.source());
      file.map(ElfFile::wanted)
          .orElse(Map.of())
          .forEach((soname, versions) -> {
            List<String> offered = image.offered().get(soname);
            for (String version : versions) {
              if (offered != null && !offered.contains(version)) {
                lacking.add(version);
              }
            }
          });
    } catch (IOException unreadable) {
      return List.of();
    }
    return lacking;
  }

  private static String some(List<String> names) {
    int shown = Math.min(3, names.size());
    String first = String.join(", ", names.subList(0, shown));
    return names.size() > shown ? first + " and " + (names.size() - shown) + " more" : first;
  }

  /// The version of the image's glibc, that of its newest symbols.
  private String newest() {
    return image.offered().getOrDefault("libc.so.6", List.of()).stream()
        .filter(version -> version.matches("GLIBC_[0-9.]+"))
        .max(byVersion())
        .map(DriverFit::number)
        .orElse("of an unknown version");
  }

  private static String number(String version) {
    return version.substring(version.indexOf('_') + 1);
  }

  /// `GLIBC_2.4` before `GLIBC_2.34`.
  private static Comparator<String> byVersion() {
    return Comparator.<String>comparingInt(version -> part(version, 0))
        .thenComparingInt(version -> part(version, 1))
        .thenComparingInt(version -> part(version, 2))
        .thenComparing(Comparator.naturalOrder());
  }

  private static int part(String version, int index) {
    String[] parts = number(version).split("\\.", -1);
    return index < parts.length && parts[index].matches("[0-9]{1,6}")
        ? Integer.parseInt(parts[index])
        : 0;
  }

  private Fact cuda() {
    Optional<CudaVersion> wanted = CudaVersion.parse(image.cuda());
    if (wanted.isEmpty()) {
      return fact(
          CUDA,
          State.ABSENT,
          "the image does not say which it has",
          "whether the driver is new enough shows when a program starts",
          "");
    }
    CudaVersion version = wanted.get();
    String said = "the image has CUDA " + version + " (" + image.cudaSource() + ")";
    Optional<CudaVersion> highest = CudaVersion.highestOf(driver.libraryVersion());
    if (highest.isEmpty()) {
      return fact(CUDA, State.ABSENT, said, "there is no driver here to compare it with", "");
    }
    String both = said + ", driver " + driver.libraryVersion() + " runs up to " + highest.get();
    if (version.compareTo(highest.get()) <= 0) {
      return fact(CUDA, State.GOOD, both, "its programs run", "");
    }
    if (version.major() == highest.get().major()) {
      return fact(
          CUDA,
          State.LIMITED,
          both,
          "programs run, as both are CUDA "
              + version.major()
              + "; code that is compiled at run time"
              + " (PTX, Triton) can fail with 'unsupported toolchain'",
          newer(version, highest.get()));
    }
    return fact(
        CUDA,
        State.MISSING,
        both,
        "CUDA fails with 'driver version is insufficient for CUDA runtime version'",
        newer(version, highest.get()));
  }

  private String newer(CudaVersion version, CudaVersion highest) {
    String compat =
        image.compat() == Compat.PRESENT
            ? ", or on a data centre GPU --env LD_LIBRARY_PATH=/usr/local/cuda/compat:/.singularity.d/libs"
            : "";
    return "use an image with CUDA "
        + highest
        + " or older, or a node whose driver runs CUDA "
        + version
        + compat;
  }

  /// Whether something of it does not work.
  public static boolean fails(List<Fact> facts) {
    return facts.stream().anyMatch(fact -> fact.state() == State.MISSING);
  }
}
