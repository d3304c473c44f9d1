package dev.skiff.builder.docker;

import com.github.dockerjava.api.exception.DockerException;
import dev.skiff.image.oci.archive.ImageContent;
import java.io.IOException;

/// An image that a daemon has for as long as this is open.
///
/// @param name nobody else's
/// @param id of it
public record LoadedImage(DockerDaemon daemon, String name, String id) implements AutoCloseable {

  /// Hands an image over.
  public static LoadedImage of(Daemons daemons, DockerDaemon daemon, ImageContent image)
      throws IOException {
    String name =
        "skiff-build-%d-%x:latest".formatted(ProcessHandle.current().pid(), System.nanoTime());
    String id = new DaemonLoad(daemon, daemons.listener()).load(image, name, 0);
    return new LoadedImage(daemon, name, id);
  }

  @Override
  public void close() {
    try {
      daemon.client().removeImageCmd(name).exec();
    } catch (DockerException e) {
      // a container of somebody else's came to use it meanwhile: then it is theirs
    }
  }
}
