package dev.skiff.builder.time;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.builder.time.ImageTime.Origin;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageTimeTest {

  private static final Instant START = Instant.parse("2026-03-04T05:06:07.5Z");

  private Instant now = START;

  private ImageTime time(Origin origin) {
    return ImageTime.begin(Optional.empty(), origin, () -> now);
  }

  private ImageTime time(String epoch, Origin origin) {
    return ImageTime.begin(Optional.of(Instant.parse(epoch)), origin, () -> now);
  }

  private static long seconds(String text) {
    return Instant.parse(text).getEpochSecond();
  }

  private static FileTime file(String text) {
    return FileTime.from(Instant.parse(text));
  }

  @Test
  void itIsTheNewestOfTheInputsWhateverTheirOrder() {
    ImageTime time = time(Origin.INPUTS);
    time.noteCreated(Optional.of("2024-02-03T04:05:06.789+01:00"));
    time.note(Instant.parse("2021-01-01T00:00:00Z"));
    assertThat(time.value()).isEqualTo("2024-02-03T03:05:06Z");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9999-12-31T23:59:59Z",
        "2106-02-07T06:28:16Z",
        "0001-01-01T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "yesterday",
        ""
      })
  void aTimeThatNobodyMeantIsNone(String created) {
    ImageTime time = time(Origin.INPUTS);
    time.noteCreated(Optional.of(created));
    time.noteCreated(Optional.empty());
    assertThat(time.value()).isEqualTo(Instant.EPOCH);
  }

  @Test
  void theLastSecondThatSquashfsCanSayIsFine() {
    ImageTime time = time(Origin.INPUTS);
    time.noteCreated(Optional.of("2106-02-07T06:28:15Z"));
    assertThat(time.seconds()).isEqualTo(0xFFFF_FFFFL);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-03-04T05:06:07.499Z, 2025-01-01T00:00:00Z", // within a tick of the kernel's clock
    "2026-03-04T05:06:07.500Z, 2025-01-01T00:00:00Z",
    "2026-03-04T05:06:09Z,     2025-01-01T00:00:00Z",
    "2026-03-04T05:06:07.400Z, 2026-03-04T05:06:07Z", // an input of the same second
    "2027-01-01T00:00:00Z,     2027-01-01T00:00:00Z", // of the future, so no work of this build
    "1999-01-01T00:00:00Z,     1999-01-01T00:00:00Z"
  })
  void whatTheBuildMadeGetsTheImagesTime(String mtime, String written) {
    ImageTime time = time(Origin.INPUTS);
    time.note(Instant.parse("2025-01-01T00:00:00Z"));
    now = Instant.parse("2026-03-04T05:06:09Z");
    assertThat(time.secondsOf(file(mtime))).isEqualTo(seconds(written));
  }

  @Test
  void whereScriptsRunItIsTheClockAndFilesKeepTheirTimes() {
    ImageTime time = time(Origin.CLOCK);
    time.note(Instant.parse("2025-01-01T00:00:00Z"));
    now = Instant.parse("2026-03-04T05:16:00Z");
    assertThat(time.value()).isEqualTo("2026-03-04T05:06:07Z");
    assertThat(time.secondsOf(file("2026-03-04T05:10:00Z")))
        .isEqualTo(seconds("2026-03-04T05:10:00Z"));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-03-04T05:10:00Z, 2020-01-01T00:00:00Z",
    "2024-01-01T00:00:00Z, 2020-01-01T00:00:00Z",
    "2019-01-01T00:00:00Z, 2019-01-01T00:00:00Z"
  })
  void sourceDateEpochIsTheLatest(String mtime, String written) {
    ImageTime time = time("2020-01-01T00:00:00Z", Origin.CLOCK);
    time.note(Instant.parse("2025-01-01T00:00:00Z"));
    now = Instant.parse("2026-03-04T05:16:00Z");
    assertThat(time.value()).isEqualTo("2020-01-01T00:00:00Z");
    assertThat(time.secondsOf(file(mtime))).isEqualTo(seconds(written));
  }

  @Test
  void sourceDateEpochOfTheFutureIsTheTimeOfWhatTheBuildMade() {
    ImageTime time = time("2030-01-01T00:00:00Z", Origin.CLOCK);
    now = Instant.parse("2026-03-04T05:16:00Z");
    assertThat(time.secondsOf(file("2026-03-04T05:10:00Z")))
        .isEqualTo(seconds("2030-01-01T00:00:00Z"));
    assertThat(time.secondsOf(file("2025-03-04T05:10:00Z")))
        .isEqualTo(seconds("2025-03-04T05:10:00Z"));
  }
}
