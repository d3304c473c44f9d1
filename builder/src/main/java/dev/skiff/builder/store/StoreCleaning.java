package dev.skiff.builder.store;

import dev.skiff.builder.lock.ProcessLock;
import dev.skiff.builder.root.TreeRemoval;
import dev.skiff.builder.store.StoredItem.State;
import dev.skiff.runtime.config.CacheSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/// Takes things out of the cache: decides which, then removes one after the other, each whole.
public final class StoreCleaning {

  /// What is left of a process that was ended; another one may go on with it before that.
  private static final Duration ABANDONED = Duration.ofDays(1);

  /// A container that was given an image starts within this.
  private static final Duration STARTING = Duration.ofMinutes(10);

  private final StoreHolds holds;

  private StoreCleaning(StoreHolds holds) {
    this.holds = holds;
  }

  /// Looks who uses the cache just now.
  public static StoreCleaning begin(Path root) {
    return new StoreCleaning(StoreHolds.now(root));
  }

  /// What a person wants to be rid of.
  ///
  /// @param unused only what was of no use for that long; zero for everything
  public record Wish(Set<StoredKind> kinds, Duration unused) {
    public Wish {
      kinds = Set.copyOf(kinds);
    }
  }

  /// What is to be done with a thing.
  ///
  /// @param kept why it stays; empty if it goes
  public record Verdict(StoredItem item, Optional<String> kept) {}

  /// Judges what a wish is about; nothing else is in the answer.
  public List<Verdict> judge(List<StoredItem> items, Wish wish) {
    Instant latest = Instant.now().minus(wish.unused());
    return items.stream()
        .filter(item -> wish.kinds().contains(item.kind()))
        .filter(item -> wish.unused().isZero() || item.used().isBefore(latest))
        .map(item -> new Verdict(item, holds.of(item)))
        .toList();
  }

  /// Removes a thing that may go.
  ///
  /// @return why it is there still, if it is
  public Optional<String> remove(StoredItem item) {
    try {
      return switch (item.kind()) {
        case UNPACKED -> removeUnpacked(item);
        case BLOB, IMAGE -> removeImage(item);
        case STEP, NOTE -> {
          TreeRemoval.remove(item.path());
          yield Optional.empty();
        }
      };
    } catch (IOException e) {
      return Optional.of("it cannot be removed: " + e.getMessage());
    }
  }

  /// Whoever unpacks it holds the lock; whoever would start from it does not find it any more.
  private static Optional<String> removeUnpacked(StoredItem item) throws IOException {
    Path lockFile = StoreSurvey.lockOfUnpacked(item.path());
    try (ProcessLock lock = ProcessLock.tryTake(lockFile).orElse(null)) {
      if (lock == null) {
        return Optional.of("it is being unpacked");
      }
      Path going = item.path();
      if (item.state() == State.WHOLE) {
        String name = lockFile.getFileName().toString().replaceFirst("\\.lock$", ".unfinished");
        going = item.path().resolveSibling(name);
        TreeRemoval.remove(going);
        Path _ = Files.move(item.path(), going, StandardCopyOption.ATOMIC_MOVE);
      }
      TreeRemoval.remove(going);
      return Optional.empty();
    }
  }

  /// Who serves it to a container holds a lock on its mark, on whichever machine.
  private static Optional<String> removeImage(StoredItem item) throws IOException {
    Path mark = UseMark.of(item.path());
    if (!Files.exists(mark)) {
      TreeRemoval.remove(item.path());
      return Optional.empty();
    }
    try {
      List<String> words = new ArrayList<>(List.of("flock", "-n", "-x", "-E", "75"));
      words.addAll(List.of(mark.toString(), "rm", "-f", "--", item.path().toString()));
      words.add(mark.toString());
      MachineNote.all(item.path()).forEach(note -> words.add(note.toString()));
      Process process =
          new ProcessBuilder(words)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
      int status = process.waitFor();
      return status == 0
          ? Optional.empty()
          : Optional.of(status == 75 ? "a container runs from it" : "it cannot be removed");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("the work was stopped");
    }
  }

  /// Removes what was of no use for longest, until no more is there than the caller wants; what is
  /// in use stays all the same. Nothing is said where it cannot be done.
  ///
  /// @param environment in which the size is set
  public static void trim(Path root, Map<String, String> environment) {
    CacheSize most = CacheSize.of(environment, diskBytes(root));
    if (!most.isBounded()) {
      return;
    }
    List<StoredItem> items = StoreSurvey.of(root);
    List<StoredItem> tooMuch = tooMuch(items, most.bytes(), Instant.now());
    if (!tooMuch.isEmpty()) {
      begin(root)
          .removeUntil(
              tooMuch, items.stream().mapToLong(StoredItem::sizeBytes).sum(), most.bytes());
    }
  }

  /// What may go for the bound's sake, the first to go first; empty if all is within the bound and
  /// nothing was left unfinished.
  static List<StoredItem> tooMuch(List<StoredItem> items, long mostBytes, Instant now) {
    long total = items.stream().mapToLong(StoredItem::sizeBytes).sum();
    Stream<StoredItem> abandoned =
        items.stream()
            .filter(item -> item.state() == State.UNFINISHED)
            .filter(item -> item.used().isBefore(now.minus(ABANDONED)));
    Stream<StoredItem> oldest =
        items.stream()
            .filter(item -> total > mostBytes && item.state() == State.WHOLE)
            .filter(item -> item.used().isBefore(now.minus(STARTING)))
            .sorted(Comparator.comparing(StoredItem::used));
    return Stream.concat(abandoned, oldest).toList();
  }

  private void removeUntil(List<StoredItem> oldestFirst, long totalBytes, long mostBytes) {
    long left = totalBytes;
    for (StoredItem item : oldestFirst) {
      if (item.state() == State.WHOLE && left <= mostBytes) {
        break;
      }
      Optional<String> kept = holds.of(item).or(() -> remove(item));
      left -= kept.isEmpty() ? item.sizeBytes() : 0;
    }
  }

  /// How large the file system of the cache is.
  public static OptionalLong diskBytes(Path root) {
    try {
      return OptionalLong.of(Files.getFileStore(root).getTotalSpace());
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }
}
