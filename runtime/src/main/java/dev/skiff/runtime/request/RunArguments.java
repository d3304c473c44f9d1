package dev.skiff.runtime.request;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.runtime.instance.InstanceName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads the words of `skiff [OPTION...] exec|run|shell|test [OPTION...] IMAGE [WORD...]`, and of
/// `skiff instance start|run [OPTION...] IMAGE NAME [WORD...]`.
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

  /// It is not.
  ///
  /// @param problems all that is wrong with it, at least one
  public record Rejected(List<Problem> problems, Fault fault) implements Parsed {
    public Rejected {
      problems = List.copyOf(problems);
    }
  }

  /// What of a command line is wrong.
  public enum Fault {
    /// Words that are missing, or that are no options.
    WORDS,
    /// Values of options.
    VALUES
  }

  /// `-h` or `--help` stood among the options.
  public record HelpAsked(Verb verb) implements Parsed {}

  /// Whether these words are for this parser: the first that is no option names one of the verbs.
  public static @Nullable Verb verb(String[] words) {
    for (int i = 0; i < words.length; i++) {
      if (!words[i].startsWith("-")) {
        return verbOf(words, i);
      }
      if (takesNextWord(words[i])) {
        i++;
      }
    }
    return null;
  }

  /// Whether a word in front of the command is an option whose value is the word behind it.
  private static boolean takesNextWord(String word) {
    String spelling = word.length() == 2 ? globalSpelling(word.charAt(1)) : word;
    RunOption option = RunOption.of(spelling);
    if (option != null) {
      return option.takesValue();
    }
    RefusedOption refused = RefusedOption.of(spelling);
    return refused != null && refused.takesValue();
  }

  private static @Nullable Verb verbOf(String[] words, int place) {
    return switch (words[place]) {
      case "instance" -> place + 1 < words.length ? instanceVerb(words[place + 1]) : null;
      case "exec" -> Verb.EXEC;
      case "run" -> Verb.RUN;
      case "shell" -> Verb.SHELL;
      case "test" -> Verb.TEST;
      default -> null;
    };
  }

  private static @Nullable Verb instanceVerb(String word) {
    return switch (word) {
      case "start" -> Verb.INSTANCE_START;
      case "run" -> Verb.INSTANCE_RUN;
      default -> null;
    };
  }

  /// Reads all words after the program's own name.
  ///
  /// @throws dev.skiff.definitions.problem.ProblemException for a name that no instance can have
  ///
  /// @param words begins with options for all commands or a verb, see `verb`
  /// @param environment the caller's
  public static Parsed parse(String[] words, Map<String, String> environment) {
    RunArguments reader = new RunArguments(words);
    if (ShimOptions.areTaken(environment)) {
      reader.given.takeRefused();
    }
    return reader.parse(environment);
  }

  private Parsed parse(Map<String, String> environment) {
    Verb verb = Verb.EXEC;
    readOptions(null);
    Verb named = next < words.length ? verbOf(words, next) : null;
    if (named != null) {
      verb = named;
      next += verb.isInstance() ? 2 : 1;
      readOptions(verb);
    }
    if (helpAsked) {
      return new HelpAsked(verb);
    }
    if (next >= words.length) {
      problems.add(RequestProblems.noImage(verb));
      return new Rejected(problems, Fault.WORDS);
    }
    String image = words[next++];
    if (verb == Verb.EXEC && next >= words.length) {
      problems.add(RequestProblems.noCommand(image));
    }
    Optional<InstanceName> instance = verb.isInstance() ? instanceName(image) : Optional.empty();
    List<String> arguments = Arrays.asList(words).subList(next, words.length);
    if (verb == Verb.SHELL && !arguments.isEmpty()) {
      warnings.add(RequestProblems.ignoredArguments());
      arguments = List.of();
    }
    Fault fault = fault();
    given.addEnvironment(environment);
    ExecRequest request =
        new RequestReader(given, problems, warnings)
            .read(verb, image, instance, arguments, environment);
    return problems.isEmpty()
        ? new Accepted(request, next, warnings)
        : new Rejected(problems, fault);
  }

  /// What is wrong, if more is found when only values are left to be read.
  private Fault fault() {
    return problems.isEmpty() ? Fault.VALUES : Fault.WORDS;
  }

  private Optional<InstanceName> instanceName(String image) {
    if (InstanceName.isReference(image)) {
      problems.add(RequestProblems.instanceOfInstance(image));
    }
    if (next >= words.length) {
      problems.add(RequestProblems.noName(image));
      return Optional.empty();
    }
    return Optional.of(new InstanceName(words[next++]));
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
      refuse(spelling, equals < 0 ? null : word.substring(equals + 1));
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
      String spelling = verb == null ? globalSpelling(word.charAt(i)) : "-" + word.charAt(i);
      RunOption option = RunOption.of(spelling);
      if (word.charAt(i) == 'h') {
        helpAsked = true;
        continue;
      }
      if (option == null) {
        refuse(spelling, i + 1 == word.length() ? null : attached(word, i + 1));
        return;
      }
      String rest = word.substring(i + 1);
      if (!option.takesValue() && !rest.startsWith("=")) {
        take(option, "true", verb);
      } else if (rest.isEmpty()) {
        takeNext(option, spelling, verb);
        return;
      } else {
        take(option, attached(word, i + 1), verb);
        return;
      }
    }
  }

  /// The value that begins somewhere in a word, with or without an equals sign.
  private static String attached(String word, int start) {
    return word.substring(word.startsWith("=", start) ? start + 1 : start);
  }

  /// Two letters mean something else in front of the command.
  private static String globalSpelling(char letter) {
    return switch (letter) {
      case 's' -> RunOption.SILENT.spelling();
      case 'c' -> "--config";
      default -> "-" + letter;
    };
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
    if (!option.takesValue() && !option.hasNeed() && !Switch.isWord(value)) {
      problems.add(RequestProblems.notABoolean(option.spelling(), value));
      return;
    }
    given.add(option, value);
  }

  /// @param attached its value, when that stands in the same word
  private void refuse(String spelling, @Nullable String attached) {
    RefusedOption refused = RefusedOption.of(spelling);
    if (refused == null) {
      problems.add(RequestProblems.unknownOption(spelling, NearestOption.of(spelling)));
      return;
    }
    String value = attached;
    if (refused.takesValue() && value == null && next < words.length) {
      value = words[next++]; // it is no image
    }
    if (!refused.asksNothing(value) && !given.isTaken(refused, value)) {
      problems.add(RequestProblems.refusedOption(refused));
    }
  }
}
