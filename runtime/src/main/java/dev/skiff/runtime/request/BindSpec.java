package dev.skiff.runtime.request;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.runtime.plan.ContainerPath;
import dev.skiff.runtime.plan.SetupStep;
import dev.skiff.runtime.plan.SetupStep.Access;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// One host path made visible inside the container.
///
/// Whether `source` exists is not asked here: the login node and the compute node give different
/// answers.
///
/// @param source path on the host, absolute or relative to the working directory
/// @param target where the container sees it
/// @param access whether the container may write through the bind
/// @param place where in the source: all of it, or something in an image file
/// @param nesting whether a Skiff inside the container binds it again
/// @param origin what asked for it, as typed: `-B`, `--mount`, `SKIFF_BIND`
/// @see <a href="https://apptainer.org/docs/user/latest/bind_paths_and_mounts.html">Bind paths</a>
public record BindSpec(
    Path source, ContainerPath target, Access access, Place place, Nesting nesting, String origin) {

  /// What of the source is bound.
  public sealed interface Place {}

  /// The source itself, a file or directory of the host.
  public record HostPlace() implements Place {}

  /// Something in a file system that the source holds.
  ///
  /// @param path in that file system; links in it lead nowhere else
  /// @param id the number of the partition in a SIF file; 0 for its first data partition
  public record ImagePlace(String path, long id) implements Place {}

  /// Whether `APPTAINER_BIND` inside the container names the target.
  public enum Nesting {
    NAMED,
    UNNAMED
  }

  /// What became of an option.
  public sealed interface Parsed {}

  /// The option is well formed.
  public record Accepted(BindSpec bind) implements Parsed {}

  /// The option means nothing; the problem is for whoever typed it.
  public record Rejected(Problem problem) implements Parsed {}

  /// Reads one `SOURCE[:TARGET[:OPTIONS]]` list, separated by commas. `\,` and `\:` are a comma and
  /// a colon of a path; blanks around a bind and empty binds are passed over, since scripts put
  /// lists together. Never throws, so that a command can report every bad option at once.
  ///
  /// @param origin what it was given with, for messages and the plan
  public static List<Parsed> parseList(String list, String origin) {
    List<Parsed> parsed = new ArrayList<>();
    List<String> items = splitEscaped(list, ',');
    for (int i = 0; i < items.size(); i++) {
      String item = items.get(i).strip();
      if (item.isEmpty()) {
        continue;
      }
      // A comma also separates the options of one bind: /a:/b:ro,rw
      while (i + 1 < items.size() && isBindOption(items.get(i + 1))) {
        item = item + "," + items.get(++i);
      }
      parsed.add(parse(item, origin));
    }
    return parsed;
  }

  /// The step that makes the bind; the container does not start without it.
  ///
  /// @param directory the working directory, without symbolic links, where `..` is what the kernel
  ///   makes of it
  public SetupStep.Bind step(Path directory) {
    return new SetupStep.Bind(
        absolute(source, directory), target, access, SetupStep.Missing.FAIL, origin);
  }

  /// A path against a directory, with `.` taken away and nothing else.
  public static Path absolute(Path path, Path directory) {
    String text = path.toString();
    if (text.equals(".")) {
      return directory;
    }
    return directory.resolve(text.startsWith("./") ? text.substring(2) : text);
  }

  private static boolean isBindOption(String word) {
    return word.equals("ro")
        || word.equals("rw")
        || word.startsWith("image-src=")
        || word.startsWith("id=");
  }

  /// Reads one bind. Never throws.
  public static Parsed parse(String option, String origin) {
    List<String> fields = splitEscaped(option, ':');
    if (fields.size() > 3) {
      return rejected(option, "bad bind syntax: it has " + fields.size() + " fields, not 1 to 3");
    }
    String source = unescape(fields.getFirst());
    if (source.isEmpty()) {
      return rejected(option, "the path on the host is empty");
    }
    BindOptions options = new BindOptions();
    if (fields.size() == 3 && !fields.get(2).isEmpty()) {
      for (String word : splitEscaped(fields.get(2), ',')) {
        String why = options.take(unescape(word));
        if (!why.isEmpty()) {
          return rejected(option, why);
        }
      }
    }
    String target = fields.size() > 1 ? unescape(fields.get(1)) : source;
    if (!target.startsWith("/")) {
      return rejected(option, "destination must be an absolute path, and '" + target + "' is not");
    }
    try {
      return new Accepted(
          new BindSpec(
              Path.of(source),
              new ContainerPath(target),
              options.access(),
              options.place(),
              Nesting.NAMED,
              origin));
    } catch (InvalidPathException e) { // a NUL, or a letter outside the locale's character set
      return rejected(option, unusable(e));
    }
  }

  static String unusable(InvalidPathException e) {
    return "'" + e.getInput() + "' is no usable path: " + e.getReason();
  }

  private static Rejected rejected(String option, String why) {
    return new Rejected(RequestProblems.bind(option, why));
  }

  /// Splits at separators without a backslash before them; the backslashes stay.
  private static List<String> splitEscaped(String text, char separator) {
    List<String> parts = new ArrayList<>(4);
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      if (isEscape(text, i)) {
        i++;
      } else if (text.charAt(i) == separator) {
        parts.add(text.substring(start, i));
        start = i + 1;
      }
    }
    parts.add(text.substring(start));
    return parts;
  }

  private static String unescape(String text) {
    if (text.indexOf('\\') < 0) {
      return text;
    }
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      if (isEscape(text, i)) {
        i++;
      }
      plain.append(text.charAt(i));
    }
    return plain.toString();
  }

  private static boolean isEscape(String text, int at) {
    return text.charAt(at) == '\\'
        && at + 1 < text.length()
        && (text.charAt(at + 1) == ',' || text.charAt(at + 1) == ':');
  }
}
