package dev.skiff.image.oci;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// The name of some bytes: an algorithm and the hash in lower-case hex.
///
/// @param algorithm how the hash is made
/// @param hex lower-case hex digits, as many as the algorithm yields
/// @see <a
///   href="https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests">digests</a>
public record Digest(Algorithm algorithm, String hex) {

  /// The registered algorithms.
  public enum Algorithm {
    SHA256("sha256", "SHA-256", 64),
    SHA512("sha512", "SHA-512", 128);

    private final String prefix;
    private final String javaName;
    private final int hexDigits;

    Algorithm(String prefix, String javaName, int hexDigits) {
      this.prefix = prefix;
      this.javaName = javaName;
      this.hexDigits = hexDigits;
    }

    /// A fresh hash in the making.
    public MessageDigest start() {
      try {
        return MessageDigest.getInstance(javaName);
      } catch (NoSuchAlgorithmException e) {
        throw new AssertionError("every JDK has " + javaName, e);
      }
    }
  }

  private static final Pattern HEX = Pattern.compile("[0-9a-f]+");

  public Digest {
    if (hex.length() != algorithm.hexDigits || !HEX.matcher(hex).matches()) {
      throw new IllegalArgumentException(
          "a %s digest has %d lower-case hex digits, found '%s'"
              .formatted(algorithm.prefix, algorithm.hexDigits, shortened(hex)));
    }
  }

  /// Reads `sha256:` or `sha512:` and hex digits.
  ///
  /// @throws IllegalArgumentException if the text is no digest; the message says found and wanted
  public static Digest parse(String text) {
    for (Algorithm algorithm : Algorithm.values()) {
      if (text.startsWith(algorithm.prefix + ":")) {
        return new Digest(algorithm, text.substring(algorithm.prefix.length() + 1));
      }
    }
    throw new IllegalArgumentException(
        "a digest starts with sha256: or sha512:, found '%s'".formatted(shortened(text)));
  }

  /// The SHA-256 digest of these bytes.
  public static Digest sha256(byte[] bytes) {
    return of(Algorithm.SHA256, Algorithm.SHA256.start().digest(bytes));
  }

  /// What a finished hash says.
  public static Digest of(Algorithm algorithm, byte[] hash) {
    return new Digest(algorithm, HexFormat.of().formatHex(hash));
  }

  private static String shortened(String text) {
    return text.length() <= 140 ? text : text.substring(0, 140) + "…";
  }

  /// `sha256`, `sha512`: the directory under `blobs` of an OCI layout.
  public String algorithmName() {
    return algorithm.prefix;
  }

  /// `sha256:` and the hex digits.
  @Override
  public String toString() {
    return algorithm.prefix + ":" + hex;
  }
}
