package dev.skiff.runtime.request;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// Which variables the payload is to get besides the image's own.
///
/// @param prefixed from `SKIFFENV_NAME`, `APPTAINERENV_NAME`, `SINGULARITYENV_NAME`, the first of
///   these that is set; in the order of their names
/// @param files `--env-file`, later ones win; they win over `prefixed`
/// @param options `--env`, later ones win; they win over `files`
/// @param passing what of the caller's environment is passed on
/// @param withheld names of the caller's variables that are not passed on
/// @param values whether a value is text as it stands or the inside of double quotes
/// @param arguments the same for the arguments of a runscript made from an OCI image
public record EnvironmentRequest(
    List<Variable> prefixed,
    List<Path> files,
    List<Variable> options,
    Passing passing,
    Set<String> withheld,
    Evaluation values,
    Evaluation arguments) {

  /// What a plain `skiff exec` does: arguments reach the program exactly as they were typed.
  public static final EnvironmentRequest DEFAULT =
      new EnvironmentRequest(
          List.of(),
          List.of(),
          List.of(),
          Passing.HOST,
          Set.of(),
          Evaluation.DOUBLE_QUOTED,
          Evaluation.LITERAL);

  public EnvironmentRequest {
    prefixed = List.copyOf(prefixed);
    files = List.copyOf(files);
    options = List.copyOf(options);
    withheld = Set.copyOf(withheld);
  }

  /// One variable.
  ///
  /// @param name a name that a POSIX shell can assign to
  public record Variable(String name, String value) {}

  /// How much of the caller's environment comes along.
  public enum Passing {
    HOST,
    /// `TERM` and the proxy variables only.
    CLEAN
  }

  /// How a text becomes a value.
  public enum Evaluation {
    LITERAL,
    /// As between double quotes in a shell: `$NAME` and `$(command)` are replaced, quotes stay.
    DOUBLE_QUOTED
  }
}
