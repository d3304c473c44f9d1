package dev.skiff.image.oci.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.image.tar.TarBytes;
import dev.skiff.image.tar.listing.TarListing;
import dev.skiff.image.tar.listing.TarListingWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Layers merged from their listings against the same layers merged from their tars.
class ListedMergeTest {

  private static final int ROUNDS = 100;

  private final Map<MemoryLayer, TarListing> listings = new HashMap<>();
  private final MemorySink sink = new MemorySink();

  private SortedMap<String, String> merge(List<MemoryLayer> layers) throws IOException {
    List<TarListingWriter> notes = new ArrayList<>();
    List<TarLayer> listed = new ArrayList<>();
    for (MemoryLayer layer : layers) {
      TarListingWriter writer = new TarListingWriter();
      notes.add(writer);
      listed.add(
          new ListedLayer(layer, Optional.ofNullable(listings.get(layer)), Optional.of(writer)));
    }
    SortedMap<String, String> lines =
        MemorySink.lines(LayerMerge.merge(listed, sink, MergeLimits.STANDARD));
    for (int i = 0; i < layers.size(); i++) {
      Optional<byte[]> listing = notes.get(i).finish(1);
      if (listing.isPresent()) {
        listings.put(layers.get(i), TarListing.of("listing", listing.get()));
      }
    }
    return lines;
  }

  private static SortedMap<String, String> fromTars(List<MemoryLayer> layers) throws IOException {
    return MemorySink.lines(LayerMerge.merge(layers, new MemorySink(), MergeLimits.STANDARD));
  }

  private static int opened(List<MemoryLayer> layers) {
    return layers.stream().mapToInt(MemoryLayer::opened).sum();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void listingsYieldWhatTheirTarsYield(long seed) throws IOException {
    for (int round = 0; round < ROUNDS; round++) {
      RandomLayers random = RandomLayers.ofRound(seed, round, ROUNDS);
      OrderedModel model = new OrderedModel();
      List<MemoryLayer> layers = random.layers(4, model);
      SortedMap<String, String> first = merge(layers);
      int opened = opened(layers);
      String told = "seed %d, round %d:%n%s".formatted(seed, round, random.told());
      assertThat(merge(layers)).describedAs(told).isEqualTo(first).isEqualTo(model.lines());
      assertThat(opened(layers)).describedAs("nothing is read again: " + told).isEqualTo(opened);

      layers.add(MemoryLayer.of(random.layer(model)));
      assertThat(merge(layers)).describedAs(told).isEqualTo(model.lines());

      for (int fewer = 1; fewer < layers.size(); fewer++) {
        List<MemoryLayer> below = layers.subList(0, fewer);
        try {
          assertThat(merge(below))
              .describedAs("%d layers, %s", fewer, told)
              .isEqualTo(fromTars(below));
        } finally {
          sink.forget(new Random(seed * round));
        }
      }
      assertThat(merge(layers)).describedAs("forgotten: " + told).isEqualTo(model.lines());
    }
  }

  @Test
  void aFileThatWasHiddenIsReadOnceWhenItShows() throws IOException {
    MemoryLayer below = MemoryLayer.of(new TarBytes().file("a", "below").file("b", "other"));
    MemoryLayer above = MemoryLayer.of(new TarBytes().file("a", "above"));
    var _ = merge(List.of(below, above));
    assertThat(sink.stored()).containsExactly("above", "other");
    assertThat(merge(List.of(below))).containsEntry("/a", "f0644 below");
    assertThat(below.opened()).isEqualTo(2);
    assertThat(sink.stored()).containsExactly("above", "other", "below");
    assertThat(merge(List.of(below))).containsEntry("/b", "f0644 other");
    assertThat(below.opened()).isEqualTo(2);
  }

  @Test
  void aLinkFromAboveFindsWhatOnlyTheListingKnows() throws IOException {
    MemoryLayer below = MemoryLayer.of(new TarBytes().file("a", "content"));
    MemoryLayer above = MemoryLayer.of(new TarBytes().hardLink("b", "a").whiteout("a"));
    var _ = merge(List.of(below));
    assertThat(merge(List.of(below, above))).containsEntry("/b", "f0644 content").hasSize(2);
    assertThat(below.opened()).isEqualTo(1);
  }
}
