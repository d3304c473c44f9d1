package dev.skiff.builder.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.LoadResponseItem;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.progress.CountedStream;
import dev.skiff.builder.progress.MovedBytes;
import dev.skiff.builder.progress.Phases;
import dev.skiff.image.oci.archive.DockerArchiveWriter;
import dev.skiff.image.oci.archive.ImageContent;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Hands images over to a daemon, without a copy on disk.
record DaemonLoad(DockerDaemon daemon, BuildListener listener) {

  private static final int PIPE_BYTES = 1 << 20;

  /// Loads an image, and gives its id.
  ///
  /// @param name with or without a tag
  String load(ImageContent image, String name, long mtimeSeconds) throws IOException {
    MovedBytes moved = new MovedBytes("load", -1, listener);
    return new Phases(listener).time("load", -1, () -> load(image, name, mtimeSeconds, moved));
  }

  private String load(ImageContent image, String name, long mtimeSeconds, MovedBytes moved)
      throws IOException {
    AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
    Answer answer = new Answer();
    PipedOutputStream out = new PipedOutputStream();
    Thread writer;
    try (InputStream in = new CountedStream(new PipedInputStream(out, PIPE_BYTES), moved)) {
      writer =
          Thread.ofPlatform()
              .daemon()
              .name("docker-archive")
              .start(() -> {
                try (out) {
                  DockerArchiveWriter.write(out, image, Optional.of(name), mtimeSeconds);
                } catch (IOException e) {
                  failure.set(e);
                }
              });
      boolean _ = daemon.ask("take '%s'".formatted(name), () -> send(in, answer));
    }
    await(writer); // whose pipe is closed now
    IOException failed = failure.get();
    if (!answer.failed.isEmpty()) {
      throw DaemonProblems.notTaken(name, answer.failed);
    }
    if (failed != null) {
      throw failed;
    }
    return daemon.find(name).id();
  }

  private boolean send(InputStream in, Answer answer) {
    try {
      daemon.client().loadImageAsyncCmd(in).exec(answer).awaitCompletion();
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static void await(Thread writer) throws IOException {
    try {
      writer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /// What the daemon says of it; that it failed stands in the middle of an answer that is fine.
  private static final class Answer extends ResultCallback.Adapter<LoadResponseItem> {

    private volatile String failed = "";

    @Override
    public void onNext(LoadResponseItem item) {
      var detail = item.getErrorDetail();
      if (detail != null) {
        failed = String.valueOf(detail.getMessage());
      }
    }
  }
}
