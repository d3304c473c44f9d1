package dev.skiff.runtime.slurm.explain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DependencyWordsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "afterok:44(unfulfilled)                           | job 44 to end well",
        "afterany:5_*(unfulfilled)                         | job 5 to end",
        "after:5_3(unfulfilled)                            | job 5_3 to start",
        "afterok:4(unfulfilled),afternotok:5(unfulfilled)  | job 4 to end well, job 5 to fail",
        "afterok:4(unfulfilled)?afterok:5(unfulfilled)     | afterok:4(unfulfilled)?afterok:5(unfulfilled)",
        "singleton(unfulfilled)                            | singleton(unfulfilled)",
        "afterok:4(failed)                                 | afterok:4(failed)"
      })
  void whatIsWaitedForIsToldInWords(String dependency, String words) {
    assertThat(DependencyWords.of(dependency)).isEqualTo(words);
  }
}
