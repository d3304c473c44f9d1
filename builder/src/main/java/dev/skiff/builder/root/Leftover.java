package dev.skiff.builder.root;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/// Something on disk that must not outlive the build: removed when closed, and also when the
/// process is asked to end (Ctrl-C, SIGTERM).
public final class Leftover implements AutoCloseable {

  private static final int REMOVAL_ATTEMPTS = 40;
  private static final int PAUSE_MILLIS = 50;

  private final Path path;
  private final Thread atExit;
  private volatile Runnable before = () -> {};

  private Leftover(Path path) {
    this.path = path;
    this.atExit = new Thread(this::removeAtExit, "remove-leftover");
  }

  /// Watches over a path, which need not exist yet.
  public static Leftover at(Path path) {
    Leftover leftover = new Leftover(path);
    Runtime.getRuntime().addShutdownHook(leftover.atExit);
    return leftover;
  }

  public Path path() {
    return path;
  }

  /// Something to be done on another thread, before it is removed because the process ends.
  void beforeRemovalAtExit(Runnable work) {
    before = work;
  }

  /// Scripts and containers of this build end first: they would go on writing. The build's own
  /// threads may still write for a moment, so removal is tried again.
  private void removeAtExit() {
    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    before.run();
    for (int i = 0; i < REMOVAL_ATTEMPTS; i++) {
      try {
        TreeRemoval.remove(path);
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
          return;
        }
      } catch (IOException e) {
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    TreeRemoval.remove(path);
    forget();
  }

  /// Stops watching: what stands there is finished, or wanted.
  public void forget() {
    try {
      boolean _ = Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      return; // the process is ending: the hook is running already
    }
  }
}
