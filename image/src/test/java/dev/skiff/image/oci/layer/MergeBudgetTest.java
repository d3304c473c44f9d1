package dev.skiff.image.oci.layer;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.image.tar.TarEntry;
import dev.skiff.image.tar.TarEntry.FileEntry;
import dev.skiff.image.tar.TarPath;
import dev.skiff.image.tree.Attributes;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class MergeBudgetTest {

  private static TarEntry file(long mtime) {
    return new FileEntry(TarPath.of("a/name"), Attributes.of(0644, 0, 0, mtime), 1, 1);
  }

  private static void addFiles(MergeBudget budget, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      budget.addEntry("layer", file(7));
    }
  }

  @Test
  void moreFilesThanFitIntoMemoryAreRefused() throws Exception {
    MergeBudget budget = new MergeBudget(MergeLimits.STANDARD, 20 << 20);
    addFiles(budget, 100_000);
    assertThatThrownBy(() -> addFiles(budget, 100_000))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("more files than fit into 20 MB of memory");
  }

  @Test
  void whatOtherLayersHidCountsNoMore() throws Exception {
    MergeBudget budget = new MergeBudget(MergeLimits.STANDARD, 20 << 20);
    addFiles(budget, 100_000);
    budget.keepOnly(1000, 10);
    assertThatCode(() -> addFiles(budget, 100_000)).doesNotThrowAnyException();
  }
}
