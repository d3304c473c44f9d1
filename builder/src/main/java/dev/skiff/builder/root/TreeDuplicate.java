package dev.skiff.builder.root;

import dev.skiff.runtime.launch.IdMapping;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Copies a whole root directory, with owners, modes, times, links, devices and attributes, by the
/// host's `cp -a`.
public final class TreeDuplicate {

  private TreeDuplicate() {}

  /// Copies `from` to `to`, which must not exist.
  public static void copy(Path from, Path to, IdMapping ids) throws IOException {
    List<String> command = new ArrayList<>(List.of("cp", "-a", "--reflink=auto"));
    if (ids == IdMapping.SINGLE || ids == IdMapping.NONE) {
      command.add("--no-preserve=ownership");
    }
    command.addAll(List.of("-T", "--", from.toString(), to.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      process.getOutputStream().close();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      int status = process.waitFor();
      if (status != 0) {
        String first = output.lines().findFirst().orElse("it said nothing");
        throw new IOException("cp ended with status " + status + ": " + first);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while copying '" + from + "'", e);
    }
  }
}
