package dev.skiff.builder.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.builder.cache.StepRecord.Result;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.LayerBlob;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileContent;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StepStoreTest {

  @TempDir private Path directory = Path.of("/");
  private StepStore store = StepStore.within(directory);

  @BeforeEach
  void open() {
    store = StepStore.within(directory);
  }

  private static FileTree tree(String text) {
    Attributes plain = Attributes.of(0644, 0, 0, 0);
    Directory root = new Directory(Attributes.of(0755, 0, 0, 0));
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    root.children().put(FileName.of("f"), new RegularFile(plain, FileContent.of(bytes)));
    return new FileTree(root);
  }

  private static KeyParts parts(String script) {
    return KeyParts.after(Digest.sha256(new byte[0])).with("the script", script);
  }

  private StepRecord record(String title, String script, LayerBlob layer) {
    Result result =
        new Result(
            Optional.of(layer),
            Optional.empty(),
            "amd64",
            Instant.ofEpochSecond(5),
            Instant.ofEpochSecond(7));
    return new StepRecord(title, parts(script), result, Duration.ofMillis(1234));
  }

  private void read(LayerBlob layer) throws IOException {
    try (InputStream in = store.open(layer).open()) {
      long _ = in.transferTo(OutputStream.nullOutputStream());
    }
  }

  @Test
  void whatIsKeptIsFoundAsItWas() throws IOException {
    StepRecord kept = record("run %post", "a", store.add(tree("x")));
    store.put(kept);
    StepStore another = StepStore.within(directory);
    assertThat(another.find(kept.parts().key())).contains(kept);
    assertThat(another.find(parts("b").key())).isEmpty();
    read(kept.result().layer().orElseThrow());
  }

  @Test
  void aRecordWithoutItsLayerIsNone() throws IOException {
    StepRecord kept = record("run %post", "a", store.add(tree("x")));
    store.put(kept);
    Files.delete(store.file(kept.result().layer().orElseThrow()));
    assertThat(store.find(kept.parts().key())).isEmpty();
  }

  @Test
  void aLayerThatIsCutShortIsNone() throws IOException {
    StepRecord kept = record("run %post", "a", store.add(tree("x")));
    store.put(kept);
    Files.write(store.file(kept.result().layer().orElseThrow()), new byte[3]);
    assertThat(store.find(kept.parts().key())).isEmpty();
  }

  @Test
  void aLayerThatWasChangedIsNoticedWhenItIsRead() throws IOException {
    LayerBlob one = store.add(tree("x"));
    Path file = store.file(one);
    LayerBlob other = store.add(tree("y"));
    Files.copy(store.file(other), file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThat(store.foundDamage()).isFalse();
    assertThatThrownBy(() -> read(one)).hasMessageContaining("digest");
    assertThat(store.foundDamage()).isTrue();
    assertThat(file).doesNotExist();
    read(other);
  }

  @Test
  void aLayerThatWasChangedIsNoticedWhenItsReaderStopsEarly() throws IOException {
    LayerBlob one = store.add(tree("x"));
    LayerBlob sound = store.add(tree("z"));
    Files.copy(
        store.file(store.add(tree("y"))),
        store.file(one),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    try (InputStream in = store.open(sound).open()) {
      assertThat(in.read()).isNotNegative();
    }
    assertThat(store.foundDamage()).isFalse();
    try (InputStream in = store.open(one).open()) { // as a reader that is told of a wrong header
      assertThat(in.read()).isNotNegative();
    }
    assertThat(store.foundDamage()).isTrue();
    assertThat(store.file(one)).doesNotExist();
  }

  @Test
  void aDamagedRecordIsNoneAndGoes() throws IOException {
    StepRecord kept = record("run %post", "a", store.add(tree("x")));
    store.put(kept);
    Path file = directory.resolve("steps/keys").resolve(kept.parts().key().hex());
    byte[] bytes = Files.readAllBytes(file);
    String digest = kept.result().layer().orElseThrow().diffId().hex();
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(digest);
    bytes[at] ^= 1; // a digest still
    Files.write(file, bytes);
    assertThat(store.find(kept.parts().key())).isEmpty();
    assertThat(file).doesNotExist();
  }

  @Test
  void aRecordThatOthersMayWriteToIsNotLookedAt() throws IOException {
    StepRecord kept = record("run %post", "a", store.add(tree("x")));
    store.put(kept);
    Path file = directory.resolve("steps/keys").resolve(kept.parts().key().hex());
    Files.setAttribute(file, "unix:mode", 0666);
    assertThat(store.find(kept.parts().key())).isEmpty();
  }

  @Test
  void manyKeepTheSameAtOnce() throws Exception {
    List<Future<LayerBlob>> made = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (int i = 0; i < 32; i++) {
        made.add(
            threads.submit(() -> {
              LayerBlob layer = store.add(tree("x".repeat(100_000)));
              store.put(record("run %post", "a", layer));
              return layer;
            }));
      }
    }
    for (Future<LayerBlob> layer : made) {
      read(layer.get());
    }
    assertThat(store.find(parts("a").key())).isPresent();
    try (Stream<Path> files = Files.list(directory.resolve("steps/blobs"))) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void theMostSimilarStepExplainsAMiss() throws IOException {
    LayerBlob layer = store.add(tree("x"));
    StepRecord far =
        new StepRecord(
            "run %post",
            parts("a").with("the variable 'SKIFFENV_A'", "1").with("what is bound", "x"),
            record("", "", layer).result(),
            Duration.ZERO);
    StepRecord near = record("run %post", "a", layer);
    store.put(near);
    store.put(far);
    store.put(record("something else", "b", layer));
    assertThat(store.mostLike("run %post", parts("b"))).contains(near);
    assertThat(store.mostLike("run %setup", parts("b"))).isEmpty();
  }

  @Test
  void aLayerIsPackedOnce() throws IOException {
    LayerBlob kept = store.add(tree("x"));
    LayerBlob packed = store.gzipped(kept);
    assertThat(packed.diffId()).isEqualTo(kept.diffId());
    assertThat(packed.stored().mediaType()).endsWith("tar+gzip");
    assertThat(store.gzipped(kept)).isEqualTo(packed);
    read(packed);
  }
}
