package dev.skiff.builder.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.image.oci.ImageReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefaultImageNameTest {

  @ParameterizedTest
  @CsvSource({
    "docker://godlovedc/lolcow, lolcow_latest.sif",
    "docker://nvcr.io/nvidia/tensorflow:20.10-tf2-py3, tensorflow_20.10-tf2-py3.sif",
    "docker://alpine, alpine_latest.sif",
    "h:1/t/x@sha256:b6cf1f4cf93778063f5872e7f98a27bdcbe69531dfb87e3775e0bc3fab73d809,"
        + " x@sha256_b6cf1f4cf93778063f5872e7f98a27bdcbe69531dfb87e3775e0bc3fab73d809.sif",
  })
  void aFileIsNamedAsApptainerNamesIt(String reference, String file) {
    assertThat(DefaultImageName.of(ImageReference.parse(reference))).isEqualTo(file);
  }
}
