package dev.skiff.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.builder.inspect.SpaceUse;
import dev.skiff.builder.inspect.SpaceUse.LargeFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SpaceDrawingTest {

  private static final List<LargeFile> LARGEST =
      List.of(
          new LargeFile("/usr/lib/libtorch_cuda.so", 900_000_000, 400_000_000),
          new LargeFile("/opt/evil\u001b[2J\nname", 1_234, 1_000));

  private static SpaceUse use(String name, long bytes, long files, List<SpaceUse> below) {
    return new SpaceUse(name, bytes, bytes / 3, files, 0, below);
  }

  private static SpaceUse root() {
    List<SpaceUse> many = new ArrayList<>();
    for (int i = 0; i < 15; i++) {
      many.add(use("package" + (char) ('a' + i), 50_000_000L - i, 1000 + i, List.of()));
    }
    SpaceUse lib = use("lib", 900_000_000, 20_123, many);
    SpaceUse share = use("share", 99_000_000, 7, List.of());
    return use(
        "",
        1_000_000_000,
        21_000,
        List.of(
            use("usr", 999_000_000, 20_900, List.of(lib, share)),
            use("opt", 1_000_000, 99, List.of(use("evil\u001b\nname", 1_234, 1, List.of()))),
            use("proc", 0, 0, List.of())));
  }

  @Test
  void aTreeWithBarsAndTheBiggestFiles() throws IOException {
    GoldenText.assertMatches(
        "inspect/tree.txt", SpaceDrawing.of("torch.sif", root(), LARGEST, 100));
  }

  @Test
  void aSandboxHasNoCompressedSizes() throws IOException {
    SpaceUse bin = new SpaceUse("bin", 2_000_000, -1, 20, 0, List.of());
    SpaceUse box = new SpaceUse("", 2_000_400, -1, 24, 0, List.of(bin));
    GoldenText.assertMatches(
        "inspect/tree-sandbox.txt",
        SpaceDrawing.of("box", box, List.of(new LargeFile("/bin/x", 9, -1)), 60));
  }

  @Test
  void anEmptyImageIsDrawnToo() {
    SpaceUse empty = new SpaceUse("", 0, 0, 0, 0, List.of());
    assertThat(SpaceDrawing.of("x.sif", empty, List.of(), 80))
        .startsWith("x.sif: 0 B in 0 files, 0 B compressed\n");
  }

  @Test
  void theSameAsJson() throws IOException {
    SpaceUse bin = new SpaceUse("bin", 2_000_000, 700_000, 20, 0, List.of());
    SpaceUse usr = new SpaceUse("usr", 2_000_000, 700_000, 20, 0, List.of(bin));
    SpaceUse all = new SpaceUse("", 2_000_000, 700_000, 20, 0, List.of(usr));
    GoldenText.assertMatches("inspect/tree.json", SpaceDrawing.json(all, LARGEST) + "\n");
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 60, 80, 200})
  void noLineIsWiderThanTheScreen(int columns) {
    assertThat(SpaceDrawing.of("a-long-name.sif", root(), LARGEST, columns).lines())
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(columns));
  }
}
