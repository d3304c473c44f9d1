package dev.skiff.cli.output;

import dev.skiff.builder.progress.BuildEvent;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.registry.PullListener;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.image.oci.Digest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// The blobs of a pull or push as one transfer: those that were there already are no part of it.
public final class DownloadProgress implements PullListener {

  private final String what;
  private final BuildListener listener;
  private final LongSupplier nanos;
  private final Map<Digest, Blob> blobs = new LinkedHashMap<>();
  private long startNanos;
  private boolean layersKnown;

  /// @param done so far
  private record Blob(long done, long total) {}

  /// @param what `download` or `upload`
  public DownloadProgress(String what, BuildListener listener) {
    this(what, listener, System::nanoTime);
  }

  DownloadProgress(String what, BuildListener listener, LongSupplier nanos) {
    this.what = what;
    this.listener = listener;
    this.nanos = nanos;
  }

  @Override
  public synchronized void moved(Digest digest, long done, long total) {
    Blob before = blobs.put(digest, new Blob(done, total));
    if (done == 0) {
      layersKnown = true;
      startNanos = nanos.getAsLong();
      return;
    }
    if (done == total && (before == null || before.done == 0)) {
      blobs.remove(digest); // nothing comes in one piece but what was there
    }
    tell();
  }

  private void tell() {
    long allDone = 0;
    long allTotal = 0;
    for (Blob blob : blobs.values()) {
      allDone += blob.done;
      allTotal += blob.total;
    }
    if (allTotal == 0) {
      return;
    }
    listener.on(new BuildEvent.BytesMoved(what, allDone, allTotal));
    if (layersKnown && allDone == allTotal) {
      Duration took = Duration.ofNanos(nanos.getAsLong() - startNanos);
      listener.on(new BuildEvent.PhaseFinished(what, allDone, took));
      blobs.clear();
      layersKnown = false;
    }
  }

  @Override
  public synchronized void retrying(String why, Duration pause) {
    listener.on(
        new BuildEvent.Warned(
            new Problem(
                "the %s was interrupted".formatted(what),
                why,
                "nothing: it goes on in %d s".formatted(Math.max(1, pause.toSeconds())))));
  }
}
