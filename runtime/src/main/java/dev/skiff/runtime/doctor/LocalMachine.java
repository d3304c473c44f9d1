package dev.skiff.runtime.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The machine that this process runs on.
final class LocalMachine implements Machine {

  private static final int SECONDS = 5;
  private static final int LARGEST_TEXT = 1 << 20;

  @Override
  public @Nullable String text(String file) {
    // A kernel switch is handed out in one piece: whoever first asks for a byte gets no more.
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      return new String(in.readNBytes(LARGEST_TEXT), StandardCharsets.UTF_8).stripTrailing();
    } catch (IOException unreadable) {
      return null;
    }
  }

  @Override
  public boolean exists(String path) {
    return Files.exists(Path.of(path));
  }

  @Override
  public boolean writable(String path) {
    return Files.isReadable(Path.of(path)) && Files.isWritable(Path.of(path));
  }

  @Override
  public int mode(String path) {
    try {
      return (int) Files.getAttribute(Path.of(path), "unix:mode") & 07777;
    } catch (IOException absent) {
      return -1;
    }
  }

  @Override
  public boolean succeeds(String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        return process.exitValue() == 0;
      }
      process.destroyForcibly();
      return false;
    } catch (IOException absent) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public @Nullable String program(String name) {
    String path = variable("PATH").isEmpty() ? "/usr/bin:/bin" : variable("PATH");
    for (String directory : (path + ":/usr/sbin:/sbin").split(":", -1)) {
      String file = directory + "/" + name;
      if (directory.startsWith("/") && directory.indexOf('\0') < 0 && isProgram(file)) {
        return file;
      }
    }
    return null;
  }

  private static boolean isProgram(String file) {
    return Files.isExecutable(Path.of(file)) && !Files.isDirectory(Path.of(file));
  }

  @Override
  public Disk disk(Path directory) {
    Path here = directory.toAbsolutePath();
    while (!Files.isDirectory(here) && here.getParent() != null) {
      here = here.getParent();
    }
    Access access = Files.isWritable(here) ? Access.WRITABLE : Access.CLOSED;
    try {
      FileStore store = Files.getFileStore(here);
      return new Disk(store.type(), store.getUsableSpace(), access);
    } catch (IOException unknown) {
      return new Disk("unknown", Long.MAX_VALUE, access);
    }
  }

  @Override
  public String variable(String name) {
    String value = System.getenv(name);
    return value == null ? "" : value;
  }

  @Override
  public String user() {
    return System.getProperty("user.name", "");
  }
}
