package dev.skiff.runtime.job.script;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A batch script of the user's own, as `sbatch` takes it, and what its comments ask for.
///
/// @param text all of it
/// @param slurm what stands behind `#SBATCH`, a line each
/// @param skiff the same behind `#SKIFF`
public record UserScript(String text, List<String> slurm, List<String> skiff) {

  private static final String SIF_MAGIC = "SIF_MAGIC";
  private static final int SIF_OFFSET = 32;
  private static final long LARGEST = 4 << 20;

  public UserScript {
    slurm = List.copyOf(slurm);
    skiff = List.copyOf(skiff);
  }

  /// Whether a file is a script: it begins with `#!`, and is no SIF image, which may as well.
  public static boolean isOne(Path file) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      String start =
          new String(in.readNBytes(SIF_OFFSET + SIF_MAGIC.length()), StandardCharsets.ISO_8859_1);
      return start.startsWith("#!")
          && !start.substring(Math.min(SIF_OFFSET, start.length())).equals(SIF_MAGIC);
    } catch (IOException e) {
      return false; // whoever opens it as an image says why it cannot be read
    }
  }

  /// Reads one.
  ///
  /// @throws IOException if it cannot be read; the message says why, for a person
  public static UserScript read(Path file) throws IOException {
    if (Files.size(file) > LARGEST) {
      throw new IOException(
          "it is larger than %d MB, which Slurm does not take".formatted(LARGEST >> 20));
    }
    String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    if (text.indexOf('\0') >= 0) {
      throw new IOException("it holds a NUL, so it is no script");
    }
    if (text.contains("\r\n")) {
      throw new IOException(
          "its lines end as on Windows, with which no shell works: dos2unix mends it");
    }
    return of(text);
  }

  /// Comments count up to the first line that is none, as for sbatch.
  static UserScript of(String text) {
    List<String> slurm = new ArrayList<>();
    List<String> skiff = new ArrayList<>();
    for (String line : text.lines().toList()) {
      if (!line.isBlank() && !line.startsWith("#")) {
        break;
      }
      if (line.startsWith("#SBATCH ") || line.startsWith("#SBATCH\t")) {
        slurm.add(line.substring("#SBATCH".length()).strip());
      } else if (line.startsWith("#SKIFF ") || line.startsWith("#SKIFF\t")) {
        skiff.add(line.substring("#SKIFF".length()).strip());
      }
    }
    return new UserScript(text, slurm, skiff);
  }

  /// The value of an option among the `#SBATCH` lines; empty if it is not there.
  ///
  /// @param letter its short form, or a blank
  public static String directive(List<String> lines, String name, char letter) {
    String value = "";
    for (String line : lines) {
      List<String> words = List.of(line.replaceFirst("\\s+#.*", "").strip().split("\\s+", -1));
      for (int i = 0; i < words.size(); i++) {
        String word = words.get(i);
        String next = i + 1 < words.size() ? words.get(i + 1) : "";
        if (word.startsWith("--" + name + "=")) {
          value = word.substring(name.length() + 3);
        } else if (word.equals("--" + name) || word.equals("-" + letter)) {
          value = next;
        } else if (word.startsWith("-" + letter) && !word.startsWith("--")) {
          value = word.substring(2);
        }
      }
    }
    return value;
  }
}
