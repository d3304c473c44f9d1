package dev.skiff.runtime.request;

import dev.skiff.definitions.problem.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the words of `skiff [OPTION...] exec|run|shell|test [OPTION...] IMAGE [WORD...]`.
///
/// Options end at the image: what follows is the payload's and never read. Short switches may share
/// a dash (`-ec`), a value may follow in the same word (`-B/a`, `--bind=/a`) or in the next.
public final class RunArguments {

  private final List<Problem> problems = new ArrayList<>();
  private final List<Problem> warnings = new ArrayList<>();
  private final GivenOptions given = new GivenOptions(problems, warnings);
  private final String[] words;
  private int next;
  private boolean helpAsked;

  private RunArguments(String[] words) {
    this.words = words;
  }

  /// What became of a command line.
  public sealed interface Parsed {}

  /// It is well formed.
  ///
  /// @param wordsBeforeArguments how many words precede the payload's own: what a shell that holds
  ///   all words has to `shift` away
  /// @param warnings for standard error
  public record Accepted(ExecRequest request, int wordsBeforeArguments, List<Problem> warnings)
      implements Parsed {
    public Accepted {
      warnings = List.copyOf(warnings);
    }
  }

  /// It is not; all that is wrong with it, at least one.
  public record Rejected(List<Problem> problems) implements Parsed {
    public Rejected {
      problems = List.copyOf(problems);
    }
  }

  /// `-h` or `--help` stood among the options.
  public record HelpAsked(Verb verb) implements Parsed {}

  /// Whether these words are for this parser: the first that is no option names one of the verbs.
  public static @Nullable Verb verb(String[] words) {
    for (String word : words) {
      if (!word.startsWith("-")) {
        return verbOf(word);
      }
    }
    return null;
  }

  private static @Nullable Verb verbOf(String word) {
    return switch (word) {
      case "exec" -> Verb.EXEC;
      case "run" -> Verb.RUN;
      case "shell" -> Verb.SHELL;
      case "test" -> Verb.TEST;
      default -> null;
    };
  }

  /// Reads all words after the program's own name. Never throws.
  ///
  /// @param words begins with options for all commands or a verb, see `verb`
  /// @param environment the caller's
  public static Parsed parse(String[] words, Map<String, String> environment) {
    return new RunArguments(words).parse(environment);
  }

  private Parsed parse(Map<String, String> environment) {
    Verb verb = Verb.EXEC;
    readOptions(null);
    Verb named = next < words.length ? verbOf(words[next]) : null;
    if (named != null) {
      verb = named;
      next++;
      readOptions(verb);
    }
    if (helpAsked) {
      return new HelpAsked(verb);
    }
    if (next >= words.length) {
      problems.add(RequestProblems.noImage(verb));
      return new Rejected(problems);
    }
    String image = words[next++];
    if (verb == Verb.EXEC && next >= words.length) {
      problems.add(RequestProblems.noCommand(image));
    }
    List<String> arguments = Arrays.asList(words).subList(next, words.length);
    if (verb == Verb.SHELL && !arguments.isEmpty()) {
      warnings.add(RequestProblems.ignoredArguments());
      arguments = List.of();
    }
    given.addEnvironment(environment);
    ExecRequest request =
        new RequestReader(given, problems, warnings).read(verb, image, arguments, environment);
    return problems.isEmpty() ? new Accepted(request, next, warnings) : new Rejected(problems);
  }

  private void readOptions(@Nullable Verb verb) {
    while (next < words.length) {
      String word = words[next];
      if (word.length() < 2 || word.charAt(0) != '-') {
        return;
      }
      next++;
      if (word.equals("--")) {
        return;
      }
      if (word.charAt(1) == '-') {
        readLong(word, verb);
      } else {
        readShort(word, verb);
      }
    }
  }

  private void readLong(String word, @Nullable Verb verb) {
    int equals = word.indexOf('=');
    String spelling = equals < 0 ? word : word.substring(0, equals);
    RunOption option = RunOption.of(spelling);
    if (spelling.equals("--help")) {
      helpAsked = true;
    } else if (option == null) {
      refuse(spelling, equals < 0);
    } else if (equals >= 0) {
      take(option, word.substring(equals + 1), verb);
    } else if (option.takesValue()) {
      takeNext(option, spelling, verb);
    } else {
      take(option, "true", verb);
    }
  }

  private void readShort(String word, @Nullable Verb verb) {
    for (int i = 1; i < word.length(); i++) {
      String spelling = "-" + word.charAt(i);
      RunOption option = RunOption.of(spelling);
      if (word.charAt(i) == 'h') {
        helpAsked = true;
        continue;
      }
      if (option == null) {
        refuse(spelling, i + 1 == word.length());
        return;
      }
      String rest = word.substring(i + 1);
      if (!option.takesValue() && !rest.startsWith("=")) {
        take(option, "true", verb);
      } else if (rest.isEmpty()) {
        takeNext(option, spelling, verb);
        return;
      } else {
        take(option, rest.startsWith("=") ? rest.substring(1) : rest, verb);
        return;
      }
    }
  }

  private void takeNext(RunOption option, String spelling, @Nullable Verb verb) {
    if (next >= words.length) {
      problems.add(RequestProblems.missingValue(spelling, option));
    } else {
      take(option, words[next++], verb);
    }
  }

  private void take(RunOption option, String value, @Nullable Verb verb) {
    if (verb != null && !option.belongsTo(verb)) {
      problems.add(RequestProblems.wrongVerb(option, verb));
      return;
    }
    given.add(option, value);
  }

  private void refuse(String spelling, boolean valueIsApart) {
    RefusedOption refused = RefusedOption.of(spelling);
    if (refused == null) {
      problems.add(RequestProblems.unknownOption(spelling, NearestOption.of(spelling)));
      return;
    }
    if (refused.takesValue() && valueIsApart) {
      next++; // its value is no image
    }
    problems.add(RequestProblems.refusedOption(refused));
  }
}
