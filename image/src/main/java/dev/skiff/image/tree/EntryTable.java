package dev.skiff.image.tree;

import java.util.AbstractMap.SimpleEntry;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Names and what stands under them, packed: some 10 bytes an entry beside the name's own bytes.
/// Names that come in their order are found by bisection, others by hashing.
///
/// A removed entry keeps its room until the table is sorted. Not for several threads, unless none
/// of them changes it.
///
/// @param <V> what stands under a name
public final class EntryTable<V> implements Iterable<Map.Entry<FileName, V>> {

  private static final int FEW = 8;

  /// Nobody can make names that collide without knowing it.
  private static final long SEED = new SplittableRandom().nextLong() | 1;

  private static final int NONE = -1;

  private static final byte[] NO_NAMES = {};
  private static final int[] NO_NUMBERS = {};
  private static final Object[] NO_VALUES = {};

  private byte[] names = NO_NAMES; // of each: its length, and its bytes
  private int namesBytes;
  private int[] starts = NO_NUMBERS;
  private @Nullable Object[] values = NO_VALUES;
  private int used;
  private int size;
  private boolean sorted = true;
  private int[] slots = NO_NUMBERS; // entry numbers + 1, by hash; empty while no search needs it

  /// How many names have something.
  public int size() {
    return size;
  }

  /// What stands under a name, or null.
  public @Nullable V get(FileName name) {
    int entry = find(name);
    return entry < 0 ? null : value(entry);
  }

  /// Puts something under a name.
  ///
  /// @return what stood there before, or null
  public @Nullable V put(FileName name, V value) {
    int entry = sorted && isLast(name) ? NONE : find(name);
    if (entry < 0) {
      append(name, value);
      return null;
    }
    V before = value(entry);
    values[entry] = value;
    size += before == null ? 1 : 0;
    return before;
  }

  /// Takes away what stands under a name, if anything does.
  public void remove(FileName name) {
    int entry = find(name);
    if (entry >= 0 && values[entry] != null) {
      values[entry] = null;
      size--;
    }
  }

  /// Takes all entries away and gives their room back.
  public void clear() {
    names = NO_NAMES;
    namesBytes = 0;
    starts = NO_NUMBERS;
    values = NO_VALUES;
    slots = NO_NUMBERS;
    used = 0;
    size = 0;
    sorted = true;
  }

  @SuppressWarnings("unchecked")
  private @Nullable V value(int entry) {
    return (V) values[entry];
  }

  private boolean isLast(FileName name) {
    return used == 0 || compare(used - 1, name) < 0;
  }

  /// Compares the name of an entry with another.
  private int compare(int entry, FileName name) {
    int start = starts[entry];
    byte[] other = name.bytesForReading();
    return Arrays.compareUnsigned(
        names, start + 1, start + 1 + length(entry), other, 0, other.length);
  }

  private int length(int entry) {
    return names[starts[entry]] & 0xff;
  }

  private int find(FileName name) {
    if (sorted) {
      return bisect(name);
    }
    if (used <= FEW) {
      for (int entry = 0; entry < used; entry++) {
        if (compare(entry, name) == 0) {
          return entry;
        }
      }
      return NONE;
    }
    if (slots.length < used * 2) {
      hashAll();
    }
    int slot = slotOf(name.bytesForReading(), 0, name.length());
    while (slots[slot] != 0) {
      if (compare(slots[slot] - 1, name) == 0) {
        return slots[slot] - 1;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    return NONE;
  }

  private int bisect(FileName name) {
    int low = 0;
    int high = used - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = compare(middle, name);
      if (order == 0) {
        return middle;
      } else if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return NONE;
  }

  private void hashAll() {
    slots = new int[Integer.highestOneBit(Math.max(used, FEW) * 2 - 1) * 2];
    for (int entry = 0; entry < used; entry++) {
      addSlot(entry);
    }
  }

  private void addSlot(int entry) {
    int slot = slotOf(names, starts[entry] + 1, length(entry));
    while (slots[slot] != 0) {
      slot = (slot + 1) & (slots.length - 1);
    }
    slots[slot] = entry + 1;
  }

  private int slotOf(byte[] bytes, int start, int length) {
    long hash = SEED;
    for (int i = start; i < start + length; i++) {
      hash = (hash ^ bytes[i]) * SEED;
      hash ^= hash >>> 29;
    }
    return (int) (hash >>> 32) & (slots.length - 1);
  }

  private void append(FileName name, V value) {
    sorted = sorted && isLast(name);
    if (used == starts.length) {
      resize(Math.max(4, used + (used >> 1)));
    }
    int length = name.length();
    if (names.length - namesBytes <= length) {
      int grown = Math.max(64, namesBytes + (namesBytes >> 1));
      names = Arrays.copyOf(names, Math.max(grown, namesBytes + length + 1));
    }
    starts[used] = namesBytes;
    names[namesBytes] = (byte) length;
    System.arraycopy(name.bytesForReading(), 0, names, namesBytes + 1, length);
    namesBytes += length + 1;
    values[used] = value;
    used++;
    size++;
    if (slots.length >= used * 2) {
      addSlot(used - 1);
    } else {
      slots = NO_NUMBERS; // made anew, and larger, when a search needs it
    }
  }

  private void resize(int capacity) {
    starts = Arrays.copyOf(starts, capacity);
    values = Arrays.copyOf(values, capacity);
  }

  /// The name of an entry.
  ///
  /// @param entry its number, from 0, in the order in which one iterates; it changes when entries
  ///   are put, removed or sorted
  FileName name(int entry) {
    int start = starts[entry] + 1;
    return FileName.ofChecked(Arrays.copyOfRange(names, start, start + length(entry)));
  }

  /// Puts the entries in the order of their names and gives back room that is not used.
  public void sort() {
    if (!sorted || size < used) {
      rebuild();
    }
    if (starts.length != used || names.length != namesBytes) {
      slots = NO_NUMBERS;
      resize(used);
      names = Arrays.copyOf(names, namesBytes);
    }
  }

  private void rebuild() {
    EntryTable<V> ordered = new EntryTable<>();
    ordered.names = new byte[namesBytes];
    ordered.resize(size);
    for (int entry : order()) {
      V value = value(entry);
      if (value != null) {
        ordered.append(name(entry), value);
      }
    }
    names = ordered.names;
    namesBytes = ordered.namesBytes;
    starts = ordered.starts;
    values = ordered.values;
    used = ordered.used;
    sorted = true;
  }

  /// The numbers of all entries in the order of their names, by a heap sort: it needs no memory.
  private int[] order() {
    int[] order = new int[used];
    Arrays.setAll(order, entry -> entry);
    for (int root = used / 2 - 1; root >= 0; root--) {
      sink(order, root, used);
    }
    for (int end = used - 1; end > 0; end--) {
      int last = order[0];
      order[0] = order[end];
      order[end] = last;
      sink(order, 0, end);
    }
    return order;
  }

  private void sink(int[] heap, int from, int end) {
    int root = from;
    int child = 2 * root + 1;
    while (child < end) {
      if (child + 1 < end && compare(heap[child], heap[child + 1]) < 0) {
        child++;
      }
      if (compare(heap[root], heap[child]) >= 0) {
        return;
      }
      int lower = heap[root];
      heap[root] = heap[child];
      heap[child] = lower;
      root = child;
      child = 2 * root + 1;
    }
  }

  private int compare(int a, int b) {
    int startA = starts[a] + 1;
    int startB = starts[b] + 1;
    return Arrays.compareUnsigned(
        names, startA, startA + length(a), names, startB, startB + length(b));
  }

  /// Changes what stands under each name.
  public void replaceAll(UnaryOperator<V> change) {
    for (int entry = 0; entry < used; entry++) {
      V value = value(entry);
      if (value != null) {
        values[entry] = change.apply(value);
      }
    }
  }

  /// An entry as an iterator gives it.
  private static final class Entry<V> extends SimpleEntry<FileName, V> {
    private static final long serialVersionUID = 1L;

    private final transient EntryTable<V> table;
    private final int number;

    Entry(EntryTable<V> table, int number, V value) {
      super(table.name(number), value);
      this.table = table;
      this.number = number;
    }

    @Override
    public V setValue(V value) {
      table.values[number] = value;
      return super.setValue(value);
    }
  }

  /// The entries as they came, or in the order of names if sorted. What is put while one iterates
  /// may or may not be seen; an entry's own value may be set.
  @Override
  public Iterator<Map.Entry<FileName, V>> iterator() {
    return new Iterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        while (next < used && values[next] == null) {
          next++;
        }
        return next < used;
      }

      @Override
      public Map.Entry<FileName, V> next() {
        V value = hasNext() ? value(next) : null;
        if (value == null) {
          throw new NoSuchElementException("no more entries");
        }
        return new Entry<>(EntryTable.this, next++, value);
      }
    };
  }
}
