package dev.skiff.builder.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineClaimTest {

  @TempDir Path directory;
  private Path file = Path.of("");

  @BeforeEach
  void aFile() {
    file = directory.resolve("blob-abc.claim");
  }

  private void lastHeardOf(long secondsAgo) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(secondsAgo)));
  }

  @Test
  void oneMachineHasItUntilItGivesItUp() throws IOException {
    try (MachineClaim _ = MachineClaim.tryTake(file, "one").orElseThrow()) {
      assertThat(MachineClaim.tryTake(file, "two")).isEmpty();
    }
    assertThat(directory).isEmptyDirectory();
    MachineClaim.tryTake(file, "two").orElseThrow().close();
  }

  @Test
  void aMachineThatIsSilentLosesIt() throws IOException {
    try (MachineClaim _ = MachineClaim.tryTake(file, "one").orElseThrow()) {
      lastHeardOf(119);
      assertThat(MachineClaim.tryTake(file, "two")).isEmpty();
      lastHeardOf(125);
      try (MachineClaim _ = MachineClaim.tryTake(file, "two").orElseThrow()) {
        assertThat(MachineClaim.tryTake(file, "one")).as("it was heard of just now").isEmpty();
      }
    }
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void whoLostItLeavesItToTheOther() throws IOException {
    MachineClaim lost = MachineClaim.tryTake(file, "one").orElseThrow();
    lastHeardOf(125);
    Optional<MachineClaim> taken = MachineClaim.tryTake(file, "two");
    lost.close();
    assertThat(file).content().isEqualTo("two");
    taken.orElseThrow().close();
  }

  /// The caller has the lock of its machine, so nobody there has the claim.
  @Test
  void whatADeadProcessOfTheSameMachineLeftIsTaken() throws IOException {
    Files.writeString(file, "one");
    lastHeardOf(60);
    try (MachineClaim _ = MachineClaim.tryTake(file, "one").orElseThrow()) {
      lastHeardOf(0);
      assertThat(MachineClaim.tryTake(file, "two")).isEmpty();
    }
  }
}
