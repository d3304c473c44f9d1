package dev.skiff.image.tar;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.tar.TarEntry.DirectoryEntry;
import dev.skiff.image.tar.TarEntry.FileEntry;
import dev.skiff.image.tar.TarEntry.LinkEntry;
import dev.skiff.image.tar.TarEntry.NodeEntry;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileNode.Device;
import dev.skiff.image.tree.FileNode.Symlink;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TarReaderTest {

  private static TarReader reader(byte[] archive) {
    return new TarReader("a.tar", new ByteArrayInputStream(archive));
  }

  private static TarEntry first(TarBytes tar) throws IOException {
    return reader(tar.finished()).next().orElseThrow();
  }

  private static void assertMalformed(TarBytes tar, String message) {
    assertThatThrownBy(
            () -> {
              TarReader reader = reader(tar.finished());
              while (reader.next().isPresent()) {
                reader.content().readAllBytes();
              }
            })
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining(message);
  }

  @Test
  void namesMayBeSplitOverThePrefix() throws IOException {
    TarBytes tar = new TarBytes();
    byte[] header = tar.header('0', "file", "", 0);
    System.arraycopy(TarBytes.bytes("deep/down"), 0, header, 345, 9);
    assertThat(first(tar.raw(TarBytes.sum(header), new byte[0])).path())
        .hasToString("deep/down/file");
  }

  @Test
  void gnuHeadersHaveNoPrefix() throws IOException {
    TarBytes tar = new TarBytes();
    byte[] header = tar.header('0', "file", "", 0);
    System.arraycopy(TarBytes.bytes("ustar  \0"), 0, header, 257, 8);
    System.arraycopy(TarBytes.bytes("14000000000"), 0, header, 345, 11); // atime
    assertThat(first(tar.raw(TarBytes.sum(header), new byte[0])).path()).hasToString("file");
  }

  @Test
  void longNamesOfGnuReplaceTheShortOnes() throws IOException {
    String name = "d/" + "n".repeat(200);
    TarEntry entry =
        first(
            new TarBytes()
                .entry('K', "././@LongLink", "", TarBytes.bytes("t".repeat(300) + "\0"))
                .entry('L', "././@LongLink", "", TarBytes.bytes(name + "\0"))
                .symlink("short", "short"));
    assertThat(entry.path()).hasToString(name);
    Symlink link = (Symlink) ((NodeEntry) entry).node();
    assertThat(link.target()).isEqualTo(TarBytes.bytes("t".repeat(300)));
  }

  @Test
  void aSymbolicLinkHasThePermissionsThatLinuxGivesIt() throws IOException {
    Symlink link = (Symlink) ((NodeEntry) first(new TarBytes().symlink("a", "b"))).node();
    assertThat(link.attributes().permissions()).isEqualTo(0777);
  }

  @Test
  void paxRecordsReplaceTheHeader() throws IOException {
    TarEntry entry =
        first(
            new TarBytes()
                .pax("path", "p/é", "uid", "4000000000", "gid", "7", "mtime", "1234.9")
                .file("short", "content"));
    assertThat(entry.path()).hasToString("p/é");
    Attributes attributes = ((FileEntry) entry).attributes();
    assertThat(attributes.uid()).isEqualTo(4_000_000_000L);
    assertThat(attributes.gid()).isEqualTo(7);
    assertThat(attributes.mtimeSeconds()).isEqualTo(1234);
  }

  @Test
  void timesBefore1970AreThe1970OfTheFileSystem() throws IOException {
    TarEntry entry = first(new TarBytes().pax("mtime", "-1.5").directory("d"));
    assertThat(((DirectoryEntry) entry).attributes().mtimeSeconds()).isZero();
  }

  @Test
  void globalPaxRecordsHoldUntilReplaced() throws IOException {
    byte[] global = TarBytes.paxRecord("uid", TarBytes.bytes("5"));
    TarReader reader =
        reader(
            new TarBytes()
                .entry('g', "global", "", global)
                .file("a", "")
                .pax("uid", "6")
                .file("b", "")
                .file("c", "")
                .finished());
    assertThat(uid(reader)).isEqualTo(5);
    assertThat(uid(reader)).isEqualTo(6);
    assertThat(uid(reader)).isEqualTo(5);
  }

  private static long uid(TarReader reader) throws IOException {
    return ((FileEntry) reader.next().orElseThrow()).attributes().uid();
  }

  @Test
  void extendedAttributesStayBytes() throws IOException {
    byte[] capability = {1, 0, 0, 2, (byte) 0xFF, '\n', '=', 0, (byte) 0xC3, 0x28};
    ByteArrayOutputStream pax = new ByteArrayOutputStream();
    pax.writeBytes(TarBytes.paxRecord("SCHILY.xattr.security.capability", capability));
    pax.writeBytes(TarBytes.paxRecord("SCHILY.xattr.user.empty", new byte[0]));
    pax.writeBytes(TarBytes.paxRecord("SCHILY.xattr.system.posix_acl_access", capability));
    pax.writeBytes(TarBytes.paxRecord("SCHILY.xattr.trusted.overlay.opaque", TarBytes.bytes("y")));
    pax.writeBytes(TarBytes.paxRecord("LIBARCHIVE.xattr.user.b64", TarBytes.bytes("AP8")));
    Attributes attributes =
        ((FileEntry) first(new TarBytes().entry('x', "x", "", pax.toByteArray()).file("f", "")))
            .attributes();
    assertThat(attributes.xattrs().keySet())
        .containsExactly(
            "security.capability", "system.posix_acl_access", "user.b64", "user.empty");
    assertThat(attributes.xattrs().get("security.capability")).isEqualTo(capability);
    assertThat(attributes.xattrs().get("user.b64")).isEqualTo(new byte[] {0, (byte) 0xFF});
  }

  @Test
  void namesNeedNotBeUtf8() throws IOException {
    TarBytes tar = new TarBytes();
    byte[] header = tar.header('0', "xx", "", 0);
    header[0] = (byte) 0xE9;
    TarPath path = first(tar.raw(TarBytes.sum(header), new byte[0])).path();
    assertThat(path.name().bytes()).isEqualTo(new byte[] {(byte) 0xE9, 'x'});
  }

  @Test
  void numbersMayBeInBase256() throws IOException {
    TarBytes tar = new TarBytes();
    byte[] header = tar.header('5', "d", "", 0);
    byte[] uid = {(byte) 0x80, 0, 0, 0, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFE};
    System.arraycopy(uid, 0, header, 108, 8);
    DirectoryEntry entry = (DirectoryEntry) first(tar.raw(TarBytes.sum(header), new byte[0]));
    assertThat(entry.attributes().uid()).isEqualTo(0xFFFF_FFFEL);
  }

  @Test
  void anOldFileWithASlashIsADirectory() throws IOException {
    assertThat(first(new TarBytes().entry('\0', "d/", "", new byte[0])))
        .isInstanceOf(DirectoryEntry.class);
  }

  @Test
  void hardLinksAndDevicesAreTakenAsTheyAre() throws IOException {
    assertThat(first(new TarBytes().hardLink("a", "../b")))
        .isEqualTo(new LinkEntry(TarPath.of("a"), TarPath.of("b")));
    TarBytes tar = new TarBytes();
    byte[] header = tar.header('3', "null", "", 0);
    TarBytes.octal(header, 329, 8, 1);
    TarBytes.octal(header, 337, 8, 3);
    Device device = (Device) ((NodeEntry) first(tar.raw(TarBytes.sum(header), new byte[0]))).node();
    assertThat(device.kind()).isEqualTo(Device.Kind.CHARACTER);
    assertThat(device.major()).isEqualTo(1);
    assertThat(device.minor()).isEqualTo(3);
  }

  @Test
  void sparseFilesOfAllFormatsHaveTheirHoles() throws IOException {
    String expected = "ab" + "\0".repeat(98) + "cd" + "\0".repeat(48);
    byte[] stored = TarBytes.bytes("abcd");
    assertSparse(
        new TarBytes()
            .pax(
                "GNU.sparse.size", "150",
                "GNU.sparse.numblocks", "2",
                "GNU.sparse.offset", "0",
                "GNU.sparse.numbytes", "2",
                "GNU.sparse.offset", "100",
                "GNU.sparse.numbytes", "2")
            .file("s", stored),
        expected);
    assertSparse(
        new TarBytes()
            .pax("GNU.sparse.size", "150", "GNU.sparse.map", "0,2,100,2", "GNU.sparse.name", "s")
            .file("./GNUSparseFile.1/s", stored),
        expected);
    byte[] map = Arrays.copyOf(TarBytes.bytes("3\n0\n2\n100\n2\n150\n0\n"), 512);
    byte[] content = Arrays.copyOf(map, 516);
    System.arraycopy(stored, 0, content, 512, 4);
    assertSparse(
        new TarBytes()
            .pax(
                "GNU.sparse.major", "1",
                "GNU.sparse.minor", "0",
                "GNU.sparse.name", "s",
                "GNU.sparse.realsize", "150")
            .file("x", content),
        expected);
    assertSparse(oldGnuSparse(stored), expected);
  }

  private static TarBytes oldGnuSparse(byte[] stored) {
    TarBytes tar = new TarBytes();
    byte[] header = tar.header('S', "s", "", stored.length);
    System.arraycopy(TarBytes.bytes("ustar  \0"), 0, header, 257, 8);
    long[] numbers = {0, 2, 100, 2};
    for (int i = 0; i < numbers.length; i++) {
      TarBytes.octal(header, 386 + 12 * i, 12, numbers[i]);
    }
    TarBytes.octal(header, 483, 12, 150);
    return tar.raw(TarBytes.sum(header), stored);
  }

  private static void assertSparse(TarBytes tar, String expected) throws IOException {
    TarReader reader = reader(tar.file("next", "n").finished());
    FileEntry entry = (FileEntry) reader.next().orElseThrow();
    assertThat(entry.path()).hasToString("s");
    assertThat(entry.sizeBytes()).isEqualTo(expected.length());
    assertThat(new String(reader.content().readAllBytes(), UTF_8)).isEqualTo(expected);
    assertThat(reader.next().orElseThrow().path()).hasToString("next");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"5,2,0,2", "0,4,2,0,1,0", "149,4", "0,2", "0,3,100,2", "0,4,200,0", "x,4", "0"})
  void sparseMapsThatDoNotFitAreRefused(String map) {
    assertMalformed(
        new TarBytes()
            .pax("GNU.sparse.realsize", "150", "GNU.sparse.map", map)
            .file("s", TarBytes.bytes("abcd")),
        "parse");
  }

  @Test
  void contentsThatAreNotReadAreSkipped() throws IOException {
    TarReader reader =
        reader(new TarBytes().file("a", new byte[1000]).file("b", "bb").withoutEnd());
    assertThat(reader.next().orElseThrow().path()).hasToString("a");
    assertThat(reader.next().orElseThrow().path()).hasToString("b");
    assertThat(reader.contentOffsetBytes()).isEqualTo(512 + 1024 + 512);
    assertThat(reader.content().readAllBytes()).isEqualTo("bb".getBytes(ISO_8859_1));
    assertThat(reader.next()).isEqualTo(Optional.empty());
  }

  @Test
  void anArchiveCutAnywhereWithinAnEntryIsRefused() {
    byte[] whole = new TarBytes().pax("path", "long").file("a", new byte[700]).withoutEnd();
    int lastPadding = 1024 - 700; // which alone may be missing
    for (int length = 1; length < whole.length - lastPadding; length += 13) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(
              () -> {
                TarReader reader = reader(cut);
                while (reader.next().isPresent()) {
                  reader.content().readAllBytes();
                }
              })
          .describedAs("cut at %d", length)
          .isInstanceOf(MalformedImageException.class);
    }
  }

  @Test
  void headersThatAreWrongAreNamedByTheirField() {
    TarBytes tar = new TarBytes();
    byte[] header = tar.header('0', "a", "", 0);
    header[0] = 'b';
    assertMalformed(tar.raw(header, new byte[0]), "a.tar at byte 0: chksum: found");
    assertMalformed(spoiled(124, "9"), "size: byte 0x39 is no octal digit");
    byte[] negative = new TarBytes().header('0', "a", "", 0);
    Arrays.fill(negative, 124, 136, (byte) 0xFF);
    assertMalformed(new TarBytes().raw(TarBytes.sum(negative), new byte[0]), "size: found -1");
    assertMalformed(new TarBytes().entry('M', "a", "", new byte[0]), "typeflag: 0x4d");
    assertMalformed(new TarBytes().file("", ""), "name: it is empty");
    assertMalformed(new TarBytes().symlink("a", ""), "linkname: a symbolic link has 1 to 4095");
    assertMalformed(new TarBytes().pax("path", "n".repeat(256)).file("a", ""), "1 to 255 bytes");
    assertMalformed(new TarBytes().pax("path", "a/".repeat(3000)).file("a", ""), "at most 4095");
    assertMalformed(new TarBytes().pax("path", "a\0b").file("a", ""), "NUL");
    assertMalformed(new TarBytes().pax("uid", "4294967296").file("a", ""), "uid: found 4294967296");
    assertMalformed(new TarBytes().pax("size", "-1").file("a", ""), "size: '-1' is no decimal");
    assertMalformed(
        new TarBytes().entry('x', "p", "", TarBytes.bytes("99999 path=x\n")).file("a", ""),
        "pax record: the length at byte 0 is wrong");
    TarBytes headers = new TarBytes();
    for (int i = 0; i < 3; i++) {
      headers.pax("comment" + i, "c".repeat(500_000));
    }
    assertMalformed(headers.file("a", ""), "at most 1048576 may be before one entry");
    TarBytes globals = new TarBytes();
    for (int i = 0; i < 3; i++) {
      globals.entry('g', "g", "", TarBytes.paxRecord("comment" + i, new byte[30_000]));
    }
    assertMalformed(globals.file("a", ""), "all global headers have more than 65536 bytes");
    byte[] huge = new TarBytes().header('x', "p", "", 1L << 32);
    assertMalformed(new TarBytes().raw(huge, new byte[0]), "size: found 4294967296, at most");
  }

  private static TarBytes spoiled(int at, String text) {
    byte[] header = new TarBytes().header('0', "a", "", 0);
    System.arraycopy(TarBytes.bytes(text), 0, header, at, text.length());
    return new TarBytes().raw(TarBytes.sum(header), new byte[0]);
  }
}
