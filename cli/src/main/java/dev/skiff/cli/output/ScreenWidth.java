package dev.skiff.cli.output;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// How many columns a drawing may have.
public final class ScreenWidth {

  private static final int USUAL = 100;
  private static final int NARROWEST = 40;
  private static final int WIDEST = 400;
  private static final Path TERMINAL = Path.of("/dev/tty");

  private ScreenWidth() {}

  /// What `COLUMNS` says, else what the terminal has, else 100; 40 to 400.
  public static int columns(Terminal terminal, Map<String, String> environment) {
    int asked = number(environment.getOrDefault("COLUMNS", ""));
    int columns = asked > 0 ? asked : ofTerminal(terminal);
    return Math.clamp(columns, NARROWEST, WIDEST);
  }

  private static int ofTerminal(Terminal terminal) {
    if (!terminal.outKind().isTerminal() || !Files.isReadable(TERMINAL)) {
      return USUAL;
    }
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(TERMINAL.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try (InputStream in = stty.getInputStream()) {
        String[] words =
            new String(in.readNBytes(64), StandardCharsets.US_ASCII).strip().split(" ", -1);
        int columns = words.length == 2 ? number(words[1]) : 0;
        boolean ended = stty.waitFor(1, TimeUnit.SECONDS);
        return ended && columns > 0 ? columns : USUAL;
      }
    } catch (IOException e) {
      return USUAL; // no stty here
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return USUAL;
    }
  }

  private static int number(String text) {
    return text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : 0;
  }
}
