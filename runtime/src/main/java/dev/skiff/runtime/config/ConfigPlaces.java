package dev.skiff.runtime.config;

import dev.skiff.definitions.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where configurations lie.
///
/// @param environment the caller's
/// @param directory where the caller is, absolute
/// @param uid who the caller is
public record ConfigPlaces(Map<String, String> environment, Path directory, long uid) {

  private static final Path SITE = Path.of("/etc/skiff/skiff.yaml");
  private static final List<String> PROJECT = List.of(".skiff.yaml", "skiff.yaml");
  private static final int OTHERS_MAY_WRITE = 0022;

  public ConfigPlaces {
    environment = Map.copyOf(environment);
    directory = directory.toAbsolutePath().normalize();
  }

  /// The file that stands for all others.
  public Optional<Path> named() {
    return variable("SKIFF_CONFIG");
  }

  /// The file of the machine or cluster: `SKIFF_SITE_CONFIG`, which then has to exist, else
  /// `/etc/skiff/skiff.yaml`.
  public Path site() {
    return variable("SKIFF_SITE_CONFIG").orElse(SITE);
  }

  boolean siteIsNamed() {
    return variable("SKIFF_SITE_CONFIG").isPresent();
  }

  private Optional<Path> variable(String name) {
    String value = environment.getOrDefault(name, "");
    return value.isEmpty() ? Optional.empty() : Optional.of(directory.resolve(value));
  }

  /// The caller's own file, whether it exists or not; nothing for who has no home.
  public Optional<Path> user() {
    String configured = environment.getOrDefault("XDG_CONFIG_HOME", "");
    if (configured.startsWith("/")) { // the XDG rule: relative ones are ignored
      return Optional.of(Path.of(configured, "skiff", "skiff.yaml"));
    }
    Optional<Path> home = home(); // no lambda: containers start here
    return home.isEmpty() ? home : Optional.of(home.get().resolve(".config/skiff/skiff.yaml"));
  }

  private Optional<Path> home() {
    String home = environment.getOrDefault("HOME", "");
    return home.startsWith("/") ? Optional.of(Path.of(home).normalize()) : Optional.empty();
  }

  /// The nearest `.skiff.yaml` or `skiff.yaml` of the directory or one above it, up to the home
  /// directory, or to the root from elsewhere.
  public Optional<Path> project() {
    Optional<Path> home = home();
    for (Path here = directory; here != null; here = here.getParent()) {
      for (String name : PROJECT) {
        Path file = here.resolve(name);
        if (Files.isRegularFile(file)
            && !file.equals(site())
            && !user().equals(Optional.of(file))) {
          return Optional.of(file);
        }
      }
      if (home.isPresent() && here.equals(home.get())) {
        break;
      }
    }
    return Optional.empty();
  }

  /// The file that `skiff config set` changes.
  ///
  /// @throws ProblemException for who has no home
  public Path editable() {
    return named()
        .or(this::user)
        .orElseThrow(() ->
            ConfigProblems.unreadable(
                Path.of("skiff.yaml"), "neither HOME nor XDG_CONFIG_HOME is set"));
  }

  /// Whether only the caller or root can have written a file.
  boolean isOwn(Path file) throws IOException {
    return isOurs(file, LinkOption.NOFOLLOW_LINKS)
        && isOurs(file)
        && ((int) Files.getAttribute(file, "unix:mode") & OTHERS_MAY_WRITE) == 0;
  }

  private boolean isOurs(Path file, LinkOption... options) throws IOException {
    int owner = (int) Files.getAttribute(file, "unix:uid", options);
    return owner == 0 || owner == uid;
  }
}
