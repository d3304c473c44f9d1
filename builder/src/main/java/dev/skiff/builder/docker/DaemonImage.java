package dev.skiff.builder.docker;

import dev.skiff.builder.docker.DockerDaemon.Found;
import dev.skiff.builder.progress.BuildEvent.Warned;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.progress.MovedBytes;
import dev.skiff.builder.progress.Phases;
import dev.skiff.builder.root.Leftover;
import dev.skiff.builder.root.WorkingDirectory;
import dev.skiff.image.oci.Descriptor;
import dev.skiff.image.oci.ImageSource;
import dev.skiff.image.oci.Manifest;
import dev.skiff.image.oci.archive.ArchiveReference;
import dev.skiff.image.oci.archive.DockerArchive;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// An image that a daemon has saved into a file, which goes when this is closed.
final class DaemonImage implements ImageSource {

  private static final int BUFFER_BYTES = 1 << 16;

  private final String name;
  private final DockerArchive archive;
  private final Leftover file;

  private DaemonImage(String name, DockerArchive archive, Leftover file) {
    this.name = name;
    this.archive = archive;
    this.file = file;
  }

  /// Has an image saved.
  static DaemonImage save(
      DockerDaemon daemon, String name, WorkingDirectory where, BuildListener listener)
      throws IOException {
    Found found = daemon.find(name);
    long size = Math.max(0, found.sizeBytes());
    where.requireSpace(
        size, size, "the image of the daemon", problem -> listener.on(new Warned(problem)));
    Leftover file = Leftover.at(Files.createTempFile(where.directory(), "skiff-daemon-", ".tar"));
    try {
      Path _ =
          new Phases(listener)
              .time(
                  "save",
                  found.sizeBytes(),
                  () -> {
                    copy(daemon, found, name, file.path(), listener);
                    return file.path();
                  });
      DockerArchive archive =
          DockerArchive.open(
              new ArchiveReference(file.path(), Optional.empty()), where.directory());
      return new DaemonImage("docker-daemon:" + name, archive, file);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /// By its id, so that it is that one image alone, whatever else has the name.
  private static void copy(
      DockerDaemon daemon, Found found, String name, Path file, BuildListener listener)
      throws IOException {
    MovedBytes moved = new MovedBytes("save", -1, listener);
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in =
            daemon.ask(
                "save '%s'".formatted(name),
                () -> daemon.client().saveImageCmd(found.id()).exec());
        OutputStream out = Files.newOutputStream(file)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        out.write(buffer, 0, count);
        moved.accept(count);
      }
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Manifest root() {
    return archive.root();
  }

  @Override
  public InputStream blob(Descriptor descriptor) throws IOException {
    return archive.blob(descriptor);
  }

  @Override
  public void close() throws IOException {
    archive.close();
    file.close();
  }
}
