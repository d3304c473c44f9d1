package dev.skiff.image.squashfs.codec;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import org.tukaani.xz.LZMAInputStream;
import org.tukaani.xz.XZInputStream;

/// Decompresses blocks of one kind; any number of threads may use one.
public interface BlockDecompressor {

  /// Decompresses `input[0, length)` to the start of `output`.
  ///
  /// @return how many bytes it became; never more than `output` holds
  /// @throws CorruptBlockException if the input is no such block or yields more than `output` holds
  int decompress(byte[] input, int length, byte[] output) throws CorruptBlockException;

  /// The one for a super block's compressor id, if there is any.
  static Optional<BlockDecompressor> of(int compressorId) {
    return switch (compressorId) {
      case 1 -> Optional.of(BlockDecompressor::zlib);
      case 2 -> Optional.of(new Streamed("lzma", in -> new LZMAInputStream(in, MEMORY_KIB)));
      case 3 -> Optional.of(LzoBlock::decompress);
      case 4 -> Optional.of(new Streamed("xz", in -> new XZInputStream(in, MEMORY_KIB)));
      case 5 -> Optional.of(lz4());
      case 6 -> Optional.of(BlockDecompressor::zstd);
      default -> Optional.empty();
    };
  }

  /// What an xz or LZMA header may make its decoder allocate; mksquashfs needs 1 MiB dictionaries.
  int MEMORY_KIB = 32 << 10;

  private static int zlib(byte[] input, int length, byte[] output) throws CorruptBlockException {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(input, 0, length);
      int size = inflater.inflate(output);
      if (!inflater.finished() && inflater.inflate(new byte[1]) != 0) {
        throw new CorruptBlockException("zlib: more than " + output.length + " bytes");
      }
      if (!inflater.finished()) {
        throw new CorruptBlockException("zlib: the stream ends early");
      }
      return size;
    } catch (DataFormatException e) {
      throw new CorruptBlockException("zlib: " + e.getMessage(), e);
    } finally {
      inflater.end();
    }
  }

  private static int zstd(byte[] input, int length, byte[] output) throws CorruptBlockException {
    try {
      return (int) Zstd.decompressByteArray(output, 0, output.length, input, 0, length);
    } catch (ZstdException e) {
      throw new CorruptBlockException("zstd: " + e.getMessage(), e);
    }
  }

  private static BlockDecompressor lz4() {
    LZ4SafeDecompressor decompressor = LZ4Factory.fastestInstance().safeDecompressor();
    return (input, length, output) -> {
      try {
        return decompressor.decompress(input, 0, length, output, 0, output.length);
      } catch (LZ4Exception e) {
        throw new CorruptBlockException("lz4: " + e.getMessage(), e);
      }
    };
  }

  /// Makes a decoding stream over a compressed one.
  @FunctionalInterface
  interface Decoder {
    InputStream open(InputStream compressed) throws IOException;
  }

  /// A decompressor made from a stream.
  record Streamed(String name, Decoder decoder) implements BlockDecompressor {
    @Override
    public int decompress(byte[] input, int length, byte[] output) throws CorruptBlockException {
      try (InputStream in = decoder.open(new ByteArrayInputStream(input, 0, length))) {
        int size = in.readNBytes(output, 0, output.length);
        if (size == output.length && in.read() != -1) {
          throw new CorruptBlockException(name + ": more than " + output.length + " bytes");
        }
        return size;
      } catch (CorruptBlockException e) {
        throw e;
      } catch (IOException e) {
        throw new CorruptBlockException(name + ": " + e.getClass().getSimpleName(), e);
      }
    }
  }
}
