package dev.skiff.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.builder.progress.BuildEvent;
import dev.skiff.builder.progress.BuildEvent.BytesMoved;
import dev.skiff.builder.progress.BuildEvent.PartMoved;
import dev.skiff.builder.progress.BuildEvent.PhaseFinished;
import dev.skiff.cli.output.DownloadProgress.Detail;
import dev.skiff.image.oci.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DownloadProgressTest {

  private static final Digest ONE = digest("1");
  private static final Digest TWO = digest("2");

  private final List<BuildEvent> told = new ArrayList<>();
  private long now;
  private final DownloadProgress progress =
      new DownloadProgress("download", Detail.TOTAL, told::add, () -> now);

  private static Digest digest(String text) {
    return Digest.sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String name(Digest digest) {
    return "sha256:" + digest.hex().substring(0, 12);
  }

  @Test
  void theTotalIsKnownBeforeTheFirstByte() {
    progress.moved(ONE, 0, 100);
    progress.moved(TWO, 0, 300);
    progress.moved(ONE, 40, 100);
    progress.moved(ONE, 100, 100);
    progress.moved(TWO, 200, 300);
    now += 2_000_000_000L;
    progress.moved(TWO, 300, 300);
    assertThat(told)
        .containsExactly(
            new PartMoved("download", name(ONE), 40, 100),
            new BytesMoved("download", 40, 400),
            new PartMoved("download", name(ONE), 100, 100),
            new BytesMoved("download", 100, 400),
            new PartMoved("download", name(TWO), 200, 300),
            new BytesMoved("download", 300, 400),
            new PartMoved("download", name(TWO), 300, 300),
            new BytesMoved("download", 400, 400),
            new PhaseFinished("download", 400, Duration.ofSeconds(2)));
  }

  @Test
  void whoWantsToKnowHearsOfEachBlob() {
    DownloadProgress detailed = new DownloadProgress("upload", Detail.BLOBS, told::add, () -> now);
    detailed.moved(ONE, 0, 100);
    detailed.moved(TWO, 0, 300);
    detailed.moved(ONE, 40, 100);
    now += 1_000_000_000L;
    detailed.moved(ONE, 100, 100);
    assertThat(told).contains(new PhaseFinished("upload " + name(ONE), 100, Duration.ofSeconds(1)));
  }

  @Test
  void whatTheCacheHasIsNoDownload() {
    progress.moved(ONE, 0, 100);
    progress.moved(TWO, 0, 300);
    progress.moved(TWO, 300, 300);
    progress.moved(ONE, 60, 100);
    assertThat(told).last().isEqualTo(new BytesMoved("download", 60, 100));
    told.clear();
    DownloadProgress allThere =
        new DownloadProgress("download", Detail.TOTAL, told::add, () -> now);
    allThere.moved(ONE, 0, 100);
    allThere.moved(ONE, 100, 100);
    assertThat(told).isEmpty();
  }
}
