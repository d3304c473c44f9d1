package dev.skiff.builder.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineNoteTest {

  @TempDir Path directory;
  private Path image = Path.of("");

  @BeforeEach
  void anImage() throws IOException {
    image = Files.writeString(directory.resolve("aa.sif"), "image");
    UseMark.put(image, Map.of());
  }

  private Optional<String> told() {
    return MachineNote.told(image, MachineNote.all(image));
  }

  private static Map<String, String> jobThatEnds(Instant end) {
    return Map.of("SLURM_JOB_END_TIME", "" + end.getEpochSecond());
  }

  @Test
  void whereLocksTellNothingIsNoted() {
    assertThat(MachineNote.all(image)).isEmpty();
    assertThat(told()).isEmpty();
  }

  @Test
  void aContainerOfAJobMayRunUntilItsEnd() throws IOException {
    Instant end = Instant.now().plus(2, ChronoUnit.HOURS).truncatedTo(ChronoUnit.SECONDS);
    MachineNote.put(image, "node7.cluster.0a1b2c3d", jobThatEnds(end));
    assertThat(told())
        .contains("a container of node7.cluster may run from it until " + end.plusSeconds(600));
    MachineNote.put(image, "node7.cluster.0a1b2c3d", jobThatEnds(end.minusSeconds(3600)));
    assertThat(told().orElseThrow()).endsWith(" " + end.plusSeconds(600));
  }

  @Test
  void whereNobodySaysHowLongItMayRunForAWeek() throws IOException {
    MachineNote.put(image, "node7.0a1b2c3d", Map.of("SLURM_JOB_END_TIME", "soon"));
    Path note = MachineNote.all(image).getFirst();
    assertThat(Files.getLastModifiedTime(note).toInstant())
        .isBetween(
            Instant.now().plus(167, ChronoUnit.HOURS), Instant.now().plus(168, ChronoUnit.HOURS));
    Files.setLastModifiedTime(note, FileTime.from(Instant.now()));
    assertThat(told()).isEmpty();
  }

  @Test
  void whatThisMachineNotedIsNothingToItself() throws IOException {
    String before = Machine.name().replaceFirst("[^.]*$", "0a1b2c3d");
    MachineNote.put(image, Machine.name(), Map.of());
    MachineNote.put(image, before, Map.of()); // it was started anew since
    assertThat(MachineNote.all(image)).hasSize(2);
    assertThat(told()).isEmpty();
  }

  @Test
  void notesGoWithTheirImage() throws IOException {
    MachineNote.put(image, "node7.0a1b2c3d", Map.of());
    List<StoredItem> none = StoreSurvey.of(directory);
    assertThat(none).isEmpty();
    Path images = Files.createDirectories(directory.resolve("images"));
    Path kept = Files.writeString(images.resolve("bb.sif"), "image");
    UseMark.put(kept, Map.of());
    MachineNote.put(kept, "node7.0a1b2c3d", Map.of());
    List<StoredItem> items = StoreSurvey.of(directory);
    assertThat(items).hasSize(1);
    assertThat(StoreCleaning.begin(directory).remove(items.getFirst())).isEmpty();
    assertThat(images).isEmptyDirectory();
  }
}
