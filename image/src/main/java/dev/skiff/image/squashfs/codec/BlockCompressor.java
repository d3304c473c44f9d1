package dev.skiff.image.squashfs.codec;

import com.github.luben.zstd.ZstdCompressCtx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.Deflater;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZ;
import org.tukaani.xz.XZOutputStream;

/// Compresses one block at a time; used by one thread at a time. The same input gives the same
/// output whichever compressor object of the same kind and level made it.
public sealed interface BlockCompressor extends AutoCloseable {

  /// Says that compression did not pay.
  int NOT_SMALLER = -1;

  /// Compresses `input[0, length)` to the start of `output`, which has at least
  /// `outputBytes(length)` bytes.
  ///
  /// @return how many bytes it became, or `NOT_SMALLER`
  int compress(byte[] input, int length, byte[] output);

  @Override
  void close();

  /// How large an output buffer must be for blocks of a size.
  static int outputBytes(int blockBytes) {
    return blockBytes + blockBytes / 128 + 1024;
  }

  /// A compressor for an image's blocks.
  ///
  /// @param blockSizeBytes the largest block that it will be given
  static BlockCompressor of(Compression compression, int level, int blockSizeBytes) {
    return switch (compression) {
      case NONE -> new Stored();
      case GZIP -> new Gzip(new Deflater(level, false));
      case LZ4 -> new Lz4(lz4(level));
      case XZ -> new Xz(level, blockSizeBytes);
      case ZSTD -> new Zstandard(new ZstdCompressCtx().setLevel(level).setChecksum(false));
    };
  }

  private static LZ4Compressor lz4(int level) {
    LZ4Factory factory = LZ4Factory.fastestInstance();
    return level == 0 ? factory.fastCompressor() : factory.highCompressor(level);
  }

  /// Never smaller.
  record Stored() implements BlockCompressor {
    @Override
    public int compress(byte[] input, int length, byte[] output) {
      return NOT_SMALLER;
    }

    @Override
    public void close() {}
  }

  /// zlib with its two-byte header.
  record Gzip(Deflater deflater) implements BlockCompressor {
    @Override
    public int compress(byte[] input, int length, byte[] output) {
      deflater.reset();
      deflater.setInput(input, 0, length);
      deflater.finish();
      int size = deflater.deflate(output, 0, length);
      return deflater.finished() && size < length ? size : NOT_SMALLER;
    }

    @Override
    public void close() {
      deflater.end();
    }
  }

  /// A raw LZ4 block.
  record Lz4(LZ4Compressor compressor) implements BlockCompressor {
    @Override
    public int compress(byte[] input, int length, byte[] output) {
      int size = compressor.compress(input, 0, length, output, 0, output.length);
      return size < length ? size : NOT_SMALLER;
    }

    @Override
    public void close() {}
  }

  /// An xz stream with a CRC32 and a dictionary no larger than a block: the kernel allocates as
  /// much.
  record Xz(int level, int blockSizeBytes) implements BlockCompressor {
    @Override
    public int compress(byte[] input, int length, byte[] output) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(length);
      try {
        LZMA2Options options = new LZMA2Options(level);
        options.setDictSize(Math.max(blockSizeBytes, 8192));
        try (XZOutputStream xz = new XZOutputStream(bytes, options, XZ.CHECK_CRC32)) {
          xz.write(input, 0, length);
        }
      } catch (IOException e) {
        throw new UncheckedIOException("xz to memory", e);
      }
      if (bytes.size() >= length) {
        return NOT_SMALLER;
      }
      System.arraycopy(bytes.toByteArray(), 0, output, 0, bytes.size());
      return bytes.size();
    }

    @Override
    public void close() {}
  }

  /// One frame with its content size, made in one call: the kernel refuses frames of a streaming
  /// encoder, whose window is larger than a block.
  record Zstandard(ZstdCompressCtx context) implements BlockCompressor {
    @Override
    public int compress(byte[] input, int length, byte[] output) {
      int size = context.compressByteArray(output, 0, output.length, input, 0, length);
      return size < length ? size : NOT_SMALLER;
    }

    @Override
    public void close() {
      context.close();
    }
  }
}
