package dev.skiff.runtime.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JobNameTest {

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\nb", "../x", ".hidden", "-x", "a/b", "$(x)", "a'b", "ä"})
  void whatAShellOrAFolderCouldMisreadIsNoName(String text) {
    assertThatThrownBy(() -> new JobName(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aLongNameIsShortenedForItsNumber() {
    JobName longest = new JobName("x".repeat(64));
    assertThat(longest.numbered(12).text()).hasSize(64).endsWith("x-12");
    assertThatThrownBy(() -> new JobName("x".repeat(65))).hasMessageContaining("65 characters");
  }

  @Test
  void anInventedNameIsAlwaysOne() {
    assertThat(JobName.invented("alice", new Random(1)).text()).matches("alice-[a-z]+-[0-9a-f]{3}");
    assertThat(JobName.invented("$(rm)", new Random(1)).text()).startsWith("rm-");
    assertThat(JobName.invented("é", new Random(1)).text()).startsWith("job-");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"0-9|0-9", "3,1,2|1-3", "0-20:5%4|0,5,10,15,20%4", "7|7", "1-3,3-5|1-5"})
  void anArrayIsReadAndSaidShortly(String text, String said) {
    assertThat(JobArray.parse(text).text()).isEqualTo(said);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "a",
        "1-",
        "3-1",
        "1-9:0",
        "1%0",
        "1%",
        "1,,2",
        "0-999999999",
        "0-3999999"
      })
  void whatIsNoArraySaysWhy(String text) {
    assertThatThrownBy(() -> JobArray.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
