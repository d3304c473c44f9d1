package dev.skiff.image.tree;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/// Paths of the host by their bytes. Java keeps a path's bytes but shows them only as text, which
/// loses what is no UTF-8; its URIs, though, are made of the bytes.
public final class HostPath {

  private HostPath() {}

  /// The bytes of an absolute path.
  static byte[] bytes(Path path) {
    String text = path.toAbsolutePath().toString();
    if (isAscii(text)) {
      return text.getBytes(StandardCharsets.US_ASCII);
    }
    String raw = path.toAbsolutePath().toUri().getRawPath();
    byte[] bytes = new byte[raw.length()];
    int length = 0;
    for (int i = 0; i < raw.length(); i++) {
      if (raw.charAt(i) == '%') {
        bytes[length++] = (byte) Integer.parseInt(raw, i + 1, i + 3, 16);
        i += 2;
      } else {
        bytes[length++] = (byte) raw.charAt(i);
      }
    }
    boolean slash = length > 1 && bytes[length - 1] == '/'; // a directory's URI has one
    return Arrays.copyOf(bytes, slash ? length - 1 : length);
  }

  /// The last component's bytes.
  static byte[] nameBytes(Path path) {
    byte[] bytes = bytes(path);
    int start = bytes.length;
    while (bytes[start - 1] != '/') {
      start--;
    }
    return Arrays.copyOfRange(bytes, start, bytes.length);
  }

  /// The path of a file in a directory that has an absolute path.
  public static Path resolve(Path directory, FileName name) {
    if (isAscii(name.toString())) {
      return directory.resolve(name.toString());
    }
    byte[] folder = bytes(directory);
    byte[] last = name.bytes();
    byte[] path = Arrays.copyOf(folder, folder.length + 1 + last.length);
    path[folder.length] = '/';
    System.arraycopy(last, 0, path, folder.length + 1, last.length);
    return of(path);
  }

  /// The path of some bytes, which begin with a slash.
  static Path of(byte[] bytes) {
    String ascii = new String(bytes, StandardCharsets.US_ASCII);
    if (isAscii(ascii)) { // what is not becomes U+FFFD
      return Path.of(ascii);
    }
    StringBuilder text = new StringBuilder("file://");
    for (byte b : bytes) {
      if (b == '/' || (b >= '0' && b <= '9') || (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z')) {
        text.append((char) b);
      } else {
        text.append('%').append("%02X".formatted(b & 0xff));
      }
    }
    return Path.of(URI.create(text.toString()));
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }
}
