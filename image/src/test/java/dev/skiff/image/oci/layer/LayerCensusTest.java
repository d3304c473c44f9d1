package dev.skiff.image.oci.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.skiff.image.oci.layer.LayerCensus.Count;
import dev.skiff.image.tar.TarBytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayerCensusTest {

  private static List<Count> count(TarBytes... oldestFirst) throws IOException {
    List<MemoryLayer> layers = new ArrayList<>();
    for (TarBytes tar : oldestFirst) {
      layers.add(MemoryLayer.of(tar));
    }
    LayerCensus census = new LayerCensus();
    var _ = LayerMerge.merge(layers, new MemorySink(), MergeLimits.STANDARD, census);
    return census.counts();
  }

  private static TarBytes tar() {
    return new TarBytes();
  }

  @Test
  void whatAnUpperLayerHidesIsNotVisible() throws IOException {
    List<Count> counts =
        count(
            tar().directory("d").file("d/a", "12345").file("b", "123").file("c", "1"),
            tar().file("d/a", "1234567").whiteout("b").symlink("l", "c"));
    assertThat(counts)
        .extracting(Count::files, Count::visibleFiles, Count::visibleBytes)
        .containsExactly(tuple(3L, 1L, 1L), tuple(2L, 2L, 7L));
    assertThat(counts).allSatisfy(count -> assertThat(count.tarBytes() % 512).isZero());
    assertThat(counts.getFirst().tarBytes()).isGreaterThanOrEqualTo(4 * 512 + 3 * 512);
  }

  @Test
  void aFileWithSeveralNamesCountsOnceForTheLayerThatHasItsBytes() throws IOException {
    assertThat(
            count(
                tar().file("a", "1234").hardLink("b", "a"),
                tar().hardLink("c", "a"),
                tar().file("a", "x")))
        .extracting(Count::files, Count::visibleFiles, Count::visibleBytes)
        .containsExactly(tuple(2L, 1L, 4L), tuple(1L, 0L, 0L), tuple(1L, 1L, 1L));
  }

  @Test
  void aFileThatItsOwnLayerReplacesIsNotVisible() throws IOException {
    assertThat(count(tar().file("a", "1234").file("a", "12")))
        .extracting(Count::visibleBytes)
        .containsExactly(2L);
  }
}
