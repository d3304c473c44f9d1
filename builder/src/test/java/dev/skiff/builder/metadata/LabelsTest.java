package dev.skiff.builder.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.builder.metadata.Labels.Collision;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class LabelsTest {

  @Test
  void theBuildDateIsWrittenAsThePeerDoes() {
    Labels labels =
        Labels.of(Map.of()).withDefaults(Instant.parse("2026-11-21T22:02:54Z"), "amd64", "skiff 1");
    assertThat(labels.values())
        .containsEntry("org.label-schema.build-date", "Saturday_21_November_2026_22:2:54_UTC")
        .containsEntry("org.label-schema.schema-version", "1.0")
        .containsEntry("org.opencontainers.image.created", "2026-11-21T22:02:54Z");
  }

  @Test
  void aLabelThatIsThereStaysUnlessForced() throws Exception {
    Labels base = Labels.parse("{\"A\": \"1\", \"n\": 2}");
    Labels kept = base.withBuildLines("A other\n# no\n\nB  two words \nC\n", Collision.KEEP);
    assertThat(kept.values())
        .containsExactlyInAnyOrderEntriesOf(Map.of("A", "1", "n", "2", "B", "two words", "C", ""));
    assertThat(kept.refused()).containsExactly("A");
    assertThat(base.withBuildLines("A 1", Collision.KEEP).refused()).isEmpty();
    assertThat(base.withBuildLines("A other", Collision.REPLACE).values())
        .containsEntry("A", "other");
  }

  @Test
  void theFileIsIndentedByTabsAndEscapedAsGoDoes() {
    assertThat(Labels.of(Map.of("b", "<&>\u2028\u0001\"\\", "a", "x\ty")).json())
        .isEqualTo(
            "{\n\t\"a\": \"x\\ty\",\n\t\"b\": \"\\u003c\\u0026\\u003e\\u2028\\u0001\\\"\\\\\"\n}");
  }
}
