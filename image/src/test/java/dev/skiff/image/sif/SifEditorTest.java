package dev.skiff.image.sif;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.sif.Extra.Partition;
import dev.skiff.image.sif.SifDescriptor.LinkKind;
import dev.skiff.image.sif.SifEditException.Reason;
import dev.skiff.image.sif.SifEditor.Erasure;
import dev.skiff.image.sif.SifEditor.Launch;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SifEditorTest {

  private static final UUID ID = new UUID(0x0123_4567_89ab_4defL, 0x8123_4567_89ab_cdefL);
  private static final long CREATED = 1_700_000_000;
  private static final long CHANGED = 1_700_000_100;
  private static final int DATA = 4096 + 48 * 585;

  @TempDir Path folder;
  private Path file = Path.of("");

  @BeforeEach
  void startWithAnEmptyFile() throws IOException {
    file = folder.resolve("x.sif");
    SifEditor.create(file, ID, Launch.NOTHING, CREATED).close();
  }

  private static ByteArrayInputStream text(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static NewObject partition(PartitionType type, Architecture architecture) {
    return NewObject.of(
        ObjectType.PARTITION, new Partition(FileSystemType.SQUASHFS, type, architecture));
  }

  private static NewObject json(String name) {
    return new NewObject(ObjectType.JSON, 1, 0, LinkKind.OBJECT, 1, name, new Extra.None());
  }

  private SifDescriptor add(NewObject object, String content) throws IOException {
    try (SifEditor editor = SifEditor.open(file)) {
      return editor.add(object, text(content), CHANGED);
    }
  }

  private String content(SifReader sif, int id) throws IOException {
    return new String(sif.bytes(sif.object(id).orElseThrow(), 1 << 20), StandardCharsets.UTF_8);
  }

  private void refuses(Reason reason, Edit edit) throws IOException {
    byte[] before = Files.readAllBytes(file);
    try (SifEditor editor = SifEditor.open(file)) {
      assertThatThrownBy(() -> edit.of(editor))
          .isInstanceOfSatisfying(
              SifEditException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  private interface Edit {
    void of(SifEditor editor) throws IOException;
  }

  @Test
  void aNewFileIsEmptyAndExecutable() throws IOException {
    assertThat(file).hasSize(DATA);
    assertThat(Files.isExecutable(file)).isTrue();
    try (SifReader sif = SifReader.open(file)) {
      assertThat(sif.descriptors()).isEmpty();
      assertThat(sif.header())
          .isEqualTo(
              new SifHeader("", Architecture.UNKNOWN, ID, CREATED, CREATED, 48, 48, 4096, DATA, 0));
    }
    assertThatThrownBy(() -> SifEditor.create(file, ID, Launch.NOTHING, CREATED))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void objectsFollowEachOtherAndPartitionsBeginAtPages() throws IOException {
    add(json("a.json"), "{}");
    SifDescriptor root = add(partition(PartitionType.PRIMARY_SYSTEM, Architecture.ARM64), "root");
    assertThat(root.offsetBytes()).isEqualTo(32768);
    assertThat(root.paddedSizeBytes()).isEqualTo(32768 + 4 - (DATA + 2));
    try (SifReader sif = SifReader.open(file)) {
      assertThat(content(sif, 1)).isEqualTo("{}");
      assertThat(content(sif, 2)).isEqualTo("root");
      assertThat(sif.header())
          .isEqualTo(
              new SifHeader(
                  "",
                  Architecture.ARM64,
                  ID,
                  CREATED,
                  CHANGED,
                  46,
                  48,
                  4096,
                  DATA,
                  32768 + 4 - DATA));
      assertThat(sif.descriptors().getFirst().name()).isEqualTo("a.json");
    }
    assertThat(file).hasSize(32768 + 4);
  }

  @Test
  void everyTypeIsReadBackAsItWasAdded() throws IOException {
    List<NewObject> objects =
        List.of(
            NewObject.of(ObjectType.DEFINITION_FILE, new Extra.None()),
            NewObject.of(ObjectType.ENVIRONMENT, new Extra.None()),
            NewObject.of(ObjectType.LABELS, new Extra.None()),
            partition(PartitionType.OVERLAY, Architecture.S390X),
            new NewObject(
                ObjectType.SIGNATURE,
                0,
                1,
                LinkKind.GROUP,
                1,
                "",
                new Extra.Signature(HashType.SHA384, "0123456789ABCDEF0123456789ABCDEF01234567")),
            NewObject.of(ObjectType.GENERIC, new Extra.None()),
            new NewObject(
                ObjectType.CRYPTO_MESSAGE,
                7,
                4,
                LinkKind.OBJECT,
                64,
                "key",
                new Extra.CryptoMessage(2, 0x200)),
            NewObject.of(ObjectType.SBOM, new Extra.Sbom(SbomFormat.SYFT_JSON)));
    for (NewObject object : objects) {
      add(object, "bytes");
    }
    try (SifReader sif = SifReader.open(file)) {
      assertThat(sif.descriptors())
          .extracting(d ->
              List.of(d.type(), d.group(), d.link(), d.linkKind(), d.name(), (Object) d.extra()))
          .containsExactlyElementsOf(
              objects.stream()
                  .map(o ->
                      List.of(
                          o.type(),
                          o.group(),
                          o.link(),
                          o.linkKind(),
                          o.name(),
                          (Object) o.extra()))
                  .toList());
      assertThat(sif.object(7).orElseThrow().offsetBytes() % 64).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"OCI_BLOB", "OCI_ROOT_INDEX"})
  void ociObjectsGetTheirDigest(ObjectType type) throws IOException {
    SifDescriptor added = add(NewObject.of(type, new Extra.None()), "");
    assertThat(added.extra())
        .isEqualTo(
            new Extra.OciDigest(
                "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
  }

  @Test
  void aDeletedObjectLeavesAHoleThatTheNextOneTakes() throws IOException {
    add(json("a"), "aaaa");
    add(json("b"), "bbbb");
    add(json("c"), "cccc");
    try (SifEditor editor = SifEditor.open(file)) {
      editor.delete(2, Erasure.KEEP_BYTES, CHANGED + 1);
    }
    byte[] bytes = Files.readAllBytes(file);
    assertThat(bytes).hasSize(DATA + 12);
    assertThat(Arrays.copyOfRange(bytes, 4096 + 585, 4096 + 2 * 585)).containsOnly(0);
    try (SifReader sif = SifReader.open(file)) {
      assertThat(sif.descriptors()).extracting(SifDescriptor::id).containsExactly(1, 3);
      assertThat(sif.header().descriptorsFree()).isEqualTo(46);
      assertThat(sif.header().modifiedSeconds()).isEqualTo(CHANGED + 1);
    }
    SifDescriptor added = add(json("d"), "dd");
    assertThat(added.id()).isEqualTo(2);
    assertThat(added.offsetBytes()).isEqualTo(DATA + 12);
  }

  @Test
  void bytesOfADeletedObjectAreZeroedOrCutOffOnDemand() throws IOException {
    add(json("a"), "aaaa");
    add(json("b"), "bbbb");
    add(json("c"), "cccc");
    try (SifEditor editor = SifEditor.open(file)) {
      editor.delete(1, Erasure.ZERO_BYTES, CHANGED);
      editor.delete(3, Erasure.KEEP_BYTES, CHANGED);
      editor.compact(CHANGED);
    }
    byte[] bytes = Files.readAllBytes(file);
    assertThat(new String(bytes, DATA, bytes.length - DATA, StandardCharsets.UTF_8))
        .isEqualTo("\0\0\0\0bbbb");
    try (SifReader sif = SifReader.open(file)) {
      assertThat(sif.header().dataSizeBytes()).isEqualTo(8);
    }
  }

  @Test
  void thePrimaryPartitionGivesItsPlaceToAnother() throws IOException {
    add(partition(PartitionType.PRIMARY_SYSTEM, Architecture.AMD64), "one");
    add(partition(PartitionType.SYSTEM, Architecture.RISCV64), "two");
    try (SifEditor editor = SifEditor.open(file)) {
      editor.setPrimary(2, CHANGED + 5);
      assertThat(editor.header().architecture()).isEqualTo(Architecture.RISCV64);
    }
    try (SifReader sif = SifReader.open(file)) {
      assertThat(sif.descriptors())
          .extracting(SifDescriptor::extra)
          .containsExactly(
              new Partition(FileSystemType.SQUASHFS, PartitionType.SYSTEM, Architecture.AMD64),
              new Partition(
                  FileSystemType.SQUASHFS, PartitionType.PRIMARY_SYSTEM, Architecture.RISCV64));
      assertThat(sif.descriptors())
          .extracting(SifDescriptor::modifiedSeconds)
          .containsOnly(CHANGED + 5);
      assertThat(sif.primaryPartition().orElseThrow().offsetBytes()).isEqualTo(36864);
    }
    try (SifEditor editor = SifEditor.open(file)) {
      editor.delete(2, Erasure.KEEP_BYTES, CHANGED);
      assertThat(editor.header().architecture()).isEqualTo(Architecture.UNKNOWN);
    }
  }

  @Test
  void whatCannotBeDoneLeavesEveryByteAsItWas() throws IOException {
    add(partition(PartitionType.PRIMARY_SYSTEM, Architecture.AMD64), "one");
    add(partition(PartitionType.DATA, Architecture.AMD64), "two");
    add(json("a"), "{}");
    NewObject second = partition(PartitionType.PRIMARY_SYSTEM, Architecture.AMD64);
    refuses(Reason.HAS_PRIMARY, editor -> editor.add(second, text("x"), CHANGED));
    refuses(Reason.NO_SUCH_OBJECT, editor -> editor.delete(9, Erasure.KEEP_BYTES, CHANGED));
    refuses(Reason.NO_SUCH_OBJECT, editor -> editor.setPrimary(9, CHANGED));
    refuses(Reason.NO_SYSTEM, editor -> editor.setPrimary(2, CHANGED));
    refuses(Reason.NO_PARTITION, editor -> editor.setPrimary(3, CHANGED));
    for (int i = 3; i < 48; i++) {
      add(json("n" + i), "x");
    }
    refuses(Reason.FULL, editor -> editor.add(json("late"), text("x"), CHANGED));
  }

  @Test
  void contentThatEndsInAnErrorIsTakenBack() throws IOException {
    add(json("a"), "{}");
    byte[] before = Files.readAllBytes(file);
    InputStream broken =
        new SequenceInputStream(
            new ByteArrayInputStream(new byte[3 << 20]),
            new ByteArrayInputStream(new byte[1]) {
              @Override
              public synchronized int read(byte[] bytes, int offset, int length) {
                throw new UncheckedIOException(new IOException("the disk is gone"));
              }
            });
    try (SifEditor editor = SifEditor.open(file)) {
      assertThatThrownBy(() -> editor.add(json("b"), broken, CHANGED))
          .hasMessageContaining("the disk is gone");
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void twoEditorsDoNotMeet() throws IOException {
    try (SifEditor _ = SifEditor.open(file)) {
      assertThatThrownBy(() -> SifEditor.open(file))
          .isInstanceOfSatisfying(
              SifEditException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BUSY));
    }
  }

  @Test
  void aTimelessFileStaysTimeless() throws IOException {
    Path timeless = folder.resolve("timeless.sif");
    SifEditor.create(timeless, new UUID(0, 0), Launch.NOTHING, SifHeader.NO_TIME_SECONDS).close();
    try (SifEditor editor = SifEditor.open(timeless)) {
      SifDescriptor added = editor.add(json("a"), text("{}"), CHANGED);
      assertThat(added.createdSeconds()).isEqualTo(SifHeader.NO_TIME_SECONDS);
      assertThat(editor.header().isTimeless()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip.sif", "signed-pgp.sif", "signed-dsse.sif"})
  void whatIsNotChangedKeepsItsBytes(String name) throws IOException {
    Files.write(file, fixture(name));
    byte[] before = Files.readAllBytes(file);
    SifDescriptor added = add(json("a"), "{}");
    try (SifEditor editor = SifEditor.open(file)) {
      editor.delete(added.id(), Erasure.KEEP_BYTES, CHANGED);
      editor.compact(CHANGED);
    }
    byte[] after = Files.readAllBytes(file);
    ByteBuffer.wrap(after)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(72, ByteBuffer.wrap(before).order(ByteOrder.LITTLE_ENDIAN).getLong(72));
    assertThat(after).isEqualTo(before);
  }

  private static byte[] fixture(String name) throws IOException {
    try (InputStream in = SifEditorTest.class.getResourceAsStream("/sif/" + name)) {
      return in == null ? new byte[0] : in.readAllBytes();
    }
  }

  @Test
  void aChangeThatWasCutShortIsCarriedThrough() throws IOException {
    add(json("a"), "aaaa");
    byte[] whole = Files.readAllBytes(file);
    int tableBytes = 48 * 585;
    byte[] cut = Arrays.copyOf(whole, whole.length + tableBytes);
    System.arraycopy(whole, 4096, cut, whole.length, tableBytes);
    ByteBuffer.wrap(cut).order(ByteOrder.LITTLE_ENDIAN).putLong(96, whole.length);
    for (int at = 4096; at < 4096 + tableBytes; at += 7) {
      cut[at] ^= 0x55; // half of it written
    }
    Files.write(file, cut);
    try (SifReader sif = SifReader.open(file)) {
      assertThat(content(sif, 1)).isEqualTo("aaaa");
    }
    SifEditor.open(file).close();
    assertThat(Files.readAllBytes(file)).isEqualTo(whole);
  }

  @Test
  void filesOfOldSingularityAreExtended() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    byte[] old = Arrays.copyOf(bytes, 32768 + 3);
    ByteBuffer.wrap(old).order(ByteOrder.LITTLE_ENDIAN).putLong(112, 32768).putLong(80, 47);
    SifDescriptor definition =
        NewObject.of(ObjectType.DEFINITION_FILE, new Extra.None())
            .at(1, 32768, CREATED)
            .sized(3, 3, new Extra.None());
    byte[] slot = definition.toBytes();
    ByteBuffer.wrap(slot).order(ByteOrder.LITTLE_ENDIAN).putLong(57, 1000).put(73, (byte) '.');
    System.arraycopy(slot, 0, old, 4096, slot.length);
    Files.write(file, old);
    SifDescriptor added = add(json("a"), "{}");
    assertThat(added.offsetBytes()).isEqualTo(32771);
    byte[] after = Files.readAllBytes(file);
    assertThat(Arrays.copyOfRange(after, 4096, 4096 + 585)).isEqualTo(slot);
    try (SifReader sif = SifReader.open(file)) {
      assertThat(sif.descriptors().getFirst().name()).isEqualTo(".");
      assertThat(sif.header().dataOffsetBytes()).isEqualTo(32768);
      assertThat(sif.header().dataSizeBytes()).isEqualTo(5);
    }
  }

  @Test
  void tablesOfOtherSizesAreRead() throws IOException {
    byte[] bytes = Arrays.copyOf(Files.readAllBytes(file), 4096 + 200 * 585);
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(80, 200)
        .putLong(88, 200)
        .putLong(104, 200 * 585)
        .putLong(112, 4096 + 200 * 585);
    Files.write(file, bytes);
    for (int i = 0; i < 60; i++) {
      add(json("n" + i), "x");
    }
    try (SifReader sif = SifReader.open(file)) {
      assertThat(sif.descriptors()).hasSize(60);
      assertThat(sif.header().descriptorsFree()).isEqualTo(140);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 100, 4096, 20_000, 32_100})
  void objectsOverHeaderOrTableAreNotEditedAround(long offset) throws IOException {
    add(json("a"), "x".repeat(100));
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(4096 + 17, offset);
    refusesAll(bytes, "offset of object 1");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 1L << 62, Long.MIN_VALUE, Long.MAX_VALUE})
  void dataOffsetsOutsideTheFileAreRefused(long offset) throws IOException {
    add(json("a"), "{}");
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(112, offset);
    refusesAll(bytes, "data offset");
  }

  private void refusesAll(byte[] bytes, String field) throws IOException {
    Files.write(file, bytes);
    assertThatThrownBy(() -> SifEditor.open(file))
        .isInstanceOfSatisfying(
            MalformedImageException.class, e -> assertThat(e.field()).isEqualTo(field));
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
  }

  @Test
  void twoObjectsOfOneNumberAreNotGuessedAt() throws IOException {
    add(json("a"), "{}");
    add(json("b"), "{}");
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(4096 + 585 + 5, 1);
    Files.write(file, bytes);
    try (SifEditor editor = SifEditor.open(file)) {
      assertThatThrownBy(() -> editor.delete(1, Erasure.ZERO_BYTES, CHANGED))
          .isInstanceOf(MalformedImageException.class)
          .hasMessageContaining("two objects are number 1");
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
  }

  @Test
  void bytesThatAnotherObjectClaimsAreNotZeroed() throws IOException {
    add(json("a"), "aaaa");
    add(json("b"), "bbbb");
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(4096 + 17, DATA + 2);
    Files.write(file, bytes);
    try (SifEditor editor = SifEditor.open(file)) {
      editor.delete(1, Erasure.ZERO_BYTES, CHANGED);
    }
    try (SifReader sif = SifReader.open(file)) {
      assertThat(content(sif, 2)).isEqualTo("bbbb");
    }
  }
}
