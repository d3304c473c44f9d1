package dev.skiff.image.oci.archive;

import dev.skiff.image.MalformedImageException;
import dev.skiff.image.tar.TarIndex;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// The files of an OCI layout, by their path within it.
sealed interface LayoutFiles extends Closeable {

  boolean has(String path);

  long sizeBytes(String path) throws IOException;

  InputStream open(String path) throws IOException;

  /// A layout as a directory.
  record InDirectory(Path directory) implements LayoutFiles {

    @Override
    public boolean has(String path) {
      return Files.isRegularFile(directory.resolve(path));
    }

    @Override
    public long sizeBytes(String path) throws IOException {
      return Files.size(existing(path));
    }

    @Override
    public InputStream open(String path) throws IOException {
      return Files.newInputStream(existing(path));
    }

    private Path existing(String path) throws MalformedImageException {
      if (!has(path)) {
        throw new MalformedImageException(directory.toString(), -1, path, "there is no such file");
      }
      return directory.resolve(path);
    }

    @Override
    public void close() {}
  }

  /// A layout as a tar.
  record InTar(TarFile tar) implements LayoutFiles {

    private TarIndex index() {
      return tar.index();
    }

    @Override
    public boolean has(String path) {
      return index().has(path);
    }

    @Override
    public long sizeBytes(String path) throws IOException {
      return index().sizeBytes(path);
    }

    @Override
    public InputStream open(String path) throws IOException {
      return index().open(path);
    }

    @Override
    public void close() throws IOException {
      tar.close();
    }
  }
}
