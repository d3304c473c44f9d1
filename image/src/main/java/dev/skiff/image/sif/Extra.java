package dev.skiff.image.sif;

/// What a descriptor says beyond the fields that every type has.
public sealed interface Extra {

  /// Nothing, or nothing known for the type.
  record None() implements Extra {}

  /// Of a partition.
  record Partition(FileSystemType fileSystem, PartitionType type, Architecture architecture)
      implements Extra {}

  /// Of a signature.
  ///
  /// @param hashType 1 SHA-256, 2 SHA-384, 3 SHA-512, 4 BLAKE2s, 5 BLAKE2b
  /// @param fingerprint of the signer's OpenPGP key, 40 hexadecimal digits; all zero for DSSE
  record Signature(int hashType, String fingerprint) implements Extra {}

  /// Of a cryptographic message.
  ///
  /// @param format 1 OpenPGP, 2 PEM
  /// @param message 0x100 clear signature, 0x200 RSA-OAEP
  record CryptoMessage(int format, int message) implements Extra {}

  /// Of a software bill of materials.
  ///
  /// @param format 1 to 8: cyclonedx-json, cyclonedx-xml, github-json, spdx-json, spdx-rdf,
  ///   spdx-tag-value, spdx-yaml, syft-json
  record Sbom(int format) implements Extra {}

  /// Of an OCI index or blob.
  ///
  /// @param digest of the object's bytes, `sha256:` and hexadecimal digits, as the file says
  record OciDigest(String digest) implements Extra {}
}
