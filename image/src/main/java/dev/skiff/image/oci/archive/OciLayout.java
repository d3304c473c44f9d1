package dev.skiff.image.oci.archive;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.Descriptor;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.DigestCheckedStream;
import dev.skiff.image.oci.ImageSource;
import dev.skiff.image.oci.Manifest;
import dev.skiff.image.oci.Manifest.ImageIndex;
import dev.skiff.image.oci.Manifest.ImageManifest;
import dev.skiff.image.oci.NoSuchImageException;
import dev.skiff.image.oci.NoSuchImageException.ChosenBy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// An OCI image layout: a directory, or a tar of one.
///
/// @see <a
///   href="https://github.com/opencontainers/image-spec/blob/main/image-layout.md">image-layout</a>
public final class OciLayout implements ImageSource {

  private static final String REF_NAME = "org.opencontainers.image.ref.name";
  private static final String SIGNATURE = "_cosign:"; // of an image beside it, and attestations

  private final ArchiveReference reference;
  private final LayoutFiles files;

  private OciLayout(ArchiveReference reference, LayoutFiles files) {
    this.reference = reference;
    this.files = files;
  }

  /// Opens a layout that is a directory.
  ///
  /// @throws MalformedImageException if the directory is no layout
  public static OciLayout openDirectory(ArchiveReference reference) throws IOException {
    return opened(reference, new LayoutFiles.InDirectory(reference.path()));
  }

  /// Opens a layout that is a tar, perhaps compressed.
  ///
  /// @param temporary where a compressed tar is unpacked to, until this is closed
  /// @throws MalformedImageException if the file is no tar or no layout
  public static OciLayout openArchive(ArchiveReference reference, Path temporary)
      throws IOException {
    return opened(reference, new LayoutFiles.InTar(TarFile.open(reference.path(), temporary)));
  }

  private static OciLayout opened(ArchiveReference reference, LayoutFiles files)
      throws IOException {
    if (!files.has("oci-layout") || !files.has("index.json")) {
      files.close();
      throw new MalformedImageException(
          reference.path().toString(),
          -1,
          "oci-layout",
          "it is no OCI image layout: 'oci-layout' or 'index.json' is missing");
    }
    return new OciLayout(reference, files);
  }

  @Override
  public String name() {
    return reference.toString();
  }

  /// The index, with only the images of the tag if one was named.
  @Override
  public Manifest root() throws IOException {
    String name = "index.json of " + reference.path();
    byte[] bytes;
    try (InputStream in = files.open("index.json")) {
      bytes = in.readNBytes(Manifest.LARGEST_BYTES + 1);
    }
    return switch (Manifest.parse(name, bytes, Optional.empty())) {
      case ImageManifest _ ->
          throw new MalformedImageException(name, -1, "manifests", "it is missing");
      case ImageIndex index ->
          new ImageIndex(index.mediaType(), index.digest(), index.json(), named(index));
    };
  }

  private List<Descriptor> named(ImageIndex index) throws NoSuchImageException {
    List<Descriptor> images =
        index.manifests().stream().filter(d -> !tag(d).startsWith(SIGNATURE)).toList();
    List<String> tags = images.stream().map(OciLayout::tag).distinct().toList();
    if (reference.image().isEmpty()) {
      if (tags.size() > 1) {
        throw new NoSuchImageException(name(), ChosenBy.TAG, "no tag", tags);
      }
      return images;
    }
    String wanted = reference.image().get();
    List<Descriptor> named = index.manifests().stream().filter(d -> tag(d).equals(wanted)).toList();
    if (named.isEmpty()) {
      throw new NoSuchImageException(reference.path().toString(), ChosenBy.TAG, wanted, tags);
    }
    return named;
  }

  private static String tag(Descriptor descriptor) {
    return descriptor.annotations().getOrDefault(REF_NAME, "");
  }

  @Override
  public InputStream blob(Descriptor descriptor) throws IOException {
    Digest digest = descriptor.digest();
    String path = "blobs/" + digest.algorithmName() + "/" + digest.hex();
    String name = path + " of " + reference.path();
    long size = files.sizeBytes(path);
    if (size != descriptor.sizeBytes()) {
      throw new MalformedImageException(
          name, -1, "size", "found %d, wanted %d".formatted(size, descriptor.sizeBytes()));
    }
    return new DigestCheckedStream(files.open(path), name, "digest", digest);
  }

  @Override
  public void close() throws IOException {
    files.close();
  }
}
