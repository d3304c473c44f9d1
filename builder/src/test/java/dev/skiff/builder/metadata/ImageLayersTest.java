package dev.skiff.builder.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.builder.metadata.ImageLayers.Layer;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.layer.LayerCensus.Count;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageLayersTest {

  private static final ImageLayers TWO =
      new ImageLayers(
          "docker.io/library/x:1",
          "sha256:aa",
          List.of(
              new Layer("sha256:bb", 10, Optional.of(new Count(2048, 7, 5, 900)), "ADD <x>"),
              new Layer("sha256:cc", 20, Optional.empty(), "")),
          Optional.empty());

  private static final String JSON =
      """
      {"base":{"reference":"docker.io/library/x:1","digest":"sha256:aa"},"layers":[\
      {"digest":"sha256:bb","compressedBytes":10,"uncompressedBytes":2048,"files":7,\
      "visibleFiles":5,"visibleBytes":900,"createdBy":"ADD \\u003cx\\u003e"},\
      {"digest":"sha256:cc","compressedBytes":20,"createdBy":""}]}\
      """;

  @Test
  void theObjectIsReadAsItWasWritten() throws MalformedImageException {
    assertThat(new String(TWO.json(), StandardCharsets.UTF_8)).isEqualTo(JSON);
    assertThat(ImageLayers.parse(TWO.json())).isEqualTo(TWO);
    ImageLayers below = TWO.below(4, 1000);
    assertThat(below.change()).contains(new ImageLayers.Change(-1, 100));
    assertThat(ImageLayers.parse(below.json())).isEqualTo(below);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"base\":{\"reference\":\"x\"}}",
        "{\"base\":{\"reference\":\"x\",\"digest\":\"y\"},\"layers\":[{\"digest\":\"z\"}]}",
        "{\"base\":{\"reference\":\"x\",\"digest\":\"y\"},\"layers\":[7]}",
      })
  void anyOtherObjectIsMalformed(String json) {
    assertThatThrownBy(() -> ImageLayers.parse(json.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(MalformedImageException.class);
  }
}
