package dev.skiff.image.squashfs.reuse;

import dev.skiff.image.squashfs.format.BlockReader;
import dev.skiff.image.squashfs.format.FragmentEntry;
import dev.skiff.image.squashfs.read.OpenImage;
import java.io.IOException;

/// An image that blocks are copied from.
public sealed interface BlockSource {

  BlockReader blocks();

  int blockSizeBytes();

  /// How many bytes the files of it may have together.
  long mostContentBytes();

  /// Where a fragment block stands; whether there is such a block is not checked.
  FragmentEntry fragmentEntry(int index) throws IOException;

  /// The bytes of a fragment, decompressed.
  byte[] fragment(int index) throws IOException;

  /// Any image: what its blocks hold is not known.
  record Open(OpenImage image) implements BlockSource {

    @Override
    public BlockReader blocks() {
      return image.blocks();
    }

    @Override
    public int blockSizeBytes() {
      return image.blockSizeBytes();
    }

    @Override
    public long mostContentBytes() {
      return image.mostContentBytes();
    }

    @Override
    public FragmentEntry fragmentEntry(int index) throws IOException {
      return image.fragments().entry(index);
    }

    @Override
    public byte[] fragment(int index) throws IOException {
      return image.fragments().fragment(index);
    }
  }

  /// An image of which a table says what its blocks hold, and their checksums.
  record Recorded(RecordedImage image) implements BlockSource {

    @Override
    public BlockReader blocks() {
      return image.blocks();
    }

    @Override
    public int blockSizeBytes() {
      return image.table().blockSizeBytes();
    }

    @Override
    public long mostContentBytes() {
      return Long.MAX_VALUE; // it was made here, of files that were counted then
    }

    @Override
    public FragmentEntry fragmentEntry(int index) throws IOException {
      return image.table().fragmentEntry(index);
    }

    @Override
    public byte[] fragment(int index) throws IOException {
      return image.fragment(index);
    }
  }
}
