package dev.skiff.image.tar.listing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.Sha256;
import dev.skiff.image.tar.TarBytes;
import dev.skiff.image.tar.TarEntry;
import dev.skiff.image.tar.TarEntry.NodeEntry;
import dev.skiff.image.tar.TarPath;
import dev.skiff.image.tar.TarReader;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.ContentKey;
import dev.skiff.image.tree.FileContent;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Symlink;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TarListingTest {

  private static final ContentKey KEY = new ContentKey(7, 1, -2, 3, Long.MIN_VALUE);

  private static byte[] archive() {
    return new TarBytes()
        .directory("./")
        .directory("d/")
        .file("d/a", "content")
        .hardLink("d/b", "d/a")
        .symlink("d/link", "/some/where")
        .fifo("d/pipe")
        .whiteout("d/x")
        .opaque("e")
        .mode(06755)
        .mtime(0xFFFF_FFFFL)
        .pax("path", "p\u00e9".repeat(80), "SCHILY.xattr.user.a", "v", "uid", "4294967295")
        .file("p", "content")
        .pax("GNU.sparse.major", "1", "GNU.sparse.name", "s", "GNU.sparse.realsize", "100")
        .file("s", Arrays.copyOf(TarBytes.bytes("1\n90\n4\n"), 516))
        .finished();
  }

  private static List<TarEntry> entries(byte[] archive) throws IOException {
    TarReader reader = new TarReader("archive", new ByteArrayInputStream(archive));
    List<TarEntry> entries = new ArrayList<>();
    for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
      entries.add(next.get());
    }
    return entries;
  }

  private static List<TarEntry> entries(TarListing listing) throws IOException {
    List<TarEntry> entries = new ArrayList<>();
    TarListing.Entries from = listing.entries();
    for (Optional<TarEntry> next = from.next(); next.isPresent(); next = from.next()) {
      entries.add(next.get());
    }
    return entries;
  }

  private static FileContent content(ContentKey key) {
    return new FileContent() {
      @Override
      public long sizeBytes() {
        return key.sizeBytes();
      }

      @Override
      public InputStream open() {
        return InputStream.nullInputStream();
      }

      @Override
      public Optional<ContentKey> key() {
        return Optional.of(key);
      }
    };
  }

  private static byte[] listing(List<TarEntry> entries) {
    TarListingWriter writer = new TarListingWriter();
    entries.forEach(writer::entry);
    writer.stored(9, content(new ContentKey(0, 0, 0, 0, 0)));
    writer.stored(2, content(KEY));
    writer.end(12345);
    return writer.finish(77).orElseThrow();
  }

  /// Entries as text, because neither nodes nor arrays are compared by value.
  private static List<String> told(List<TarEntry> entries) {
    return entries.stream().map(TarListingTest::told).toList();
  }

  private static String told(TarEntry entry) {
    return switch (entry) {
      case TarEntry.DirectoryEntry(TarPath path, Attributes a) -> "d " + path + told(a);
      case TarEntry.FileEntry(TarPath path, Attributes a, long size, long stored) ->
          "f " + path + told(a) + size + " " + stored;
      case TarEntry.LinkEntry link -> link.toString();
      case NodeEntry(TarPath path, Symlink link) ->
          path + told(link.attributes()) + new String(link.target(), StandardCharsets.UTF_8);
      case NodeEntry(TarPath path, FileNode.Device device) ->
          path
              + told(device.attributes())
              + " %s %d %d".formatted(device.kind(), device.major(), device.minor());
      case NodeEntry(TarPath path, FileNode node) ->
          path + told(node.attributes()) + node.getClass().getSimpleName();
    };
  }

  private static String told(Attributes a) {
    Map<String, String> xattrs = new TreeMap<>();
    a.xattrs().forEach((name, value) -> xattrs.put(name, Arrays.toString(value)));
    return " %o %d:%d %d %s "
        .formatted(a.permissions(), a.uid(), a.gid(), a.mtimeSeconds(), xattrs);
  }

  @Test
  void everyKindOfEntryComesBackAsItWas() throws IOException {
    List<TarEntry> entries = new ArrayList<>(entries(archive()));
    Attributes plain = Attributes.of(0, 0, 0, 0);
    entries.add(
        new NodeEntry(
            TarPath.of("x"), new FileNode.Device(plain, FileNode.Device.Kind.BLOCK, 4095, 7)));
    entries.add(
        new NodeEntry(
            TarPath.of("y"),
            new FileNode.Device(plain, FileNode.Device.Kind.CHARACTER, 0, 0xFFFFF)));
    entries.add(new NodeEntry(TarPath.of("z"), new FileNode.Socket(plain)));
    TarListing listing = TarListing.of("listing", listing(entries));
    assertThat(told(entries(listing))).isEqualTo(told(entries)).hasSizeGreaterThan(10);
    assertThat(listing.keyScheme()).isEqualTo(77);
    assertThat(listing.archiveBytes()).isEqualTo(12345);
  }

  @Test
  void keysAreFoundByTheirEntries() throws IOException {
    TarListing listing = TarListing.of("listing", listing(entries(archive())));
    assertThat(listing.keyCount()).isEqualTo(2);
    assertThat(listing.key(2)).contains(KEY);
    assertThat(listing.key(9)).contains(new ContentKey(0, 0, 0, 0, 0));
    assertThat(listing.key(0)).isEmpty();
    assertThat(listing.key(3)).isEmpty();
    assertThat(listing.key(10)).isEmpty();
  }

  @Test
  void anArchiveThatWasNotReadToItsEndHasNoListing() throws IOException {
    TarListingWriter writer = new TarListingWriter();
    entries(archive()).forEach(writer::entry);
    assertThat(writer.finish(1)).isEmpty();
  }

  @Test
  void anyChangedByteIsNoticed() throws IOException {
    byte[] whole = listing(entries(archive()));
    for (int at = 0; at < whole.length; at++) {
      byte[] changed = whole.clone();
      changed[at] ^= 0x10;
      assertThatThrownBy(() -> TarListing.of("listing", changed))
          .describedAs("byte " + at)
          .isInstanceOf(MalformedImageException.class);
    }
    for (int length = 0; length < whole.length; length += 7) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> TarListing.of("listing", cut))
          .isInstanceOf(MalformedImageException.class);
    }
  }

  /// Whoever can write into the cache can seal a listing as well.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aForgedListingIsReadOrRefused(long seed) throws IOException {
    byte[] whole = listing(entries(archive()));
    Random random = new Random(seed);
    int refused = 0;
    for (int round = 0; round < 3000; round++) {
      byte[] forged = whole.clone();
      for (int i = 1 + random.nextInt(2); i > 0; i--) {
        forged[8 + random.nextInt(whole.length - 40)] = (byte) random.nextInt();
      }
      int sealed = forged.length - ListingFormat.SEAL_BYTES;
      System.arraycopy(Sha256.of(forged, sealed), 0, forged, sealed, ListingFormat.SEAL_BYTES);
      refused += isRefused(forged) ? 1 : 0;
    }
    assertThat(refused).isPositive();
  }

  /// The same for what is packed, where every byte means something.
  @Test
  void forgedEntriesAreReadOrRefused() throws IOException {
    EntryWriter writer = new EntryWriter();
    entries(archive()).forEach(writer::write);
    byte[] whole = writer.toBytes();
    Random random = new Random(4);
    int refused = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] forged = whole.clone();
      forged[random.nextInt(whole.length)] = (byte) random.nextInt();
      EntryReader reader = new EntryReader("forged", forged);
      try {
        while (!reader.atEnd()) {
          assertThat(reader.read().path()).isNotNull();
        }
      } catch (MalformedImageException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  private static boolean isRefused(byte[] bytes) throws IOException {
    try {
      TarListing listing = TarListing.of("listing", bytes);
      for (int i = 0; i < listing.keyCount(); i++) {
        assertThat(listing.keyAt(i)).isNotNull();
      }
      assertThat(listing.key(2)).isNotNull();
      return entries(listing).size() > 1000;
    } catch (MalformedImageException e) {
      return true;
    }
  }
}
