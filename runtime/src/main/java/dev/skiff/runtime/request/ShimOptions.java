package dev.skiff.runtime.request;

import dev.skiff.definitions.problem.Problem;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Options that Skiff refuses by its own name and takes by those of `apptainer` and `singularity`:
/// what they ask for happens anyway, or is about an image that is fetched.
final class ShimOptions {

  /// Set by the programs of these names.
  private static final String VARIABLE = "SKIFF_APPTAINER_OPTIONS";

  private final Map<String, String> given = new LinkedHashMap<>();

  static boolean areTaken(Map<String, String> environment) {
    return Switch.isOn(environment.getOrDefault(VARIABLE, ""));
  }

  /// Whether it is one of them; remembered then.
  ///
  /// @param value null for a switch without one
  boolean take(RefusedOption option, @Nullable String value) {
    if (!isHarmless(option.spelling())) {
      return false;
    }
    given.put(option.spelling(), value == null ? "" : value);
    return true;
  }

  private static boolean isHarmless(String spelling) {
    return switch (spelling) {
      case "--underlay",
          "--unsquash",
          "--build-config",
          "--ignore-subuid",
          "--ignore-fakeroot-command",
          "--ignore-userns",
          "--disable-cache",
          "--runscript-timeout",
          "--docker-username",
          "--docker-password",
          "--tmpdir" ->
          true;
      default -> false;
    };
  }

  /// What they mean for an image that is fetched: variables of `skiff pull`.
  Map<String, String> fetching() {
    Map<String, String> variables = new HashMap<>();
    put(variables, "SKIFF_DOCKER_USERNAME", "--docker-username");
    put(variables, "SKIFF_DOCKER_PASSWORD", "--docker-password");
    put(variables, "SKIFF_TMPDIR", "--tmpdir");
    return variables;
  }

  private void put(Map<String, String> variables, String name, String spelling) {
    String value = given.get(spelling);
    if (value != null) {
      variables.put(name, value);
    }
  }

  /// Tells of those without the effect that they have for this image and this identity.
  void tell(String image, boolean root, List<Problem> warnings) {
    boolean fetched = image.indexOf(':') > 0 && !image.startsWith("/") && !image.startsWith(".");
    if (fetched && given.containsKey("--disable-cache")) {
      warnings.add(
          without(
              "--disable-cache",
              "the container reads the converted image from the cache",
              "leave it out; skiff cache clean removes such images"));
    }
    if (given.containsKey("--runscript-timeout")) {
      warnings.add(
          without(
              "--runscript-timeout",
              "no process of Skiff's is there to look at the time",
              "leave it out and limit the whole: timeout 60 apptainer run ..."));
    }
    for (String spelling : given.keySet()) {
      if (root && spelling.startsWith("--ignore-")) {
        warnings.add(
            without(
                spelling,
                "Skiff is root in the way that this machine allows",
                "leave it out; skiff doctor says which way that is"));
      }
    }
  }

  private static Problem without(String spelling, String why, String fix) {
    return new Problem(spelling + " has no effect", why, fix);
  }
}
