package dev.skiff.image.ocisif;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.Descriptor;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.DigestCheckedStream;
import dev.skiff.image.oci.ImageConfig;
import dev.skiff.image.oci.ImageSource;
import dev.skiff.image.oci.Manifest;
import dev.skiff.image.oci.Manifest.ImageIndex;
import dev.skiff.image.sif.Extra;
import dev.skiff.image.sif.ObjectType;
import dev.skiff.image.sif.SifDescriptor;
import dev.skiff.image.sif.SifReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/// The blobs of a SIF file, found by the digests in its descriptors. The SIF file stays its
/// caller's to close.
final class OciSifSource implements ImageSource {

  /// Signatures that cosign made stand in the index as images of this name.
  private static final String SIGNATURES = "_cosign";

  private static final String REF_NAME = "org.opencontainers.image.ref.name";

  private final String name;
  private final SifReader sif;

  OciSifSource(String name, SifReader sif) {
    this.name = name;
    this.sif = sif;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Manifest root() throws IOException {
    SifDescriptor root =
        sif.first(ObjectType.OCI_ROOT_INDEX)
            .orElseThrow(
                () -> new MalformedImageException(name, -1, "descriptors", "no OCI root index"));
    byte[] bytes = sif.bytes(root, Manifest.LARGEST_BYTES);
    Digest found = Digest.sha256(bytes);
    if (!root.extra().equals(new Extra.OciDigest(found.toString()))) {
      throw new MalformedImageException(
          name, root.offsetBytes(), "digest", "the root index has digest " + found);
    }
    Manifest manifest = Manifest.parse("root index of " + name, bytes, Optional.empty());
    return manifest instanceof ImageIndex index ? withoutSignatures(index) : manifest;
  }

  private static ImageIndex withoutSignatures(ImageIndex index) {
    List<Descriptor> images =
        index.manifests().stream()
            .filter(d -> !d.annotations().getOrDefault(REF_NAME, "").startsWith(SIGNATURES))
            .toList();
    return new ImageIndex(index.mediaType(), index.digest(), index.json(), images);
  }

  /// The object that a descriptor names.
  ///
  /// @throws MalformedImageException if it is not there, or of another size
  SifDescriptor object(Descriptor descriptor) throws MalformedImageException {
    Extra wanted = new Extra.OciDigest(descriptor.digest().toString());
    for (SifDescriptor object : sif.descriptors()) {
      if (object.type() == ObjectType.OCI_BLOB && object.extra().equals(wanted)) {
        if (object.sizeBytes() != descriptor.sizeBytes()) {
          throw new MalformedImageException(
              name,
              object.offsetBytes(),
              "size of object " + object.id(),
              "%d bytes, wanted %d".formatted(object.sizeBytes(), descriptor.sizeBytes()));
        }
        return object;
      }
    }
    throw new MalformedImageException(
        name, -1, "descriptors", "no blob has digest " + descriptor.digest());
  }

  /// Of index, manifest and configuration only: their largest size is known.
  @Override
  public InputStream blob(Descriptor descriptor) throws IOException {
    byte[] bytes = sif.bytes(object(descriptor), ImageConfig.LARGEST_BYTES);
    return new DigestCheckedStream(
        new ByteArrayInputStream(bytes), name, "digest", descriptor.digest());
  }

  @Override
  public void close() {}
}
