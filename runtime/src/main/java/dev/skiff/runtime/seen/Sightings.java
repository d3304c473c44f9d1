package dev.skiff.runtime.seen;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the planning of a start saw of the host besides what the launcher always looks at: each
/// question with its answer. Who asks the same again and gets the same answers would find the same
/// driver, and read the same variables from files.
public final class Sightings {

  /// The answer where there were two: a NUL, with which nothing is kept.
  private static final String CHANGING = "\0";

  private final Map<List<String>, String> answers = new LinkedHashMap<>();

  /// What can be asked about a path. `libexec/skiff/seen` knows them by their words.
  public enum Question {
    /// Whether there is something, once links are followed: `1` or `0`.
    EXISTS("exists"),
    /// Whether there is a name, though it be a link that leads nowhere.
    NAMED("named"),
    /// Whether the caller may run it.
    RUNS("runs"),
    /// Whether it is an ELF file for this machine.
    LIBRARY("library"),
    /// What a symbolic link says; nothing where there is none.
    LINK("link"),
    /// What a regular file holds; nothing where it cannot be read.
    TEXT("text"),
    /// The names in a directory, sorted, with a slash between.
    NAMES("names"),
    /// Which file it is, and when it was changed: see `FileStamp`.
    STAMP("stamp"),
    /// The value of a variable behind `=`, or `-` without one.
    VARIABLE("variable");

    private final String word;

    Question(String word) {
      this.word = word;
    }
  }

  /// An answer.
  ///
  /// @param path of the host, or a variable's name
  public void note(Question question, String path, String answer) {
    note(question.word, path, answer);
  }

  public void note(Question question, String path, boolean answer) {
    note(question, path, answer ? "1" : "0");
  }

  /// The names in a directory that begin like one of `prefixes`; all when there are none.
  public void noteNames(String directory, List<String> prefixes, List<String> names) {
    String question =
        prefixes.isEmpty() ? Question.NAMES.word : "names:" + String.join("/", prefixes);
    note(question, directory, String.join("/", names));
  }

  public void noteVariable(Map<String, String> environment, String name) {
    String value = environment.get(name);
    note(Question.VARIABLE, name, value == null ? "-" : "=" + value);
  }

  private void note(String question, String path, String answer) {
    String before = answers.putIfAbsent(List.of(question, path), answer);
    if (before != null && !before.equals(answer)) {
      answers.put(List.of(question, path), CHANGING);
    }
  }

  /// Gets them one by one.
  @FunctionalInterface
  public interface Reader {
    /// A question's word, what it is about, and the answer.
    void read(String question, String path, String answer);
  }

  /// Tells of all, in the order in which they were asked.
  public void each(Reader reader) {
    for (Map.Entry<List<String>, String> one : answers.entrySet()) {
      reader.read(one.getKey().get(0), one.getKey().get(1), one.getValue());
    }
  }
}
