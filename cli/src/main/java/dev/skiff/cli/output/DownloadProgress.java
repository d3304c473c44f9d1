package dev.skiff.cli.output;

import dev.skiff.builder.progress.BuildEvent;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.registry.PullListener;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.image.oci.Digest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// The blobs of a pull as one transfer.
public final class DownloadProgress implements PullListener {

  private final BuildListener listener;
  private final Map<Digest, long[]> blobs = new LinkedHashMap<>();

  public DownloadProgress(BuildListener listener) {
    this.listener = listener;
  }

  @Override
  public synchronized void moved(Digest blob, long done, long total) {
    blobs.put(blob, new long[] {done, total});
    long allDone = 0;
    long allTotal = 0;
    for (long[] counts : blobs.values()) {
      allDone += counts[0];
      allTotal += counts[1];
    }
    listener.on(new BuildEvent.BytesMoved("download", allDone, allTotal));
  }

  @Override
  public synchronized void retrying(String why, Duration pause) {
    listener.on(
        new BuildEvent.Warned(
            new Problem(
                "the download was interrupted",
                why,
                "nothing: it goes on in %d s".formatted(Math.max(1, pause.toSeconds())))));
  }
}
