package dev.skiff.image.sif;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.image.sif.Extra.Partition;
import dev.skiff.image.sif.SifDescriptor.LinkKind;
import dev.skiff.image.sif.SifEditor.Erasure;
import dev.skiff.image.sif.SifEditor.Launch;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// An editor killed at every one of its writes in turn leaves a file from before or after the
/// change, which the next editor takes further.
class SifInterruptionTest {

  private static final long NOW = 1_700_000_000;

  @TempDir Path folder;

  enum Change {
    ADD {
      @Override
      void make(SifEditor editor) throws IOException {
        byte[] content = new byte[(2 << 20) + 77];
        Arrays.fill(content, (byte) 'n');
        var _ = editor.add(json("new"), new ByteArrayInputStream(content), NOW + 1);
      }
    },
    DELETE {
      @Override
      void make(SifEditor editor) throws IOException {
        editor.delete(2, Erasure.KEEP_BYTES, NOW + 1);
      }
    },
    DELETE_AND_COMPACT {
      @Override
      void make(SifEditor editor) throws IOException {
        editor.delete(3, Erasure.ZERO_BYTES, NOW + 1);
        editor.compact(NOW + 1);
      }
    },
    SET_PRIMARY {
      @Override
      void make(SifEditor editor) throws IOException {
        editor.setPrimary(2, NOW + 1);
      }
    };

    abstract void make(SifEditor editor) throws IOException;
  }

  private static NewObject json(String name) {
    return new NewObject(ObjectType.JSON, 1, 0, LinkKind.OBJECT, 1, name, new Extra.None());
  }

  private static NewObject partition(PartitionType type) {
    return NewObject.of(
        ObjectType.PARTITION, new Partition(FileSystemType.SQUASHFS, type, Architecture.AMD64));
  }

  private Path original() throws IOException {
    Path file = folder.resolve("original.sif");
    SifEditor.create(file, new UUID(1, 2), Launch.RUN_SINGULARITY, NOW).close();
    try (SifEditor editor = SifEditor.open(file)) {
      var _ = editor.add(partition(PartitionType.PRIMARY_SYSTEM), content("one"), NOW);
      var _ = editor.add(partition(PartitionType.SYSTEM), content("two"), NOW);
      var _ = editor.add(json("three"), content("three"), NOW);
    }
    return file;
  }

  private static ByteArrayInputStream content(String text) {
    byte[] bytes = new byte[9000];
    Arrays.fill(bytes, (byte) text.charAt(0));
    return new ByteArrayInputStream(bytes);
  }

  /// Each object and a digest of its bytes: the state of a file as a person sees it.
  private static List<String> state(Path file) throws IOException {
    List<String> state = new ArrayList<>();
    try (SifReader sif = SifReader.open(file)) {
      for (SifDescriptor object : sif.descriptors()) {
        state.add(object + " " + Arrays.hashCode(sif.bytes(object, 8 << 20)));
      }
      state.add(sif.header().architecture().toString());
    }
    return state;
  }

  @ParameterizedTest
  @EnumSource
  void theFileIsFromBeforeOrAfterTheChange(Change change) throws IOException {
    Path original = original();
    Path changed = copy(original, "changed.sif");
    try (SifEditor editor = SifEditor.open(changed)) {
      change.make(editor);
    }
    List<String> before = state(original);
    List<String> after = state(changed);
    boolean died = true;
    int deaths = 0;
    for (int writes = 0; died; writes++) {
      Path file = copy(original, "killed.sif");
      died = dies(file, change, writes);
      assertThat(state(file)).as("killed after %d writes", writes).isIn(before, after);
      carryOn(file, writes);
      deaths += died ? 1 : 0;
    }
    assertThat(deaths).as("how often it was killed").isGreaterThan(4);
    assertThat(state(folder.resolve("killed.sif"))).hasSize(after.size() + 1);
  }

  private static boolean dies(Path file, Change change, int writes) throws IOException {
    FileChannel real = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try (SifEditor editor = SifEditor.open(file, new DyingChannel(real, writes))) {
      change.make(editor);
      return false;
    } catch (DyingChannel.Killed e) {
      return true;
    }
  }

  private static void carryOn(Path file, int writes) throws IOException {
    List<String> found = state(file);
    try (SifEditor editor = SifEditor.open(file)) {
      var _ = editor.add(json("late"), content("late"), NOW + 2);
      assertThat(editor.header().descriptorsOffsetBytes()).isEqualTo(4096);
    }
    assertThat(state(file)).as("carried on after %d writes", writes).containsAll(found);
    try (SifReader sif = SifReader.open(file)) {
      assertThat(sif.header().dataOffsetBytes() + sif.header().dataSizeBytes())
          .isEqualTo(Files.size(file));
    }
  }

  private Path copy(Path from, String name) throws IOException {
    return Files.copy(from, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }
}
