package dev.skiff.image.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageReferenceTest {

  private static final String HEX =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  @ParameterizedTest
  @CsvSource({
    "alpine, docker.io/library/alpine:latest",
    "docker://alpine, docker.io/library/alpine:latest",
    "alpine:3.18, docker.io/library/alpine:3.18",
    "godlovedc/lolcow, docker.io/godlovedc/lolcow:latest",
    "docker.io/alpine, docker.io/library/alpine:latest",
    "index.docker.io/alpine, docker.io/library/alpine:latest",
    "docker://nvcr.io/nvidia/tensorflow:20.10-tf2-py3, nvcr.io/nvidia/tensorflow:20.10-tf2-py3",
    "localhost/x, localhost/x:latest",
    "localhost:5000/x, localhost:5000/x:latest",
    "127.0.0.1:5000/a/b/c:1, 127.0.0.1:5000/a/b/c:1",
    "[::1]:5000/x, [::1]:5000/x:latest",
    "HOST/x, HOST/x:latest",
    "ghcr.io/a__b/c-d.e:V1_x, ghcr.io/a__b/c-d.e:V1_x",
  })
  void namesAreReadAsDockerReadsThem(String text, String whole) {
    assertThat(ImageReference.parse(text)).hasToString(whole);
  }

  @Test
  void aDigestDecidesAndTheTagIsKept() {
    ImageReference both = ImageReference.parse("alpine:3.18@sha256:" + HEX);
    assertThat(both.tag()).contains("3.18");
    assertThat(both.manifestName()).isEqualTo("sha256:" + HEX);
    ImageReference only = ImageReference.parse("alpine@sha256:" + HEX);
    assertThat(only.tag()).isEmpty();
    assertThat(only).hasToString("docker.io/library/alpine@sha256:" + HEX);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|it is empty",
        "docker://|it is empty",
        "Alpine|'Alpine' is not made of lower-case letters and digits, with '.', '_', '-' between"
            + " them",
        "a//b|a part of the name is empty",
        "a/|a part of the name is empty",
        "ghcr.io/|a part of the name is empty",
        "alpine:|'' is no tag: 1 to 128 letters, digits, '_', '.', '-', not starting with '.' or"
            + " '-'",
        "alpine:a b|'a b' is no tag: 1 to 128 letters, digits, '_', '.', '-', not starting with"
            + " '.' or '-'",
        "-x.io/a|'-x.io' is no host name",
        "alpine@sha256:abc|a sha256 digest has 64 lower-case hex digits, found 'abc'",
        "alpine@md5:abc|a digest starts with sha256: or sha512:, found 'md5:abc'",
        "../etc|'..' is no host name",
      })
  void whatNamesNoImageIsExplained(String text, String reason) {
    InvalidImageReferenceException e =
        catchThrowableOfType(
            InvalidImageReferenceException.class, () -> ImageReference.parse(text));
    assertThat(e.reason()).isEqualTo(reason);
    assertThat(e.text()).isEqualTo(text);
  }

  @Test
  void aNameThatIsTooLongIsRefused() {
    assertThat(
            catchThrowableOfType(
                InvalidImageReferenceException.class, () -> ImageReference.parse("a".repeat(256))))
        .hasMessageContaining("at most 255");
  }
}
