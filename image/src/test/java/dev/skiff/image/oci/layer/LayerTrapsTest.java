package dev.skiff.image.oci.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.image.oci.layer.OrderedExtraction.LinkToNothing;
import dev.skiff.image.oci.layer.TrapLayers.Sparse;
import dev.skiff.image.oci.layer.TrapLayers.Trap;
import dev.skiff.image.tree.FileTree;
import dev.skiff.image.tree.TreeText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The merge against layers applied in order by other code, with every trap that is known but
/// sparse files: the other reader loses its way in them.
///
/// `-Dskiff.trap.rounds=100000` looks further than every build does.
class LayerTrapsTest {

  private static final int ROUNDS = Integer.getInteger("skiff.trap.rounds", 2000);
  private static final long FIRST_SEED = Long.getLong("skiff.trap.seed", 1);

  @Test
  void theMergeYieldsWhatExtractionInOrderYields() throws IOException {
    Map<Trap, Integer> sprung = new EnumMap<>(Trap.class);
    int compared = 0;
    for (long seed = FIRST_SEED; seed < FIRST_SEED + ROUNDS; seed++) {
      TrapLayers random = new TrapLayers(seed, Sparse.LEFT_OUT);
      OrderedExtraction model = new OrderedExtraction();
      List<MemoryLayer> layers = new ArrayList<>();
      boolean refused = false;
      for (int i = 0; i < 4; i++) {
        byte[] tar = random.layer();
        layers.add(new MemoryLayer(tar));
        try {
          model.apply(tar);
        } catch (LinkToNothing e) {
          refused = true; // the merge refuses it as well, unless something hides the link
          break;
        }
      }
      if (!refused) {
        FileTree merged = merge(layers, seed, random);
        assertThat(TreeText.difference(TreeText.of(merged), TreeText.of(model.tree())))
            .describedAs("seed %d%n%s", seed, random.told())
            .isEmpty();
        compared++;
      }
      random.sprung().forEach((trap, count) -> sprung.merge(trap, count, Integer::sum));
    }
    assertThat(compared).isGreaterThan(ROUNDS / 4);
    Set<Trap> wanted = EnumSet.complementOf(TrapLayers.SPARSE);
    assertThat(sprung.keySet()).containsExactlyInAnyOrderElementsOf(wanted);
  }

  private static FileTree merge(List<MemoryLayer> layers, long seed, TrapLayers random) {
    try {
      return LayerMerge.merge(layers, new MemorySink(), MergeLimits.STANDARD);
    } catch (IOException e) {
      throw new AssertionError("seed %d%n%s".formatted(seed, random.told()), e);
    }
  }
}
