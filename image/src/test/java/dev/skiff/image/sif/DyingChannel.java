package dev.skiff.image.sif;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/// A file that takes so many changes and then none any more, as one whose process was killed. Of
/// the change it dies in, half is made.
final class DyingChannel extends FileChannel {

  /// What the process dies of.
  static final class Killed extends IOException {
    private static final long serialVersionUID = 1L;
  }

  private static final int PAGE_BYTES = 4096;

  private final FileChannel file;
  private int changesLeft;

  DyingChannel(FileChannel file, int changesLeft) {
    this.file = file;
    this.changesLeft = changesLeft;
  }

  @Override
  public int write(ByteBuffer bytes, long position) throws IOException {
    if (changesLeft-- > 0) {
      return file.write(bytes, position);
    }
    boolean inOnePage = position / PAGE_BYTES == (position + bytes.remaining() - 1) / PAGE_BYTES;
    if (changesLeft == -1 && !inOnePage) { // the kernel looks for signals between pages
      var _ = file.write(bytes.slice(bytes.position(), bytes.remaining() / 2), position);
    }
    throw new Killed();
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    if (changesLeft-- > 0) {
      var _ = file.truncate(size);
      return this;
    }
    throw new Killed();
  }

  @Override
  public int read(ByteBuffer bytes) throws IOException {
    return file.read(bytes);
  }

  @Override
  public int read(ByteBuffer bytes, long position) throws IOException {
    return file.read(bytes, position);
  }

  @Override
  public long read(ByteBuffer[] bytes, int offset, int length) throws IOException {
    return file.read(bytes, offset, length);
  }

  @Override
  public int write(ByteBuffer bytes) throws IOException {
    throw new Killed();
  }

  @Override
  public long write(ByteBuffer[] bytes, int offset, int length) throws IOException {
    throw new Killed();
  }

  @Override
  public long position() throws IOException {
    return file.position();
  }

  @Override
  public FileChannel position(long position) throws IOException {
    var _ = file.position(position);
    return this;
  }

  @Override
  public long size() throws IOException {
    return file.size();
  }

  @Override
  public void force(boolean metaData) throws IOException {
    file.force(metaData);
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
    return file.transferTo(position, count, target);
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long position, long count)
      throws IOException {
    throw new Killed();
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
    return file.map(mode, position, size);
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) throws IOException {
    return file.lock(position, size, shared);
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) throws IOException {
    return file.tryLock(position, size, shared);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    file.close();
  }
}
