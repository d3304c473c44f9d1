package dev.skiff.runtime.request;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.plan.ShellText;
import dev.skiff.runtime.request.EnvironmentRequest.Variable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads the text of an `--env-file`: shell assignments, `NAME=VALUE` or `export NAME=VALUE`, with
/// a shell's quotes and `$NAME`, but without running a command.
///
/// `$NAME` is a variable of an earlier line, else the caller's.
public final class EnvironmentFile {

  private static final String BLANKS = " \t\r";
  private static final String WORD_END = " \t\r\n;";
  private static final int DEEPEST = 32;

  private final Path file;
  private final String text;
  private final Map<String, String> known;
  private final List<Variable> variables = new ArrayList<>();
  private int at;
  private int depth;

  private EnvironmentFile(Path file, String text, Map<String, String> environment) {
    this.file = file;
    this.text = text;
    this.known = new HashMap<>(environment);
  }

  /// The variables in their order; a name that stands twice is there twice.
  ///
  /// @param file only named in problems
  /// @param text what it holds
  /// @param environment the caller's
  /// @throws ProblemException when the text is no list of assignments, or wants a command run
  public static List<Variable> parse(Path file, String text, Map<String, String> environment) {
    EnvironmentFile parser = new EnvironmentFile(file, text, environment);
    parser.parse();
    return List.copyOf(parser.variables);
  }

  /// The names behind a `$` or `${`: of no other variable of the caller's does `parse` know the
  /// value.
  public static Set<String> variablesIn(String text) {
    Set<String> names = new LinkedHashSet<>();
    for (int dollar = text.indexOf('$'); dollar >= 0; dollar = text.indexOf('$', dollar + 1)) {
      int start = text.startsWith("{", dollar + 1) ? dollar + 2 : dollar + 1;
      int end = start;
      while (end < text.length() && Words.isNameLetter(text.charAt(end))) {
        end++;
      }
      if (ShellText.isVariableName(text.substring(start, end))) {
        names.add(text.substring(start, end));
      }
    }
    return names;
  }

  private void parse() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (WORD_END.indexOf(c) >= 0) {
        at++;
      } else if (c == '#') {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else {
        assignment();
      }
    }
  }

  private void assignment() {
    if (text.startsWith("export ", at) || text.startsWith("export\t", at)) {
      at += "export ".length();
      while (at < text.length() && BLANKS.indexOf(text.charAt(at)) >= 0) {
        at++;
      }
    }
    int start = at;
    String name = name();
    if (name.isEmpty() || at >= text.length() || text.charAt(at) != '=') {
      while (at < text.length() && WORD_END.indexOf(text.charAt(at)) < 0) {
        at++;
      }
      throw problem(
          "could not execute \"" + text.substring(start, at) + "\": execution is disabled");
    }
    at++;
    StringBuilder value = new StringBuilder();
    while (at < text.length() && WORD_END.indexOf(text.charAt(at)) < 0) {
      piece(value);
    }
    known.put(name, value.toString());
    variables.add(new Variable(name, value.toString()));
  }

  private String name() {
    int start = at;
    while (at < text.length() && Words.isNameLetter(text.charAt(at))) {
      at++;
    }
    if (ShellText.isVariableName(text.substring(start, at))) {
      return text.substring(start, at);
    }
    at = start;
    return "";
  }

  private void piece(StringBuilder value) {
    char c = text.charAt(at);
    switch (c) {
      case '\'' -> {
        int end = text.indexOf('\'', at + 1);
        if (end < 0) {
          throw problem("a single quote is not closed");
        }
        value.append(text, at + 1, end);
        at = end + 1;
      }
      case '"' -> {
        at++;
        until('"', value);
      }
      case '\\' -> escape(value, "");
      case '$' -> expansion(value);
      case '`' -> throw problem("could not execute a command in backquotes: execution is disabled");
      case '(', ')', '<', '>', '|', '&' -> throw problem("'" + c + "' stands outside quotes");
      default -> {
        value.append(c);
        at++;
      }
    }
  }

  /// The inside of double quotes, or of `${NAME:-...}`, and its end.
  private void until(char end, StringBuilder value) {
    int opened = at;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == end) {
        at++;
        return;
      }
      if (c == '\\') {
        escape(value, end == '"' ? "$`\"\\\n" : "");
      } else if (c == '$' || c == '`') {
        piece(value);
      } else {
        value.append(c);
        at++;
      }
    }
    at = opened;
    throw problem(end == '"' ? "a double quote is not closed" : "a '${' is not closed");
  }

  /// A backslash and what follows.
  ///
  /// @param special the characters it takes the meaning from; empty for all
  private void escape(StringBuilder value, String special) {
    at++;
    if (at >= text.length()) {
      value.append('\\');
      return;
    }
    char c = text.charAt(at++);
    if (!special.isEmpty() && special.indexOf(c) < 0) {
      value.append('\\').append(c);
    } else if (c != '\n') { // a continued line
      value.append(c);
    }
  }

  private void expansion(StringBuilder value) {
    at++;
    if (text.startsWith("((", at)) {
      throw problem("arithmetic is not understood");
    }
    if (text.startsWith("(", at)) {
      int end = text.indexOf(')', at);
      String command = text.substring(at + 1, end < 0 ? text.length() : end);
      throw problem("could not execute \"" + command + "\": execution is disabled");
    }
    if (text.startsWith("{", at)) {
      at++;
      if (++depth > DEEPEST) {
        throw problem("more than " + DEEPEST + " '${' stand inside each other");
      }
      braces(value);
      depth--;
      return;
    }
    String name = name();
    value.append(name.isEmpty() ? "$" : known.getOrDefault(name, ""));
  }

  private void braces(StringBuilder value) {
    String name = name();
    String present = known.getOrDefault(name, "");
    boolean set = known.containsKey(name);
    if (text.startsWith(":", at)) {
      at++;
      set = !present.isEmpty();
    }
    char operator = at < text.length() ? text.charAt(at++) : '\0';
    switch (operator) {
      case '}' -> value.append(present);
      case '-', '+' -> {
        StringBuilder word = new StringBuilder();
        until('}', word);
        boolean wanted = (operator == '+') == set;
        value.append(wanted ? word : operator == '-' ? present : "");
      }
      default -> throw problem("only ${NAME}, ${NAME:-WORD} and ${NAME:+WORD} are understood");
    }
  }

  private ProblemException problem(String why) {
    int line = 1;
    for (int i = 0; i < Math.min(at, text.length()); i++) {
      if (text.charAt(i) == '\n') {
        line++;
      }
    }
    return new ProblemException(
        RequestProblems.environmentFile(file, line, why), ExitCode.NOT_STARTED);
  }
}
