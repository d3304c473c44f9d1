package dev.skiff.image.oci.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.image.tree.FileTree;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The merge from the top down against applying one layer after the other.
class LayerMergeDifferentialTest {

  private static final int ROUNDS = 400;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void theMergeYieldsWhatApplyingLayersInOrderYields(long seed) throws IOException {
    for (int round = 0; round < ROUNDS; round++) {
      RandomLayers random = RandomLayers.ofRound(seed, round, ROUNDS);
      OrderedModel model = new OrderedModel();
      List<MemoryLayer> layers = random.layers(5, model);
      MemorySink sink = new MemorySink();
      FileTree tree = LayerMerge.merge(layers, sink, MergeLimits.STANDARD);
      assertThat(MemorySink.lines(tree))
          .describedAs("seed %d, round %d:%n%s", seed, round, random.told())
          .isEqualTo(model.lines());
      assertThat(sink.stored())
          .describedAs("stored once and only if visible, seed %d, round %d", seed, round)
          .containsExactlyInAnyOrderElementsOf(model.contents());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14})
  void layersPutOntoTheTreeOfThoseBelowYieldTheSame(long seed) throws IOException {
    for (int round = 0; round < ROUNDS; round++) {
      RandomLayers random = RandomLayers.ofRound(seed, round, ROUNDS);
      OrderedModel model = new OrderedModel();
      List<MemoryLayer> layers = random.layers(5, model);
      for (int below = 0; below <= layers.size(); below++) {
        MemorySink sink = new MemorySink();
        FileTree tree = LayerMerge.merge(layers.subList(0, below), sink, MergeLimits.STANDARD);
        List<MemoryLayer> above = layers.subList(below, layers.size());
        LayerCensus census = new LayerCensus();
        assertThat(LayerMerge.onto(tree, above, sink, MergeLimits.STANDARD, census)).isSameAs(tree);
        assertThat(MemorySink.lines(tree))
            .describedAs("seed %d, round %d, %d below:%n%s", seed, round, below, random.told())
            .isEqualTo(model.lines());
        assertThat(census.counts()).hasSize(above.size());
      }
    }
  }
}
