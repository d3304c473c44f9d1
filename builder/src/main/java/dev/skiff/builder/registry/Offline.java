package dev.skiff.builder.registry;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import java.util.Map;

/// Whether the caller wants no host to be asked for anything.
public final class Offline {

  /// The variable that says so, whatever said it first.
  public static final String VARIABLE = "SKIFF_OFFLINE";

  static final String WHY = "it would have to be asked, and SKIFF_OFFLINE or --offline forbids it";

  private Offline() {}

  /// Whether they do.
  ///
  /// @param environment the process' environment
  public static boolean isAsked(Map<String, String> environment) {
    return switch (environment.getOrDefault(VARIABLE, "")) {
      case "", "0", "f", "F", "false", "FALSE", "False" -> false;
      default -> true;
    };
  }

  /// Ends work that cannot be done without the network.
  ///
  /// @param what the work, as in `bootstrap 'bookworm'`
  public static void refuse(Map<String, String> environment, String what) {
    if (isAsked(environment)) {
      throw new ProblemException(
          new Problem(
              "cannot " + what,
              "it comes from the network, and SKIFF_OFFLINE or --offline forbids it",
              "leave out --offline, or start from an image that is here"));
    }
  }
}
