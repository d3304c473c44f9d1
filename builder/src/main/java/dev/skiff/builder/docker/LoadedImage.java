package dev.skiff.builder.docker;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.skiff.image.oci.archive.ImageContent;
import java.io.IOException;

/// An image that a daemon has for as long as this is open, and the process lasts.
public final class LoadedImage implements AutoCloseable {

  private static final int ATTEMPTS = 60;
  private static final int PAUSE_MILLIS = 250;

  private final DockerDaemon daemon;
  private final String name;
  private final String id;
  private final Thread atExit;

  private LoadedImage(DockerDaemon daemon, String name, String id) {
    this.daemon = daemon;
    this.name = name;
    this.id = id;
    this.atExit = new Thread(this::removeAtExit, "remove-image");
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /// Hands an image over, under a name that is nobody else's.
  public static LoadedImage of(Daemons daemons, DockerDaemon daemon, ImageContent image)
      throws IOException {
    String name =
        "skiff-build-%d-%x:latest".formatted(ProcessHandle.current().pid(), System.nanoTime());
    String id = new DaemonLoad(daemon, daemons.listener()).load(image, name, 0);
    return new LoadedImage(daemon, name, id);
  }

  /// What the daemon calls it.
  public String id() {
    return id;
  }

  /// As long as a container of it ends, it cannot go.
  private void removeAtExit() {
    for (int i = 0; i < ATTEMPTS && !remove(); i++) {
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private boolean remove() {
    try {
      daemon.client().removeImageCmd(name).exec();
      return true;
    } catch (NotFoundException e) {
      return true;
    } catch (DockerException e) {
      return false; // a container uses it
    }
  }

  private void awaitRemoval() {
    try {
      atExit.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    try {
      boolean _ = Runtime.getRuntime().removeShutdownHook(atExit);
      boolean _ = remove();
    } catch (IllegalStateException e) {
      awaitRemoval(); // the process is ending: the connection stays until the image is gone
    }
  }
}
