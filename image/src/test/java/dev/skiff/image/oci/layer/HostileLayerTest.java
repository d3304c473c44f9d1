package dev.skiff.image.oci.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.tar.TarBytes;
import dev.skiff.image.tree.FileContent;
import dev.skiff.image.tree.FileTree;
import dev.skiff.image.tree.RandomTree;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Layers made to take memory or time out of proportion to their size. Each is refused by the name
/// of what is too much, or merged in passing.
class HostileLayerTest {

  private static final long MEMORY = 8 << 20;
  private static final MergeLimits LIMITS = new MergeLimits(1L << 32, 4_000_000, MEMORY);

  /// A layer whose entries are made while it is read, so that only the merge takes memory.
  private record EndlessLayer(Stream<TarBytes> entries) implements TarLayer {

    @Override
    public String name() {
      return "layer";
    }

    @Override
    public InputStream open() {
      Iterator<TarBytes> rest = entries.iterator();
      return new InputStream() {
        private byte[] entry = {};
        private int at;

        @Override
        public int read() {
          byte[] one = new byte[1];
          return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
          if (at == entry.length) {
            if (!rest.hasNext()) {
              return -1;
            }
            entry = rest.next().withoutEnd();
            at = 0;
          }
          int count = Math.min(length, entry.length - at);
          System.arraycopy(entry, at, buffer, offset, count);
          at += count;
          return count;
        }
      };
    }
  }

  private static void merge(Stream<TarBytes> entries) throws IOException {
    var _ = LayerMerge.merge(List.of(new EndlessLayer(entries)), HostileLayerTest::drop, LIMITS);
  }

  private static FileContent drop(InputStream in, long sizeBytes) throws IOException {
    in.skipNBytes(sizeBytes);
    return RandomTree.content(new byte[0]);
  }

  private static FileTree mergeAll(TarBytes... oldestFirst) throws IOException {
    return LayerMerge.merge(
        Stream.of(oldestFirst).map(MemoryLayer::of).toList(), HostileLayerTest::drop, LIMITS);
  }

  private static void assertTooMuch(Stream<TarBytes> entries) {
    assertThatThrownBy(() -> merge(entries))
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("take more than 8388608 bytes of memory");
  }

  private static String deep(int number) {
    return number + "/a".repeat(1000);
  }

  @Test
  void directoriesThatAreOnlyImpliedCount() {
    assertTooMuch(
        IntStream.range(0, 1_000_000)
            .mapToObj(i -> new TarBytes().pax("path", deep(i)).file("x", "")));
  }

  @Test
  void whiteoutsAndWhatLeadsToThemCount() {
    assertTooMuch(
        IntStream.range(0, 1_000_000).mapToObj(i -> new TarBytes().whiteout("whiteout" + i)));
    assertTooMuch(
        IntStream.range(0, 1_000_000)
            .mapToObj(i -> new TarBytes().pax("path", deep(i) + "/.wh.x").file("x", "")));
  }

  @Test
  void extendedAttributesCount() {
    String value = "v".repeat(60_000);
    assertTooMuch(
        IntStream.range(0, 1_000_000)
            .mapToObj(i -> new TarBytes().pax("SCHILY.xattr.user.a", i + value).file("f" + i, "")));
    assertTooMuch(
        IntStream.range(0, 1_000_000)
            .mapToObj(i -> new TarBytes().pax("SCHILY.xattr.user.a", i + value).fifo("f" + i)));
  }

  @Test
  void targetsOfLinksCount() {
    assertTooMuch(
        IntStream.range(0, 1_000_000)
            .mapToObj(i -> new TarBytes().pax("linkpath", "t".repeat(4000)).symlink("s" + i, "x")));
    assertTooMuch(
        IntStream.range(0, 1_000_000)
            .mapToObj(i -> new TarBytes().pax("linkpath", deep(i)).hardLink("h" + i, "x")));
  }

  @Test
  void filesThatUpperLayersReplaceCountOnce() throws IOException {
    TarBytes[] layers =
        IntStream.range(0, 128)
            .mapToObj(layer -> {
              TarBytes tar = new TarBytes();
              for (int i = 0; i < 1000; i++) {
                tar.file("d/" + i, "layer " + layer);
              }
              return tar;
            })
            .toArray(TarBytes[]::new);
    assertThat(mergeAll(layers).root().children()).hasSize(1);
  }

  @Test
  void linksDoNotMakeAPathLongerThanLinuxHasThem() {
    List<TarBytes> entries = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      entries.add(
          new TarBytes()
              .pax("path", "s/".repeat(i) + "s", "linkpath", "a/".repeat(2000) + "a")
              .symlink("x", "x"));
    }
    entries.add(new TarBytes().file("s/".repeat(30) + "end", ""));
    assertThatThrownBy(() -> merge(entries.stream()))
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("longer than 4095 bytes");
  }

  @Test
  void aWayOfManyStepsIsRefused() {
    TarBytes tar = new TarBytes().directory("d");
    String steps = "d/../".repeat(800);
    for (int i = 0; i < 20; i++) {
      tar.pax("linkpath", steps + (i == 0 ? "d" : "s" + (i - 1))).symlink("s" + i, "x");
    }
    assertThatThrownBy(() -> mergeAll(tar.file("s19/f", "")))
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("more than 8192 steps");
  }

  @Test
  void directoriesMayBeAThousandDeep() throws IOException {
    String path = "d/".repeat(2040);
    FileTree tree =
        mergeAll(
            new TarBytes().pax("path", path + "low").file("x", ""),
            new TarBytes().pax("path", path + ".wh.gone").file("x", ""),
            new TarBytes().pax("path", path + "top").file("x", ""));
    assertThat(tree.root().children()).hasSize(1);
  }

  @Test
  void aLongChainOfLinksToTargetsThatComeLaterIsQuick() throws IOException {
    TarBytes tar = new TarBytes();
    int count = 60_000;
    for (int i = 0; i < count; i++) {
      tar.hardLink("l" + i, "l" + (i + 1));
    }
    tar.file("l" + count, "the file");
    MergeLimits limits = new MergeLimits(1L << 32, 4_000_000, 1L << 30);
    FileTree tree = LayerMerge.merge(List.of(MemoryLayer.of(tar)), HostileLayerTest::drop, limits);
    assertThat(tree.root().children().values().stream().distinct()).hasSize(1);
  }

  @Test
  void aHundredThousandWhiteoutsAndTenThousandLinksAreMerged() throws IOException {
    TarBytes lower = new TarBytes();
    TarBytes upper = new TarBytes();
    for (int i = 0; i < 10_000; i++) {
      lower.hardLink("d/" + i, "d/file");
    }
    lower.file("d/file", "1");
    for (int i = 0; i < 100_000; i++) {
      upper.whiteout("d/" + i);
    }
    MergeLimits limits = new MergeLimits(1L << 32, 4_000_000, 64 << 20);
    FileTree tree =
        LayerMerge.merge(
            List.of(MemoryLayer.of(lower), MemoryLayer.of(upper)), HostileLayerTest::drop, limits);
    assertThat(MemorySink.lines(tree)).hasSize(3).containsKey("/d/file");
  }

  @Test
  void aWhiteoutMayHideANameOfTheGreatestLength() throws IOException {
    String name = "n".repeat(255);
    FileTree tree =
        mergeAll(
            new TarBytes().pax("path", "d/" + name).file("x", "").file("d/a", ""),
            new TarBytes().pax("path", "d/.wh." + name).file("x", ""));
    assertThat(MemorySink.lines(tree)).containsOnlyKeys("", "/d", "/d/a");
  }
}
