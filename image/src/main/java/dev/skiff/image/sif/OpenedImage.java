package dev.skiff.image.sif;

import dev.skiff.image.MalformedImageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// A file opened as an image, whatever its kind. Its first bytes are read once: they tell the kind,
/// and of a SIF file they are header and descriptors already.
public final class OpenedImage implements AutoCloseable {

  private final FileChannel channel;
  private final ImageKind kind;
  private final @Nullable SifReader sif;

  private OpenedImage(FileChannel channel, ImageKind kind, @Nullable SifReader sif) {
    this.channel = channel;
    this.kind = kind;
    this.sif = sif;
  }

  /// Opens a file that is no directory.
  ///
  /// @throws MalformedImageException if it calls itself a SIF file and is none
  public static OpenedImage open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      byte[] start = ImageKind.start(channel, SifReader.USUAL_BYTES);
      ImageKind kind = ImageKind.ofStart(start);
      SifReader sif = kind == ImageKind.SIF ? SifReader.read(file, channel, start) : null;
      return new OpenedImage(channel, kind, sif);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /// Never `DIRECTORY`.
  public ImageKind kind() {
    return kind;
  }

  /// The open SIF file, closed with this one.
  ///
  /// @throws IllegalStateException if the kind is another
  public SifReader sif() {
    if (sif == null) {
      throw new IllegalStateException("no SIF file but " + kind);
    }
    return sif;
  }

  /// How long the whole file is.
  public long sizeBytes() throws IOException {
    return channel.size();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
