package dev.skiff.builder.reuse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.builder.BuildRequest;
import dev.skiff.builder.BuildSpec;
import dev.skiff.builder.Builder;
import dev.skiff.builder.plan.Target;
import dev.skiff.builder.progress.BuildEvent.OutputLine;
import dev.skiff.builder.registry.TestImage;
import dev.skiff.builder.registry.TestImage.Packing;
import dev.skiff.builder.reuse.ConversionCache.Kept;
import dev.skiff.definitions.Reading;
import dev.skiff.definitions.template.BuildArguments;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.Descriptor;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.ImageSource;
import dev.skiff.image.oci.Manifest;
import dev.skiff.image.oci.Platform;
import dev.skiff.image.sif.RootImage;
import dev.skiff.image.squashfs.SquashfsReader;
import dev.skiff.image.tree.FileNode.RegularFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Images that share layers, converted one after the other.
class ReuseTest {

  private static final byte[] LARGE = noise(400_000, 1);

  @TempDir Path folder;
  private final Map<String, String> environment = new TreeMap<>();
  private final List<String> opened = new ArrayList<>();
  private final List<String> announced = new ArrayList<>();
  private final List<String> heard = new ArrayList<>();

  @BeforeEach
  void hasACacheOfItsOwn() {
    environment.put("HOME", folder.toString());
    environment.put("SKIFF_CACHEDIR", folder.resolve("cache").toString());
  }

  private static byte[] noise(int size, long seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static TestImage first() throws IOException {
    return new TestImage(Platform.host().architecture())
        .layer(Packing.GZIP, "large", LARGE)
        .layer(Packing.GZIP, "small", "small");
  }

  private static TestImage second() throws IOException {
    return first().layer(Packing.GZIP, "more", "more");
  }

  /// An image in memory that notes what is read of it.
  private final class Source implements ImageSource {

    private final TestImage image;
    private final byte[] manifest;

    Source(TestImage image) {
      this.image = image;
      manifest = image.ociManifest();
    }

    @Override
    public String name() {
      return "image";
    }

    @Override
    public Manifest root() throws IOException {
      return Manifest.parse("manifest", manifest, Optional.empty());
    }

    @Override
    public InputStream blob(Descriptor descriptor) {
      if (descriptor.mediaType().contains("layer")) {
        opened.add(descriptor.digest().hex());
      }
      byte[] bytes = image.blobs().get(descriptor.digest());
      return new ByteArrayInputStream(bytes == null ? new byte[0] : bytes);
    }

    @Override
    public void announce(List<Descriptor> blobs) {
      blobs.forEach(blob -> announced.add(blob.digest().hex()));
    }

    @Override
    public void close() {}
  }

  private Path build(String name, TestImage image) {
    return build(name, image, Reuse.ALLOWED);
  }

  private Path build(String name, TestImage image, Reuse reuse) {
    opened.clear();
    announced.clear();
    heard.clear();
    Path made = folder.resolve(name);
    if (!(BuildSpec.read("docker://example.org/x:1", BuildArguments.none())
        instanceof Reading.Accepted accepted)) {
      throw new AssertionError("no definition");
    }
    BuildRequest plain =
        BuildRequest.of(
            accepted.definition(),
            new Target(made, Target.Form.SIF, Target.Existing.REPLACE),
            environment);
    BuildRequest request =
        plain.with(
            new BuildRequest.Image(
                plain.image().squashfs(),
                plain.image().format(),
                plain.image().architecture(),
                plain.image().permissions(),
                plain.image().reproduction(),
                reuse));
    Builder builder =
        new Builder(
            reference -> new Source(image),
            reference -> {
              throw new AssertionError("nothing is sent");
            },
            event -> {
              if (event instanceof OutputLine(var _, String line, var _)) {
                heard.add(line);
              }
            });
    builder.build(builder.plan(request), request);
    return made;
  }

  private static byte[] content(Path sif, String path) throws IOException {
    try (SquashfsReader reader = RootImage.open(sif);
        InputStream in = ((RegularFile) reader.tree().find(path).orElseThrow()).content().open()) {
      return in.readAllBytes();
    }
  }

  private static void holdsAll(Path sif) throws IOException {
    assertThat(content(sif, "large")).isEqualTo(LARGE);
    assertThat(content(sif, "small")).asString().isEqualTo("small");
    assertThat(content(sif, "more")).asString().isEqualTo("more");
  }

  private static void change(Path file, long at) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      int _ = channel.write(ByteBuffer.wrap(new byte[50]), at);
    }
  }

  private ConversionCache cache() {
    return ConversionCache.of(environment);
  }

  private List<Path> remembered() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("cache/conversions"))) {
      return files
          .filter(file -> Files.isRegularFile(file) && !file.toString().contains("/files/"))
          .toList();
    }
  }

  @Test
  void layersThatWereConvertedBeforeAreNeitherFetchedNorRead() throws IOException {
    Path first = build("first.sif", first());
    assertThat(opened).hasSize(2);
    assertThat(heard).isEmpty();
    Path second = build("second.sif", second());
    holdsAll(second);
    assertThat(opened).hasSize(1).isEqualTo(announced);
    assertThat(heard).containsExactly("2 of 3 layers are known from " + first);
    Path third = build("third.sif", second());
    holdsAll(third);
    assertThat(opened).isEmpty();
    assertThat(heard).containsExactly("the image is already in " + second + ", which is copied");
    assertThat(third).hasSameBinaryContentAs(second);
  }

  @Test
  void theSameImageGivesTheSameBytes() throws IOException {
    Path first = build("first.sif", first());
    Path again = build("again.sif", first());
    assertThat(again).hasSameBinaryContentAs(first);
    assertThat(opened).isEmpty();
    Files.delete(first);
    assertThat(build("third.sif", first())).as("a copy of the copy").hasSameBinaryContentAs(again);
    assertThat(opened).isEmpty();
    assertThat(build("afresh.sif", first(), Reuse.NONE)).hasSameBinaryContentAs(again);
    assertThat(opened).hasSize(2);
  }

  @Test
  void theSameLayersWithAnotherConfigurationAreNoCopy() throws IOException {
    Path first = build("first.sif", first());
    Path second = build("second.sif", first().env("NEW=1"));
    assertThat(opened).isEmpty();
    assertThat(heard).containsExactly("2 of 2 layers are known from " + first);
    assertThat(content(second, ".singularity.d/env/10-docker2singularity.sh"))
        .asString(StandardCharsets.UTF_8)
        .contains("NEW");
  }

  @Test
  void theNewImageMayReplaceTheOneItIsMadeOf() throws IOException {
    Path first = build("first.sif", first());
    assertThat(build("first.sif", second())).isEqualTo(first);
    assertThat(opened).hasSize(1);
    holdsAll(first);
    holdsAll(build("second.sif", second()));
    assertThat(opened).isEmpty();
  }

  @Test
  void aFileThatShowsForTheFirstTimeIsReadFromItsLayer() throws IOException {
    TestImage hiding = first().layer(Packing.GZIP, "small", "above");
    assertThat(content(build("first.sif", hiding), "small")).asString().isEqualTo("above");
    Path second = build("second.sif", second());
    holdsAll(second);
    assertThat(opened).hasSize(2);
    holdsAll(build("third.sif", second()));
    assertThat(opened).isEmpty();
  }

  @Test
  void otherOptionsTakeNothing() throws IOException {
    Path first = build("first.sif", first());
    assertThat(build("second.sif", first(), Reuse.ONLY_REMEMBERED)).isNotEqualTo(first);
    assertThat(opened).hasSize(2);
    Path _ = build("third.sif", first(), Reuse.NONE);
    assertThat(opened).hasSize(2);
  }

  @Test
  void withoutReuseNothingIsRemembered() throws IOException {
    Path _ = build("first.sif", first(), Reuse.NONE);
    assertThat(folder.resolve("cache/conversions")).doesNotExist();
  }

  @Test
  void fixedTimesGiveTheSameBytesWhateverIsRemembered() throws IOException {
    environment.put("SOURCE_DATE_EPOCH", "1000");
    Path afresh = build("afresh.sif", second());
    Path _ = build("first.sif", first());
    Path again = build("again.sif", second());
    assertThat(Files.mismatch(afresh, again)).isEqualTo(-1);
    environment.remove("SOURCE_DATE_EPOCH");
    holdsAll(build("third.sif", second()));
    assertThat(opened).isEmpty();
  }

  @Test
  void aSifThatWasChangedOrIsGoneIsNotTakenFrom() throws IOException {
    Path first = build("first.sif", first());
    change(first, Files.size(first) / 2);
    Path second = build("second.sif", second());
    holdsAll(second);
    assertThat(opened).hasSize(3).isEqualTo(announced);
    Files.delete(first);
    Files.delete(second);
    removeSecondNames();
    holdsAll(build("third.sif", second()));
    assertThat(opened).hasSize(3).isEqualTo(announced);
  }

  @Test
  void aSifThatLostItsNameIsTakenFrom() throws IOException {
    Path first = build("first.sif", first());
    Files.delete(first);
    holdsAll(build("first.sif", second()));
    assertThat(opened).hasSize(1);
    Path moved = Files.move(first, folder.resolve("moved.sif"));
    holdsAll(build("second.sif", second()));
    assertThat(opened).isEmpty();
    change(moved, Files.size(moved) / 2);
    Files.delete(folder.resolve("second.sif"));
    removeSecondNames();
    holdsAll(build("third.sif", second()));
    assertThat(opened).hasSize(3);
  }

  @Test
  void ofSifsThatLostTheirNamesTheLastFourStay() throws IOException {
    for (int i = 0; i < 6; i++) {
      Files.delete(build(i + ".sif", first()));
    }
    Path _ = build("last.sif", first());
    assertThat(opened).isEmpty();
    try (Stream<Path> held = Files.list(folder.resolve("cache/conversions/files"))) {
      assertThat(held).hasSize(5);
    }
  }

  @ParameterizedTest
  @CsvSource({"rwxrwxr-x,1", "rwxrwxrwx,3"})
  void whatAGroupMayWriteToIsTakenFrom(String permissions, int read) throws IOException {
    Path first = build("first.sif", first());
    Path _ = Files.setPosixFilePermissions(first, PosixFilePermissions.fromString(permissions));
    holdsAll(build("second.sif", second()));
    assertThat(opened).hasSize(read);
  }

  private void removeSecondNames() throws IOException {
    Path directory = folder.resolve("cache/conversions/files");
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  /// As if whoever changed it had also set back all that tells.
  @Test
  void blocksThatAreNotWhatTheyWereLeadToAConversionAfresh() throws IOException {
    Path first = build("first.sif", first());
    Kept kept = cache().records().getFirst();
    change(first, kept.record().rootOffsetBytes() + 200_000);
    ImageRecord old = kept.record();
    byte[] file = Files.readAllBytes(cache().images().directory().resolve(kept.name()));
    int start = 12 + ByteBuffer.wrap(file).getInt(8);
    cache()
        .put(
            new ImageRecord(
                old.image(),
                FileIdentity.of(first),
                old.sifId(),
                old.rootOffsetBytes(),
                old.rootSizeBytes(),
                old.layers()),
            Arrays.copyOfRange(file, start, file.length - 32));
    holdsAll(build("second.sif", second()));
    assertThat(heard).containsExactly("2 of 3 layers are known from " + first);
    assertThat(opened).hasSizeGreaterThanOrEqualTo(3);
    assertThat(cache().records())
        .extracting(k -> k.record().image().getFileName().toString())
        .containsExactly("second.sif");
  }

  @Test
  void whatIsDamagedInTheCacheIsPassedOver() throws IOException {
    Random random = new Random(3);
    for (int round = 0; round < 12; round++) {
      Path _ = build("first.sif", first());
      for (Path file : remembered()) {
        byte[] bytes = Files.readAllBytes(file);
        if (random.nextBoolean()) {
          bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
        } else {
          bytes[random.nextInt(bytes.length)] ^= 0x55;
        }
        Files.write(file, bytes);
      }
      holdsAll(build("second.sif", second()));
      assertThat(opened).hasSize(3);
      for (Path file : remembered()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void aRecordThatOthersMayWriteToIsNotUsed() throws IOException {
    Path first = build("first.sif", first());
    for (Path file : remembered()) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      Path _ = Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----"));
    }
    holdsAll(build("second.sif", second()));
    assertThat(opened).hasSize(3);
    assertThat(content(first, "large")).isEqualTo(LARGE);
  }

  @Test
  void aCacheThatCannotBeWrittenIsNone() throws IOException {
    environment.put("SKIFF_CACHEDIR", "/proc/none");
    holdsAll(build("second.sif", second()));
  }

  @Test
  void theFilesNotUsedForLongestGoFirst() throws IOException {
    PrivateFiles files = new PrivateFiles(folder.resolve("files"), 3, 100);
    for (String name : List.of("a", "b", "c")) {
      files.write(name, ByteBuffer.allocate(10));
    }
    assertThat(files.read("a", 100)).isPresent();
    files.write("d", ByteBuffer.allocate(10));
    assertThat(files.names()).containsExactlyInAnyOrder("a", "c", "d");
    files.write("e", ByteBuffer.allocate(85));
    assertThat(files.names()).containsExactlyInAnyOrder("d", "e");
    assertThat(files.read("e", 84)).isEmpty();
  }

  @Test
  void aRecordComesBackAsItWas() throws IOException {
    ImageRecord record =
        new ImageRecord(
            Path.of("/x/y.sif"),
            new FileIdentity(1, 2, 3, 4, 5, 6),
            new UUID(7, 8),
            9,
            10,
            List.of(Digest.sha256(new byte[1])));
    byte[] bytes = record.toBytes();
    assertThat(ImageRecord.read("record", bytes)).isEqualTo(record);
    Random random = new Random(9);
    for (int round = 0; round < 2000; round++) {
      byte[] forged = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length));
      forged[random.nextInt(forged.length)] = (byte) random.nextInt();
      try {
        assertThat(ImageRecord.read("record", forged).image()).isNotNull();
      } catch (MalformedImageException e) {
        assertThat(e.field()).isEqualTo("record");
      }
    }
  }
}
