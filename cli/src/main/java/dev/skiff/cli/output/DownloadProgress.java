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
  private final Detail detail;
  private final BuildListener listener;
  private final LongSupplier nanos;
  private final Map<Digest, Blob> blobs = new LinkedHashMap<>();
  private long startNanos;
  private boolean layersKnown;

  /// @param done so far
  /// @param startNanos when it was first heard of with bytes
  private record Blob(long done, long total, long startNanos) {}

  /// How much is told.
  public enum Detail {
    TOTAL,
    /// Also when each blob is there.
    BLOBS
  }

  /// Tells a listener.
  ///
  /// @param what `download` or `upload`
  public DownloadProgress(String what, Detail detail, BuildListener listener) {
    this(what, detail, listener, System::nanoTime);
  }

  DownloadProgress(String what, Detail detail, BuildListener listener, LongSupplier nanos) {
    this.what = what;
    this.detail = detail;
    this.listener = listener;
    this.nanos = nanos;
  }

  @Override
  public synchronized void moved(Digest digest, long done, long total) {
    Blob before = blobs.get(digest);
    boolean begins = before == null || before.done == 0;
    long started = before == null || begins ? nanos.getAsLong() : before.startNanos;
    blobs.put(digest, new Blob(done, total, started));
    if (done == 0) {
      layersKnown = true;
      startNanos = nanos.getAsLong();
      return;
    }
    if (done == total && begins) {
      blobs.remove(digest); // nothing comes in one piece but what was there
    } else {
      listener.on(new BuildEvent.PartMoved(what, name(digest), done, total));
    }
    if (done == total && !begins && detail == Detail.BLOBS) {
      Duration took = Duration.ofNanos(nanos.getAsLong() - started);
      listener.on(new BuildEvent.PhaseFinished(what + " " + name(digest), total, took));
    }
    tell();
  }

  private static String name(Digest digest) {
    return digest.algorithmName() + ":" + digest.hex().substring(0, 12);
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

  @Override
  public void warned(Problem problem) {
    listener.on(new BuildEvent.Warned(problem));
  }
}
