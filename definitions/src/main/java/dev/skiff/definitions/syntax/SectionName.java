package dev.skiff.definitions.syntax;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A section that the language knows.
///
/// @param kind of a script; empty for the other contents
record SectionName(String word, Content content, Owner owner, Optional<ScriptKind> kind) {

  enum Content {
    SCRIPT,
    HELP,
    LABELS,
    FILES,
    ARGUMENTS
  }

  /// Who has it: the stage, or an app whose name follows the section's.
  enum Owner {
    STAGE,
    APP
  }

  private static final Map<String, SectionName> ALL =
      Stream.concat(
              Arrays.stream(ScriptKind.values()).map(SectionName::script),
              Stream.of(
                  of("help", Content.HELP, Owner.STAGE),
                  of("labels", Content.LABELS, Owner.STAGE),
                  of("files", Content.FILES, Owner.STAGE),
                  of("arguments", Content.ARGUMENTS, Owner.STAGE),
                  of("apphelp", Content.HELP, Owner.APP),
                  of("applabels", Content.LABELS, Owner.APP),
                  of("appfiles", Content.FILES, Owner.APP)))
          .collect(Collectors.toUnmodifiableMap(SectionName::word, Function.identity()));

  static Optional<SectionName> of(String word) {
    return Optional.ofNullable(ALL.get(word));
  }

  static List<String> words() {
    return ALL.keySet().stream().sorted().toList();
  }

  private static SectionName of(String word, Content content, Owner owner) {
    return new SectionName(word, content, owner, Optional.empty());
  }

  private static SectionName script(ScriptKind kind) {
    Owner owner =
        switch (kind) {
          case PRE, SETUP, POST, ENVIRONMENT, RUNSCRIPT, STARTSCRIPT, TEST -> Owner.STAGE;
          case APP_INSTALL, APP_ENVIRONMENT, APP_RUN, APP_START, APP_TEST -> Owner.APP;
        };
    return new SectionName(kind.word(), Content.SCRIPT, owner, Optional.of(kind));
  }
}
