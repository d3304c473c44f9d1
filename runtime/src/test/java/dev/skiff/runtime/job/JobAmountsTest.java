package dev.skiff.runtime.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JobAmountsTest {

  @ParameterizedTest
  @CsvSource({"16, 16384", "16G, 16384", "500M, 500", "1t, 1048576"})
  void aBareNumberOfMemoryIsGigabytes(String text, long megabytes) {
    assertThat(JobAmounts.megabytes(text)).isEqualTo(megabytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "G", "-1", "0", "1.5", "1K", "9999999999", "$(x)"})
  void whatIsNoAmountIsRefused(String text) {
    assertThatThrownBy(() -> JobAmounts.megabytes(text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "6h, 21600, 06:00:00",
    "45m, 2700, 00:45:00",
    "1h30m, 5400, 01:30:00",
    "2d, 172800, 2-00:00:00",
    "90s, 90, 00:01:30",
    "90, 5400, 01:30:00",
    "30:00, 1800, 00:30:00",
    "06:00:00, 21600, 06:00:00",
    "1-00:00:00, 86400, 1-00:00:00",
    "1-12, 129600, 1-12:00:00"
  })
  void aTimeIsReadAsPeopleAndAsSlurmWriteIt(String text, long seconds, String slurm) {
    assertThat(JobAmounts.time(text)).isEqualTo(Duration.ofSeconds(seconds));
    assertThat(JobAmounts.slurm(JobAmounts.time(text))).isEqualTo(slurm);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "h", "6x", "1:2:3:4", "-5", "1-", "1--2", "6 h", "99999999999h"})
  void whatIsNoTimeIsRefused(String text) {
    assertThatThrownBy(() -> JobAmounts.time(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
