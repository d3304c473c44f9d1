package dev.skiff.image.oci.layer;

import dev.skiff.image.tar.TarBytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Makes layers that say the same few things in every way that tar has, with all that is known to
/// be easily got wrong when layers are merged.
final class TrapLayers {

  /// What a layer may hold that is a trap.
  enum Trap {
    DUPLICATE,
    IMPLIED_PARENT,
    DOT_SLASH,
    TRAILING_SLASH,
    ABSOLUTE,
    UP_AND_DOWN,
    WHITEOUT,
    WHITEOUT_BESIDE_FILE,
    OPAQUE,
    PRIVATE,
    PRIVATE_LINK,
    KIND_CHANGE,
    LINK_IN_LAYER,
    LINK_BEFORE_TARGET,
    LINK_TO_LOWER,
    LINK_TO_ITSELF,
    LINK_TO_SYMLINK,
    THROUGH_SYMLINK,
    PAX_PATH,
    LONG_NAME,
    LONG_LINK,
    PREFIX,
    GLOBAL,
    BASE_256,
    MTIME_FRACTION,
    MTIME_NEGATIVE,
    NOT_UTF_8,
    XATTR,
    XATTR_BASE_64,
    SPARSE_OLD,
    SPARSE_0_0,
    SPARSE_0_1,
    SPARSE_1_0,
    OLD_TYPE,
    DEVICE
  }

  static final EnumSet<Trap> SPARSE =
      EnumSet.of(Trap.SPARSE_OLD, Trap.SPARSE_0_0, Trap.SPARSE_0_1, Trap.SPARSE_1_0);

  private static final List<String> NAMES = List.of("a", "b", "c");

  private final Random random;
  private final Sparse sparse;
  private final Map<Trap, Integer> sprung = new EnumMap<>(Trap.class);
  private final StringBuilder told = new StringBuilder();
  private final List<String> below = new ArrayList<>();
  private final List<String> placed = new ArrayList<>();
  private final List<String> symlinks = new ArrayList<>();
  private final List<String> targets = new ArrayList<>();
  private TarBytes tar = new TarBytes();
  private int contents;

  /// Whether some files are sparse.
  enum Sparse {
    WRITTEN,
    LEFT_OUT
  }

  TrapLayers(long seed, Sparse sparse) {
    this.random = new Random(seed);
    this.sparse = sparse;
  }

  /// How often each trap was in a layer.
  Map<Trap, Integer> sprung() {
    return sprung;
  }

  /// What the layers hold, for a failure's message.
  String told() {
    return told.toString();
  }

  private boolean spring(Trap trap, int oneIn) {
    if (random.nextInt(oneIn) != 0) {
      return false;
    }
    count(trap);
    return true;
  }

  private void count(Trap trap) {
    var _ = sprung.merge(trap, 1, Integer::sum);
  }

  byte[] layer() {
    told.append("layer\n");
    tar = new TarBytes();
    placed.clear();
    symlinks.clear();
    targets.clear();
    if (spring(Trap.GLOBAL, 8)) {
      tar.entry('g', "global", "", TarBytes.paxRecord("comment", TarBytes.bytes("of a layer")));
    }
    for (int i = 2 + random.nextInt(9); i > 0; i--) {
      entry();
    }
    below.addAll(placed);
    return tar.finished();
  }

  private void entry() {
    switch (random.nextInt(12)) {
      case 0, 1 -> whiteout();
      case 2 -> opaque();
      case 3 -> aufs();
      case 4, 5 -> link();
      case 6 -> symlink();
      case 7 -> directory();
      case 8 -> node();
      default -> file();
    }
  }

  private String path() {
    StringBuilder path = new StringBuilder();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      path.append(path.isEmpty() ? "" : "/").append(NAMES.get(random.nextInt(NAMES.size())));
    }
    return path.toString();
  }

  private static String parent(String path) {
    return path.indexOf('/') < 0 ? "" : path.substring(0, path.lastIndexOf('/') + 1);
  }

  private boolean leadsThroughSymlink(String path) {
    return symlinks.stream().anyMatch(link -> path.startsWith(link + "/"));
  }

  /// A whiteout beside a link of its own layer could mean what is behind it, too.
  private void whiteout() {
    String path = path();
    if (leadsThroughSymlink(path)) {
      return;
    }
    count(Trap.WHITEOUT);
    if (placed.contains(path)) {
      count(Trap.WHITEOUT_BESIDE_FILE);
    }
    forget(path);
    below.remove(path);
    String name = path.substring(parent(path).length());
    write('0', parent(path) + ".wh." + name, "", new byte[0]);
  }

  private void opaque() {
    String path = path();
    if (!leadsThroughSymlink(path) && !symlinks.contains(path)) {
      count(Trap.OPAQUE);
      forget(path);
      write('0', path + "/.wh..wh..opq", "", new byte[0]);
    }
  }

  /// Lower files that are no longer there are rarely worth a link.
  private void forget(String directory) {
    below.removeIf(path -> path.startsWith(directory + "/"));
  }

  private void aufs() {
    count(Trap.PRIVATE);
    write('0', ".wh..wh.plnk/1." + random.nextInt(3), "", content());
    if (spring(Trap.PRIVATE_LINK, 2)) {
      write('0', ".wh..wh.plnk/9", "", content());
      String path = path();
      placed.add(path);
      write('1', path, ".wh..wh.plnk/9", new byte[0]);
    }
  }

  private void link() {
    String path = path();
    String target;
    if (!placed.isEmpty() && random.nextInt(3) != 0) {
      count(Trap.LINK_IN_LAYER);
      target = placed.get(random.nextInt(placed.size()));
      if (symlinks.contains(target)) {
        count(Trap.LINK_TO_SYMLINK);
      }
    } else if (!below.isEmpty() && random.nextInt(3) != 0) {
      count(Trap.LINK_TO_LOWER);
      target = below.get(random.nextInt(below.size()));
    } else {
      target = path();
      count(Trap.LINK_BEFORE_TARGET);
    }
    boolean symlink = symlinks.contains(target);
    if (leadsThroughSymlink(target) || (symlink && isOnTheWay(path))) {
      return; // which file that is depends on what the layer does later
    }
    targets.add(target);
    if (symlink) {
      symlinks.add(path);
    }
    if (target.equals(path)) {
      count(Trap.LINK_TO_ITSELF);
    }
    write('1', path, target, new byte[0]);
    placed.add(path);
    if (!placed.contains(target) && !below.contains(target)) {
      placed.add(target);
      write('0', target, "", content());
    }
  }

  private boolean isOnTheWay(String path) {
    return targets.stream().anyMatch(target -> target.startsWith(path + "/"));
  }

  private void symlink() {
    String path = path();
    if (isOnTheWay(path)) {
      return;
    }
    write('2', path, random.nextBoolean() ? "/" + path() : path(), new byte[0]);
    symlinks.add(path);
    placed.add(path);
  }

  private void directory() {
    String path = path();
    placed.add(path);
    write('5', path + (spring(Trap.TRAILING_SLASH, 2) ? "/" : ""), "", new byte[0]);
  }

  private void node() {
    String path = path();
    placed.add(path);
    if (spring(Trap.DEVICE, 2)) {
      write(random.nextBoolean() ? '3' : '4', path, "", new byte[0]);
    } else {
      write('6', path, "", new byte[0]);
    }
  }

  private void file() {
    String path = path();
    if (!placed.contains(path) && spring(Trap.NOT_UTF_8, 12)) {
      path += "\u00e9";
    }
    placed.add(path);
    switch (random.nextInt(sparse == Sparse.WRITTEN ? 8 : 7)) {
      case 7 -> sparse(path);
      case 1 -> {
        count(Trap.OLD_TYPE);
        write(random.nextBoolean() ? '\0' : '7', path, "", content());
      }
      default -> write('0', path, "", content());
    }
  }

  private byte[] content() {
    contents++;
    return latin("content " + contents);
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private void note(char type, String path) {
    if (type != '5') {
      forget(path);
      placed.removeIf(other -> other.startsWith(path + "/"));
    }
    for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
      String parent = path.substring(0, slash);
      if (!symlinks.contains(parent)) {
        placed.remove(parent);
        below.remove(parent);
      }
    }
    if (placed.indexOf(path) != placed.lastIndexOf(path)) {
      count(Trap.DUPLICATE);
    }
    if (below.contains(path)) {
      count(Trap.KIND_CHANGE);
    }
    if (leadsThroughSymlink(path)) {
      count(Trap.THROUGH_SYMLINK);
    }
    if (path.indexOf('/') > 0 && !placed.contains(path.substring(0, path.lastIndexOf('/')))) {
      count(Trap.IMPLIED_PARENT);
    }
  }

  /// Writes an entry with its name in one of the ways there are.
  private void write(char type, String path, String target, byte[] content) {
    note(type, path);
    told.append("  ").append(type).append(' ').append(path);
    told.append(target.isEmpty() ? "" : " -> " + target).append('\n');
    tar.mode(0600 + random.nextInt(0200)).mtime(random.nextInt(100_000));
    ByteArrayOutputStream pax = new ByteArrayOutputStream();
    String name = dressed(path);
    String link = type == '1' ? dressed(target) : target;
    if (spring(Trap.PAX_PATH, 8) && isAscii(name)) {
      pax.writeBytes(TarBytes.paxRecord("path", latin(name)));
      name = "other";
    } else if (spring(Trap.LONG_NAME, 8)) {
      tar.entry('L', "././@LongLink", "", latin(name + "\0"));
      name = "other";
    }
    if (!link.isEmpty() && spring(Trap.LONG_LINK, 4)) {
      tar.entry('K', "././@LongLink", "", latin(link + "\0"));
      link = "other";
    }
    times(pax);
    if (type != '1' && !path.contains(".wh.")) {
      xattrs(pax);
    }
    if (pax.size() > 0) {
      tar.entry('x', "pax", "", pax.toByteArray());
    }
    tar.raw(header(type, name, link, content.length), content);
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 0x80);
  }

  private String dressed(String path) {
    if (spring(Trap.DOT_SLASH, 4)) {
      return "./" + path;
    }
    if (spring(Trap.ABSOLUTE, 8)) {
      return "//" + path;
    }
    return spring(Trap.UP_AND_DOWN, 12) ? "x/.././../" + path : path;
  }

  private void times(ByteArrayOutputStream pax) {
    if (spring(Trap.MTIME_FRACTION, 8)) {
      pax.writeBytes(TarBytes.paxRecord("mtime", TarBytes.bytes(random.nextInt(9000) + ".75")));
    } else if (spring(Trap.MTIME_NEGATIVE, 8)) {
      pax.writeBytes(TarBytes.paxRecord("mtime", TarBytes.bytes("-5.25")));
    }
  }

  private void xattrs(ByteArrayOutputStream pax) {
    byte[] value = TarBytes.bytes("value " + random.nextInt(5));
    if (spring(Trap.XATTR, 8)) {
      pax.writeBytes(TarBytes.paxRecord("SCHILY.xattr.user.s", value));
    }
    if (spring(Trap.XATTR_BASE_64, 12)) {
      byte[] encoded = Base64.getEncoder().encode(value);
      pax.writeBytes(TarBytes.paxRecord("LIBARCHIVE.xattr.user.l", encoded));
    }
  }

  private byte[] header(char type, String name, String link, long size) {
    byte[] header = tar.header(type, "", link.length() > 99 ? "" : link, size);
    byte[] bytes = latin(name);
    int slash = name.lastIndexOf('/');
    if (slash > 0
        && !name.endsWith("/")
        && name.charAt(slash - 1) != '/'
        && spring(Trap.PREFIX, 6)) {
      put(header, 345, latin(name.substring(0, slash)));
      bytes = latin(name.substring(slash + 1));
    }
    put(header, 0, bytes);
    if (type == '3' || type == '4') {
      TarBytes.octal(header, 329, 8, 1 + random.nextInt(200));
      TarBytes.octal(header, 337, 8, random.nextInt(200));
    }
    if (spring(Trap.BASE_256, 6)) {
      binary(header, 108, 8, 2_000_000_000L + random.nextInt(10));
      binary(header, 124, 12, size);
      binary(header, 136, 12, random.nextBoolean() ? -70_000 : 70_000);
    }
    return TarBytes.sum(header);
  }

  private static void put(byte[] header, int at, byte[] bytes) {
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }

  private static void binary(byte[] header, int at, int width, long value) {
    for (int i = 0; i < width; i++) {
      int shift = 8 * (width - 1 - i);
      header[at + i] = (byte) (value >> Math.min(shift, 63));
    }
    header[at] |= (byte) 0x80;
  }

  /// Three stored bytes in the middle of a hole, and one at the end.
  private void sparse(String path) {
    told.append("  sparse ").append(path).append('\n');
    note('0', path);
    byte[] stored = TarBytes.bytes("%03d!".formatted(contents++ % 1000));
    switch (random.nextInt(4)) {
      case 0 -> oldSparse(path, stored);
      case 1 -> {
        count(Trap.SPARSE_0_0);
        ByteArrayOutputStream pax = new ByteArrayOutputStream();
        for (String record :
            List.of(
                "size=3000",
                "numblocks=2",
                "offset=700",
                "numbytes=3",
                "offset=2999",
                "numbytes=1")) {
          int equals = record.indexOf('=');
          pax.writeBytes(
              TarBytes.paxRecord(
                  "GNU.sparse." + record.substring(0, equals),
                  TarBytes.bytes(record.substring(equals + 1))));
        }
        tar.entry('x', "pax", "", pax.toByteArray()).entry('0', path, "", stored);
      }
      case 2 -> {
        count(Trap.SPARSE_0_1);
        tar.pax(
            "GNU.sparse.size",
            "3000",
            "GNU.sparse.numblocks",
            "2",
            "GNU.sparse.map",
            "700,3,2999,1",
            "GNU.sparse.name",
            path);
        tar.entry('0', "GNUSparseFile.1/x", "", stored);
      }
      default -> {
        count(Trap.SPARSE_1_0);
        tar.pax(
            "GNU.sparse.major",
            "1",
            "GNU.sparse.minor",
            "0",
            "GNU.sparse.name",
            path,
            "GNU.sparse.realsize",
            "3000");
        byte[] map = Arrays.copyOf(TarBytes.bytes("2\n700\n3\n2999\n1\n"), 512 + stored.length);
        put(map, 512, stored);
        tar.entry('0', "GNUSparseFile.1/x", "", map);
      }
    }
  }

  private void oldSparse(String path, byte[] stored) {
    count(Trap.SPARSE_OLD);
    byte[] header = tar.header('S', path, "", stored.length);
    put(header, 257, TarBytes.bytes("ustar  \0"));
    TarBytes.octal(header, 386, 12, 700);
    TarBytes.octal(header, 398, 12, 3);
    TarBytes.octal(header, 410, 12, 2999);
    TarBytes.octal(header, 422, 12, 1);
    TarBytes.octal(header, 483, 12, 3000);
    tar.raw(TarBytes.sum(header), stored);
  }
}
