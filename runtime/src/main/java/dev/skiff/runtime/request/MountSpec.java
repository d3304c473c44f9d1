package dev.skiff.runtime.request;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.runtime.plan.ContainerPath;
import dev.skiff.runtime.plan.SetupStep.Access;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/// Reads `--mount type=bind,source=...,destination=...`, comma-separated values with their quoting.
public final class MountSpec {

  private String type = "bind";
  private String source = "";
  private String target = "";
  private Access access = Access.READ_WRITE;
  private BindSpec.Nesting nesting = BindSpec.Nesting.NAMED;
  private final BindOptions options = new BindOptions();

  private MountSpec() {}

  /// Reads one option. Never throws, so that a command can report every bad option at once.
  public static BindSpec.Parsed parse(String option, String origin) {
    List<String> fields;
    try {
      fields = Words.csv(option);
    } catch (Words.MalformedRecord e) {
      return rejected(option, String.valueOf(e.getMessage()));
    }
    MountSpec spec = new MountSpec();
    for (String field : fields) {
      String why = spec.take(field);
      if (!why.isEmpty()) {
        return rejected(option, why);
      }
    }
    return spec.finish(option, origin);
  }

  /// Empty when the field is understood, otherwise why it is not.
  private String take(String field) {
    int equals = field.indexOf('=');
    String key = equals < 0 ? field : field.substring(0, equals);
    String value = equals < 0 ? "" : field.substring(equals + 1);
    switch (key) {
      case "type" -> type = value;
      case "source", "src" -> source = value;
      case "destination", "dst", "target" -> target = value;
      case "ro", "readonly" -> {
        return takeReadOnly(key, value, equals < 0);
      }
      case "nonested" -> nesting = BindSpec.Nesting.UNNAMED;
      case "image-src" -> {
        return options.takePath(value);
      }
      case "id" -> {
        return options.takeId(value);
      }
      default -> {
        return "invalid key \"" + key + "\" in mount specification";
      }
    }
    return "";
  }

  private String takeReadOnly(String key, String value, boolean bare) {
    String word = bare ? "true" : value;
    if (!Switch.isWord(word)) {
      return "'" + value + "' is no value of '" + key + "'";
    }
    access = Switch.isOn(word) ? Access.READ_ONLY : Access.READ_WRITE;
    return "";
  }

  private BindSpec.Parsed finish(String option, String origin) {
    if (!type.equals("bind")) {
      return rejected(option, "unsupported mount type \"" + type + "\", only 'bind' is supported");
    }
    if (source.isEmpty() || target.isEmpty()) {
      return rejected(option, "mounts must specify a source and a destination");
    }
    try {
      return new BindSpec.Accepted(
          new BindSpec(
              Path.of(source),
              new ContainerPath(target),
              access,
              options.place(),
              nesting,
              origin));
    } catch (InvalidPathException e) {
      return rejected(option, BindSpec.unusable(e));
    }
  }

  private static BindSpec.Rejected rejected(String option, String why) {
    Problem problem = RequestProblems.mount(option, why);
    return new BindSpec.Rejected(problem);
  }
}
