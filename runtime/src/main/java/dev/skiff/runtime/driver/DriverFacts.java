package dev.skiff.runtime.driver;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.runtime.doctor.Fact;
import dev.skiff.runtime.doctor.Fact.State;
import dev.skiff.runtime.doctor.Fact.Topic;
import dev.skiff.runtime.gpu.NvidiaDiscovery.Driver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What can be said of the driver of a host without an image.
public final class DriverFacts {

  private static final String SUBJECT = "NVIDIA driver";

  private DriverFacts() {}

  /// Whether a GPU is wanted, and so whether having none is a fault.
  public enum Wanted {
    YES,
    NO_MATTER
  }

  /// The driver, and whether the caller may open its nodes.
  public static List<Fact> of(Driver driver, Wanted wanted) {
    List<Fact> facts = new ArrayList<>();
    List<Problem> notices = driver.findings().notices();
    boolean nothing = driver.findings().shown().isEmpty();
    if (nothing && driver.moduleVersion().isEmpty() && wanted == Wanted.NO_MATTER) {
      facts.add(
          new Fact(
              Topic.GPUS,
              SUBJECT,
              State.ABSENT,
              "none on this host",
              "--nv has nothing to show here",
              ""));
      return facts;
    }
    for (Problem notice : notices) {
      facts.add(
          new Fact(Topic.GPUS, SUBJECT, State.MISSING, notice.what(), notice.why(), notice.fix()));
    }
    if (notices.isEmpty()) {
      facts.add(Fact.good(Topic.GPUS, SUBJECT, described(driver), "--nv shows it to containers"));
    }
    addClosed(facts, driver);
    return facts;
  }

  private static void addClosed(List<Fact> facts, Driver driver) {
    List<Path> closed = new ArrayList<>();
    for (Path node : driver.nodes()) {
      boolean open = Files.isReadable(node) && Files.isWritable(node);
      if (!open && !Files.isDirectory(node)) {
        closed.add(node);
      }
    }
    if (!closed.isEmpty()) {
      facts.add(
          new Fact(
              Topic.GPUS,
              "device nodes",
              State.LIMITED,
              "you may not open " + closed,
              "these GPUs cannot be used",
              "ask for a GPU from the scheduler, or ask an administrator why they are closed"));
    }
  }

  private static String described(Driver driver) {
    String cuda =
        CudaVersion.highestOf(driver.libraryVersion()).map(v -> ", CUDA up to " + v).orElse("");
    String version =
        driver.libraryVersion().isEmpty() ? "of an unknown version" : driver.libraryVersion();
    return version + cuda;
  }
}
