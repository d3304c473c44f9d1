package dev.skiff.runtime.doctor;

import dev.skiff.runtime.doctor.Fact.State;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Asks everything at once: most answers are short processes to wait for.
public final class Doctor {

  private static final int AT_ONCE = 4;

  private final Machine machine;
  private final Installation installation;

  public Doctor(Machine machine, Installation installation) {
    this.machine = machine;
    this.installation = installation;
  }

  /// Whether hosts other than this one may be asked.
  public enum Network {
    ASKED,
    LEFT_ALONE
  }

  /// Where Skiff writes.
  ///
  /// @param cache downloads and conversions
  /// @param working root file systems that are put together
  public record Places(Path cache, Path working) {}

  /// All facts, by topic. Takes a fraction of a second, and as long as hosts take to answer.
  ///
  /// @param more what others ask, at the same time
  public List<Fact> examine(Places places, Network network, List<Callable<List<Fact>>> more) {
    MountChecks mounts = new MountChecks(machine);
    DirectoryCheck directories = new DirectoryCheck(machine);
    ClusterChecks cluster = new ClusterChecks(machine);
    InstallationChecks ours = new InstallationChecks(machine, installation);
    List<Callable<List<Fact>>> questions = new ArrayList<>();
    questions.add(() -> {
      Fact namespaces = new NamespaceCheck(machine).fact();
      boolean allowed = namespaces.state() != State.MISSING;
      return List.of(
          namespaces, mounts.kernel(), mounts.overlay(allowed), new IdCheck(machine).fact(allowed));
    });
    questions.add(() ->
        List.of(mounts.fuseDevice(), mounts.squashfuse(), mounts.fusermount(), mounts.extended()));
    questions.add(
        () -> List.of(directories.working(places.working()), directories.cache(places.cache())));
    questions.add(() -> List.of(cluster.slurm(network == Network.ASKED), cluster.kubernetes()));
    questions.addAll(more);
    questions.add(() -> List.of(ours.java()));
    questions.add(ours::caches);
    questions.add(ours::jars);
    return answers(questions);
  }

  private static List<Fact> answers(List<Callable<List<Fact>>> questions) {
    List<Fact> facts = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      for (Future<List<Fact>> answer : threads.invokeAll(questions)) {
        facts.addAll(answer.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a question of the doctor failed", e.getCause());
    }
    facts.sort(Comparator.comparing(Fact::topic));
    return facts;
  }
}
