package dev.skiff.builder.base;

import dev.skiff.builder.progress.BuildEvent.BytesMoved;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.progress.CountedStream;
import dev.skiff.image.oci.Descriptor;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.ImageReference;
import dev.skiff.image.oci.ImageSource;
import dev.skiff.image.oci.Manifest;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// A source that tells how much of an image's layers was read, of how much: both as they are
/// stored, so the total is known before the first byte.
public final class WatchedSource implements ImageSource {

  private static final long STEP_BYTES = 1L << 20;

  private final ImageSource source;
  private final String what;
  private final BuildListener listener;
  private final Map<Digest, Long> sizes = new HashMap<>();
  private final Map<Digest, Long> furthest = new HashMap<>();
  private long doneBytes;
  private long toldBytes;

  /// Takes the source over: closing this closes it.
  ///
  /// @param what as `BytesMoved` wants it
  public WatchedSource(ImageSource source, String what, BuildListener listener) {
    this.source = source;
    this.what = what;
    this.listener = listener;
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public Optional<ImageReference> registryName() {
    return source.registryName();
  }

  @Override
  public Manifest root() throws IOException {
    return source.root();
  }

  @Override
  public Manifest manifest(Descriptor descriptor) throws IOException {
    return source.manifest(descriptor);
  }

  @Override
  public synchronized void announce(List<Descriptor> blobs) {
    blobs.forEach(blob -> sizes.put(blob.digest(), blob.sizeBytes()));
    source.announce(blobs);
  }

  @Override
  public InputStream blob(Descriptor descriptor) throws IOException {
    InputStream stored = source.blob(descriptor);
    if (!isLayer(descriptor)) {
      return stored;
    }
    AtomicLong position = new AtomicLong();
    return new CountedStream(stored, bytes -> read(descriptor.digest(), position.addAndGet(bytes)));
  }

  private synchronized boolean isLayer(Descriptor descriptor) {
    return sizes.containsKey(descriptor.digest());
  }

  /// A layer that is read a second time does not count twice.
  private synchronized void read(Digest layer, long position) {
    long before = furthest.getOrDefault(layer, 0L);
    if (position > before) {
      furthest.put(layer, position);
      doneBytes += position - before;
    }
    long total = sizes.values().stream().mapToLong(Long::longValue).sum();
    if (doneBytes - toldBytes >= STEP_BYTES || (doneBytes == total && toldBytes < total)) {
      toldBytes = doneBytes;
      listener.on(new BytesMoved(what, doneBytes, total));
    }
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
