package dev.skiff.image.sif;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// What a descriptor says beyond the fields that every type has.
public sealed interface Extra {

  /// How many bytes a descriptor has for it.
  int BYTES = 384;

  /// Nothing, or nothing known for the type.
  record None() implements Extra {}

  /// Of a partition.
  record Partition(FileSystemType fileSystem, PartitionType type, Architecture architecture)
      implements Extra {}

  /// Of a signature.
  ///
  /// @param fingerprint of the signer's OpenPGP key, 40 hexadecimal digits in upper case; all zero
  ///   for DSSE
  record Signature(HashType hash, String fingerprint) implements Extra {

    private static final int FINGERPRINT_BYTES = 20;
    private static final String NONE = "0".repeat(2 * FINGERPRINT_BYTES);

    /// Whether a key is named.
    public boolean hasFingerprint() {
      return !fingerprint.equals(NONE);
    }
  }

  /// Of a cryptographic message.
  ///
  /// @param format 1 OpenPGP, 2 PEM
  /// @param message 0x100 clear signature, 0x200 RSA-OAEP
  record CryptoMessage(int format, int message) implements Extra {

    /// How `sif list` names the format.
    public String formatLabel() {
      return switch (format) {
        case 1 -> "OpenPGP";
        case 2 -> "PEM";
        default -> "Unknown";
      };
    }

    /// How `sif list` names the message.
    public String messageLabel() {
      return switch (message) {
        case 0x100 -> "Clear Signature";
        case 0x200 -> "RSA-OAEP";
        default -> "Unknown";
      };
    }
  }

  /// Of a software bill of materials.
  record Sbom(SbomFormat format) implements Extra {}

  /// Of an OCI index or blob.
  ///
  /// @param digest of the object's bytes, `sha256:` and hexadecimal digits, as the file says
  record OciDigest(String digest) implements Extra {}

  /// Reads what an object of this type says, unchecked.
  ///
  /// @param in little-endian, 384 bytes
  static Extra read(ObjectType type, ByteBuffer in) {
    int first = in.getInt(0);
    return switch (type) {
      case PARTITION ->
          new Partition(
              FileSystemType.ofCode(first),
              PartitionType.ofCode(in.getInt(4)),
              Architecture.ofCode(SifDescriptor.text(in, 8, 3)));
      case SIGNATURE -> {
        byte[] fingerprint = new byte[Signature.FINGERPRINT_BYTES];
        in.get(4, fingerprint);
        yield new Signature(
            HashType.ofCode(first), HexFormat.of().withUpperCase().formatHex(fingerprint));
      }
      case CRYPTO_MESSAGE -> new CryptoMessage(first, in.getInt(4));
      case SBOM -> new Sbom(SbomFormat.ofCode(first));
      case OCI_ROOT_INDEX, OCI_BLOB -> new OciDigest(SifDescriptor.text(in, 0, BYTES));
      case DEFINITION_FILE, ENVIRONMENT, LABELS, JSON, GENERIC, UNKNOWN -> new None();
    };
  }

  /// Writes it; what follows in the 384 bytes stays as it is.
  ///
  /// @param out little-endian
  default void write(ByteBuffer out) {
    switch (this) {
      case None _ -> {}
      case Partition(FileSystemType fileSystem, PartitionType type, Architecture architecture) ->
          out.putInt(fileSystem.code())
              .putInt(type.code())
              .put(architecture.code().getBytes(StandardCharsets.US_ASCII))
              .put((byte) 0);
      case Signature(HashType hash, String fingerprint) ->
          out.putInt(hash.code()).put(HexFormat.of().parseHex(fingerprint));
      case CryptoMessage(int format, int message) -> out.putInt(format).putInt(message);
      case Sbom(SbomFormat format) -> out.putInt(format.code());
      case OciDigest(String digest) -> out.put(digest.getBytes(StandardCharsets.US_ASCII));
    }
  }
}
