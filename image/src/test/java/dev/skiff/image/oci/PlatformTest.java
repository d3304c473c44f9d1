package dev.skiff.image.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlatformTest {

  @ParameterizedTest
  @CsvSource({
    "amd64, linux/amd64",
    "x86_64, linux/amd64",
    "arm/v7, linux/arm/v7",
    "linux/arm64, linux/arm64",
    "aarch64, linux/arm64",
    "arm64/v8, linux/arm64",
    "windows/amd64/v1, windows/amd64/v1",
  })
  void architecturesHaveOneNameEach(String text, String platform) {
    assertThat(Platform.parse(text)).hasToString(platform);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "a/b/c/d", "a b"})
  void otherFormsAreRefused(String text) {
    assertThatThrownBy(() -> Platform.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aVariantThatIsNotAskedForDoesNotMatter() {
    assertThat(Platform.parse("arm").accepts(Platform.parse("arm/v7"))).isTrue();
    assertThat(Platform.parse("arm/v7").accepts(Platform.parse("arm/v6"))).isFalse();
    assertThat(Platform.parse("arm64").accepts(Platform.parse("arm64/v8"))).isTrue();
  }
}
