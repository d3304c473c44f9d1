package dev.skiff.image.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntryTableTest {

  private static FileName name(Random random, int most) {
    byte[] bytes = new byte[1 + random.nextInt(4)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (0x80 + random.nextInt(most));
    }
    return FileName.of(bytes);
  }

  private static <V> List<Map.Entry<FileName, V>> entries(EntryTable<V> table) {
    List<Map.Entry<FileName, V>> entries = new ArrayList<>();
    table.forEach(entries::add);
    return entries;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 5, 60})
  void itDoesWhatASortedMapDoes(int letters) {
    Random random = new Random(letters);
    EntryTable<Integer> table = new EntryTable<>();
    TreeMap<FileName, Integer> map = new TreeMap<>();
    for (int i = 0; i < 20_000; i++) {
      FileName name = name(random, letters);
      switch (random.nextInt(6)) {
        case 0 -> {
          table.remove(name);
          map.remove(name);
        }
        case 1 -> assertThat(table.get(name)).isEqualTo(map.get(name));
        case 2 -> {
          if (random.nextInt(500) == 0) {
            table.sort();
            assertThat(entries(table)).containsExactlyElementsOf(map.entrySet());
          }
        }
        default -> assertThat(table.put(name, i)).isEqualTo(map.put(name, i));
      }
      assertThat(table.size()).isEqualTo(map.size());
    }
    assertThat(entries(table)).containsExactlyInAnyOrderElementsOf(map.entrySet());
    table.sort();
    assertThat(entries(table)).containsExactlyElementsOf(map.entrySet());
  }

  @Test
  void namesOf255BytesAreKept() {
    EntryTable<Integer> table = new EntryTable<>();
    for (int i = 0; i < 300; i++) {
      FileName longest = FileName.of("x".repeat(250) + "%05d".formatted((i * 7) % 300));
      assertThat(table.put(longest, i)).isNull();
    }
    table.sort();
    assertThat(entries(table).getFirst().getKey().length()).isEqualTo(255);
    assertThat(table.get(FileName.of("x".repeat(250) + "00007"))).isEqualTo(1);
  }

  @Test
  void whatStandsUnderNamesIsReplaced() {
    EntryTable<String> table = new EntryTable<>();
    FileName a = FileName.of("a");
    FileName b = FileName.of("b");
    assertThat(table.put(b, "1")).isNull();
    assertThat(table.put(a, "2")).isNull();
    table.remove(b);
    table.replaceAll(value -> value + value);
    assertThat(entries(table)).containsExactly(Map.entry(a, "22"));
  }

  @Test
  void valuesAreSetWhileOneIterates() {
    EntryTable<Integer> table = new EntryTable<>();
    for (int i = 0; i < 100; i++) {
      assertThat(table.put(FileName.of("n" + (i * 37) % 100), 0)).isNull();
    }
    table.sort();
    int number = 0;
    for (Map.Entry<FileName, Integer> entry : table) {
      assertThat(entry.setValue(number)).isZero();
      assertThat(entry.getValue()).isEqualTo(number);
      assertThat(table.name(number)).isEqualTo(entry.getKey());
      assertThat(table.get(entry.getKey())).isEqualTo(number);
      number++;
    }
    assertThat(number).isEqualTo(table.size()).isEqualTo(100);
  }

  @Test
  void aDirectoryShowsTheSamePackedAndUnpacked() {
    EntryTable<FileNode> table = new EntryTable<>();
    FileNode fifo = new FileNode.Fifo(Attributes.of(0600, 1, 2, 3));
    FileNode socket = new FileNode.Socket(Attributes.of(0600, 1, 2, 3));
    FileName early = FileName.of("early");
    FileName late = FileName.of("late");
    assertThat(table.put(late, fifo)).isNull();
    assertThat(table.put(early, socket)).isNull();
    FileNode.Directory directory = new FileNode.Directory(Attributes.of(0755, 0, 0, 0), table);
    assertThat(directory.entries())
        .containsExactly(Map.entry(early, socket), Map.entry(late, fifo));
    assertThat(directory.child(late)).isSameAs(fifo);
    assertThat(directory.children()).containsOnlyKeys(early, late);
    directory.children().remove(early);
    assertThat(directory.entries()).containsExactly(Map.entry(late, fifo));
    directory.replaceChildren(_ -> socket);
    assertThat(directory.child(late)).isSameAs(socket);
    assertThat(directory.child(early)).isNull();
  }
}
