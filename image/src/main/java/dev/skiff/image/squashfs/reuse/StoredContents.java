package dev.skiff.image.squashfs.reuse;

import dev.skiff.image.squashfs.write.StoredFile;
import dev.skiff.image.tree.ContentKey;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The files that a writer has taken in, by what they hold. Takes some 8 bytes a file, since the
/// keys are in the files.
public final class StoredContents {

  private @Nullable StoredFile[] slots = new StoredFile[1 << 10];
  private int count;

  /// The file that a key names, or null.
  public @Nullable StoredFile get(ContentKey key) {
    int slot = first(key.a());
    StoredFile file = slots[slot];
    while (file != null && !file.is(key)) {
      slot = (slot + 1) & (slots.length - 1);
      file = slots[slot];
    }
    return file;
  }

  /// Adds a file that is named by a key no other file is named by.
  public void add(StoredFile file) {
    if (count >= slots.length / 4 * 3) {
      @Nullable StoredFile[] before = slots;
      slots = new StoredFile[before.length * 2];
      for (StoredFile known : before) {
        if (known != null) {
          put(known);
        }
      }
    }
    put(file);
    count++;
  }

  private void put(StoredFile file) {
    int slot = first(file.hash());
    while (slots[slot] != null) {
      slot = (slot + 1) & (slots.length - 1);
    }
    slots[slot] = file;
  }

  public int count() {
    return count;
  }

  private int first(long hash) {
    return (int) hash & (slots.length - 1);
  }

  /// All files in an order that depends on nothing but them.
  StoredFile[] sorted(Comparator<StoredFile> order) {
    StoredFile[] files = Arrays.stream(slots).filter(Objects::nonNull).toArray(StoredFile[]::new);
    Arrays.sort(files, order);
    return files;
  }
}
