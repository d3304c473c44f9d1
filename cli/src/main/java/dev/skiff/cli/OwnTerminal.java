package dev.skiff.cli;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;

/// The terminal that this process belongs to, wherever its standard input and output lead.
final class OwnTerminal implements AutoCloseable {

  private static final String DEVICE = "/dev/tty";

  private static final int LONGEST = 64 << 10;

  private final RandomAccessFile device;

  private OwnTerminal(RandomAccessFile device) {
    this.device = device;
  }

  /// @throws IOException if there is none
  static OwnTerminal open() throws IOException {
    return new OwnTerminal(new RandomAccessFile(DEVICE, "rw"));
  }

  /// The line that is typed after a question.
  String ask(String question) throws IOException {
    print(question);
    return line();
  }

  /// The same, not shown while it is typed. Whatever ends this process, the terminal shows again
  /// what is typed.
  String askUnseen(String question) throws IOException {
    String before = stty("-g");
    Thread again = new Thread(() -> showAgain(before), "show-typed");
    Runtime.getRuntime().addShutdownHook(again);
    try {
      stty("-echo");
      print(question);
      return line();
    } finally {
      showAgain(before);
      print("\n");
      forget(again);
    }
  }

  private void print(String text) throws IOException {
    device.write(text.getBytes(StandardCharsets.UTF_8));
  }

  private String line() throws IOException {
    ByteArrayOutputStream typed = new ByteArrayOutputStream();
    for (int next = device.read(); next >= 0 && next != '\n'; next = device.read()) {
      if (typed.size() < LONGEST) {
        typed.write(next);
      }
    }
    return typed.toString(StandardCharsets.UTF_8);
  }

  private static void forget(Thread hook) {
    try {
      boolean _ = Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return; // it runs already, and does no harm
    }
  }

  private static void showAgain(String settings) {
    try {
      String _ = stty(settings);
    } catch (IOException e) {
      return; // then nobody types there any more
    }
  }

  private static String stty(String word) throws IOException {
    Process process =
        new ProcessBuilder("stty", word)
            .redirectInput(new File(DEVICE))
            .redirectErrorStream(true)
            .start();
    try {
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException("stty: " + said.strip());
      }
      return said.strip();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("it was interrupted", e);
    }
  }

  @Override
  public void close() throws IOException {
    device.close();
  }
}
