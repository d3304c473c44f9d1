package dev.skiff.runtime.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SubordinateRangeTest {

  @Test
  void theFirstRangeStartsWhereUseraddWouldStart() {
    assertThat(SubordinateRange.free(List.of("", "")).words()).isEqualTo("100000-165535");
  }

  @Test
  void rangesOfOthersAreNotGivenOutAgain() {
    assertThat(
            SubordinateRange.free(
                    List.of("alice:100000:65536\nbob:165536:65536\n", "alice:300000:10\n"))
                .words())
        .isEqualTo("300010-365545");
  }

  @Test
  void linesThatAreNoneArePassedOver() {
    assertThat(SubordinateRange.free(List.of("# x\nalice\nbob:x:y\n:::\n")).first())
        .isEqualTo(100_000);
  }
}
