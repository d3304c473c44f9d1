package dev.skiff.builder.bootstrap;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// The programs of this machine, those of administrators among them: an ordinary user's `PATH` has
/// no `sbin`.
///
/// @param environment the caller's
public record HostPrograms(Map<String, String> environment) {

  /// Where programs usually lie.
  public static final String USUAL_FOLDERS = "/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin";

  public HostPrograms {
    environment = Map.copyOf(environment);
  }

  /// The file that a program's name stands for.
  public Optional<Path> find(String name) {
    String path = environment.getOrDefault("PATH", "") + ":" + USUAL_FOLDERS;
    for (String folder : path.split(":", -1)) {
      if (folder.startsWith("/")) {
        Path file = Path.of(folder).resolve(name);
        if (Files.isExecutable(file) && Files.isRegularFile(file)) {
          return Optional.of(file);
        }
      }
    }
    return Optional.empty();
  }
}
