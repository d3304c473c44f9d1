package dev.skiff.runtime.slurm.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Against what `sacctmgr` of a real cluster printed of a user in two accounts.
final class AssociationTest {

  private static final List<Association> ALL =
      Association.parse(
          """
          test|students|lab||normal|allgpus,normal
          test|students|lab|long|allgpus|allgpus,normal
          test|students|students|||1gpulong,normal,short
          elsewhere|lab|lab||short|short
          """,
          "test");

  private static Optional<String> usual(String account, String partition) {
    return Association.of(ALL, account, partition).map(Association::usual);
  }

  @Test
  void aJobThatNamesNoQualityHasThatOfItsAccountAndPartition() {
    assertThat(ALL).hasSize(3);
    assertThat(usual("", "debug")).contains("normal");
    assertThat(usual("lab", "short")).contains("normal");
    assertThat(usual("lab", "long")).contains("allgpus");
    assertThat(usual("nosuch", "long")).isEmpty();
    assertThat(new Association(true, "a", "", "", List.of("short", "long")).usual()).isEmpty();
    assertThat(new Association(true, "a", "", "", List.of("short")).usual()).isEqualTo("short");
  }
}
