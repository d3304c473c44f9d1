package dev.skiff.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.builder.metadata.ImageLayers;
import dev.skiff.builder.metadata.ImageLayers.Change;
import dev.skiff.builder.metadata.ImageLayers.Layer;
import dev.skiff.image.oci.layer.LayerCensus.Count;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LayersDrawingTest {

  private static ImageLayers layers(Optional<Change> change) {
    return new ImageLayers(
        "docker.io/library/python:3.12",
        "sha256:" + "9e689bcf".repeat(8),
        List.of(
            layer("0123456789abcdef", "/bin/sh -c #(nop) ADD file:1b2 in / "),
            layer(
                "fedcba98",
                "RUN /bin/sh -c apt-get update \t && apt-get install -y gcc # buildkit"),
            layer("c0", "COPY a b \u001b[2J\nx # buildkit"),
            layer("d0", "")),
        change);
  }

  private static Layer layer(String digest, String command) {
    return new Layer(
        "sha256:" + digest,
        29_126_484,
        Optional.of(new Count(77_888_000, 3_310, 3_000, 77_000_000)),
        command);
  }

  @Test
  void aTableOfLayersAndWhatTheDefinitionChanged() throws IOException {
    GoldenText.assertMatches(
        "inspect/layers.txt", LayersDrawing.of(layers(Optional.of(new Change(1200, -4096))), 100));
  }

  @Test
  void whatNobodyCountedIsADash() throws IOException {
    ImageLayers counted = layers(Optional.empty());
    List<Layer> uncounted =
        counted.layers().stream()
            .map(layer ->
                new Layer(layer.digest(), layer.storedBytes(), Optional.empty(), layer.createdBy()))
            .toList();
    ImageLayers found =
        new ImageLayers(counted.reference(), counted.digest(), uncounted, Optional.empty());
    GoldenText.assertMatches("inspect/layers-uncounted.txt", LayersDrawing.of(found, 72));
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 60, 80, 200})
  void noLineIsWiderThanTheScreen(int columns) {
    assertThat(LayersDrawing.of(layers(Optional.of(new Change(1, 1))), columns).lines())
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(columns));
  }
}
