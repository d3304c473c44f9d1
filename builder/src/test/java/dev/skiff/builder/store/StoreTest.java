package dev.skiff.builder.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.builder.lock.ProcessLock;
import dev.skiff.builder.store.StoreCleaning.Verdict;
import dev.skiff.builder.store.StoreCleaning.Wish;
import dev.skiff.builder.store.StoredItem.State;
import dev.skiff.runtime.config.CacheSize;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreTest {

  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

  @TempDir Path root;

  private static StoredItem item(String name, int megabytes, Duration ago, State state) {
    return new StoredItem(
        StoredKind.BLOB, Path.of(name), name, (long) megabytes << 20, NOW.minus(ago), state);
  }

  private static List<String> tooMuch(int mostMegabytes, StoredItem... items) {
    return StoreCleaning.tooMuch(List.of(items), (long) mostMegabytes << 20, NOW).stream()
        .map(StoredItem::name)
        .toList();
  }

  @Test
  void whatWasNotUsedForLongestGoesFirstAndWhatIsNewStays() {
    StoredItem old = item("old", 5, Duration.ofDays(9), State.WHOLE);
    StoredItem older = item("older", 5, Duration.ofDays(10), State.WHOLE);
    StoredItem fresh = item("fresh", 5, Duration.ofMinutes(1), State.WHOLE);
    StoredItem partial = item("partial", 1, Duration.ofHours(2), State.UNFINISHED);
    StoredItem abandoned = item("abandoned", 1, Duration.ofDays(2), State.UNFINISHED);
    assertThat(tooMuch(100, old, older, fresh, partial)).isEmpty();
    assertThat(tooMuch(100, old, abandoned)).containsExactly("abandoned");
    assertThat(tooMuch(3, old, older, fresh, partial)).containsExactly("older", "old");
  }

  private Path file(String name, int bytes, Duration ago) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, new byte[bytes]);
    FileTime time = FileTime.from(Instant.now().minus(ago));
    Files.getFileAttributeView(file, java.nio.file.attribute.BasicFileAttributeView.class)
        .setTimes(time, time, null);
    return file;
  }

  private List<Verdict> judged() {
    Wish all = new Wish(EnumSet.allOf(StoredKind.class), Duration.ZERO);
    return StoreCleaning.begin(root).judge(StoreSurvey.of(root), all);
  }

  @Test
  void aLeaseKeepsWhatIsOfUseSinceItBegan() throws IOException {
    Path old = file("blobs/sha256/aa", 10, Duration.ofDays(3));
    Path fresh = file("steps/blobs/bb", 10, Duration.ZERO);
    try (StoreLease _ = StoreLease.begin(root)) {
      assertThat(judged())
          .filteredOn(verdict -> verdict.kept().isEmpty())
          .extracting(verdict -> verdict.item().path())
          .containsExactly(old);
    }
    assertThat(judged())
        .filteredOn(verdict -> verdict.kept().isEmpty())
        .extracting(verdict -> verdict.item().path())
        .containsExactly(fresh, old);
  }

  @Test
  void theTraceOfADeadProcessHoldsNothing() throws IOException {
    Path trace = file("leases/run-1", 0, Duration.ofHours(1));
    assertThat(StoreLease.oldest(root)).isEmpty();
    assertThat(trace).doesNotExist();
  }

  /// Its lock need not be seen here.
  @Test
  void aLeaseOfAnotherMachineIsInForceAsLongAsItIsHeardOf() throws IOException {
    long began = Instant.now().minus(Duration.ofHours(2)).getEpochSecond();
    String name = "leases/run-" + began + "-node7.0a1b2c3d-";
    Path alive = file(name + "1", 0, Duration.ofMinutes(5));
    Path silent = file(name + "2", 0, Duration.ofMinutes(11));
    Path ours = file("leases/run-1-" + Machine.name() + "-3", 0, Duration.ofMinutes(1));
    assertThat(StoreLease.oldest(root)).contains(Instant.ofEpochSecond(began));
    assertThat(alive).exists();
    assertThat(silent).doesNotExist();
    assertThat(ours).as("nobody has locked it, which is seen on its own machine").doesNotExist();
  }

  @Test
  void aLeaseThatIsHeardOfBeganWhenItDid() throws IOException {
    Instant before = Instant.now().minusSeconds(1);
    try (StoreLease _ = StoreLease.begin(root, "node7.0a1b2c3d");
        DirectoryStream<Path> leases = Files.newDirectoryStream(root.resolve("leases"))) {
      for (Path lease : leases) {
        Path _ = Files.setLastModifiedTime(lease, FileTime.from(Instant.now().plusSeconds(600)));
      }
      assertThat(StoreLease.oldest(root).orElseThrow()).isBetween(before, Instant.now());
    }
    assertThat(StoreLease.oldest(root)).isEmpty();
  }

  @Test
  void theBoundIsKept() throws IOException {
    Path oldest = file("blobs/sha256/aa", 2 << 20, Duration.ofDays(3));
    Path old = file("images/bb.sif", 2 << 20, Duration.ofDays(2));
    Path mark = file("images/bb.sif.used", 9, Duration.ofDays(2));
    Path marked = file("images/cc.sif", 2 << 20, Duration.ofDays(9));
    file("images/cc.sif.used", 9, Duration.ofHours(1));
    StoreCleaning.trim(root, Map.of("SKIFF_CACHE_SIZE", "2M"));
    assertThat(oldest).doesNotExist();
    assertThat(old).doesNotExist();
    assertThat(mark).doesNotExist();
    assertThat(marked).exists();
    StoreCleaning.trim(root, Map.of("SKIFF_CACHE_SIZE", "none"));
    assertThat(marked).exists();
  }

  @Test
  void aLockIsHadOnceInAProcessToo() throws IOException {
    Path file = root.resolve("locks/x");
    try (ProcessLock _ = ProcessLock.tryTake(file).orElseThrow()) {
      assertThat(ProcessLock.tryTake(file)).isEmpty();
    }
    ProcessLock.tryTake(file).orElseThrow().close();
  }

  @Test
  void aCheckedFileIsKnownUntilItChanges() throws IOException {
    Path file = file("images/a.sif", 10, Duration.ofDays(1));
    assertThat(UseMark.isSound(file)).isFalse();
    UseMark.put(file, Map.of());
    assertThat(UseMark.isSound(file)).isTrue();
    assertThat(UseMark.isChanged(file)).isFalse();
    Files.write(file, new byte[11]);
    assertThat(UseMark.isSound(file)).isFalse();
    assertThat(UseMark.isChanged(file)).isTrue();
    UseMark.put(file, Map.of());
    Files.setLastModifiedTime(file, FileTime.from(NOW));
    assertThat(UseMark.isChanged(file)).isTrue();
    UseMark.put(root.resolve("images/none.sif"), Map.of());
    assertThat(root.resolve("images/none.sif.used")).doesNotExist();
  }

  @Test
  void sizesAndTypesAreReadAsTheyAreTyped() {
    assertThat(CacheSize.parse("50G").bytes()).isEqualTo(50L << 30);
    assertThat(CacheSize.parse("7kib").bytes()).isEqualTo(7 << 10);
    assertThat(CacheSize.parse("12").bytes()).isEqualTo(12);
    assertThat(CacheSize.parse("none").isBounded()).isFalse();
    assertThatThrownBy(() -> CacheSize.parse("-1")).isInstanceOf(IllegalArgumentException.class);
    assertThat(CacheSize.of(Map.of(), OptionalLong.of(500)).bytes()).isEqualTo(100);
    assertThat(CacheSize.of(Map.of(), OptionalLong.of(9L << 50)).bytes()).isEqualTo(100L << 30);
    assertThat(StoredKind.parse("oci-tmp")).isEqualTo(Set.of(StoredKind.IMAGE));
    assertThat(StoredKind.parse("library")).isEmpty();
  }
}
