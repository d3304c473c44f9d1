package dev.skiff.definitions.finding;

import static dev.skiff.definitions.finding.Words.at;
import static dev.skiff.definitions.finding.Words.quoted;
import static dev.skiff.definitions.finding.Words.shown;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.SourceSpan;
import java.util.Locale;
import java.util.Optional;

/// About the `Key: value` lines of a stage.
public sealed interface HeaderFinding extends Finding {

  @Override
  default Severity severity() {
    return switch (this) {
      case UnknownHeaderKey _,
          HeaderLineWithoutColon _,
          DroppedContinuation _,
          MissingBootstrap _,
          SectionsWithoutHeader _,
          UnknownBootstrap _,
          MissingHeaderKey _,
          MalformedFingerprint _,
          MissingTag _ ->
          Severity.ERROR;
      case DuplicateHeaderKey _,
          UnusedHeaderKey _,
          UnpinnedTag _,
          DuplicateStageName _,
          StageNameWithBlanks _ ->
          Severity.WARNING;
    };
  }

  record UnknownHeaderKey(SourceSpan place, String key, Optional<String> nearest)
      implements HeaderFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "cannot use the header key " + quoted(key),
          "invalid header keyword found: " + shown(key.toLowerCase(Locale.ROOT)),
          nearest
              .map(near -> "write " + near + ":")
              .orElse(
                  "remove the line; to make it part of a script, move it below a line such as %post"));
    }
  }

  record HeaderLineWithoutColon(SourceSpan place, String line) implements HeaderFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "cannot read " + quoted(line) + " as a header line",
          "header key " + shown(line) + " had no val: there is no colon in the line",
          "write 'Key: value', or start the script that the line belongs to with a line such as %post");
    }
  }

  record DroppedContinuation(SourceSpan place, String key) implements HeaderFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "cannot continue the value of " + quoted(key),
          "the line ends in a backslash, but no header line follows it directly",
          "remove the backslash, or the empty or comment line below");
    }
  }

  record DuplicateHeaderKey(SourceSpan place, String key, int firstLine) implements HeaderFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "the header key " + quoted(key) + " is written twice",
          "line " + firstLine + " has it too; only the last one counts",
          "remove line " + firstLine);
    }
  }

  record MissingBootstrap(SourceSpan place) implements HeaderFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "cannot build this stage",
          "no bootstrap specification found: its header has no line 'Bootstrap: ...' with a value, or has it only further down",
          "make 'Bootstrap: docker', or another agent, the first line of the stage");
    }
  }

  record SectionsWithoutHeader(SourceSpan place) implements HeaderFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "cannot build from sections alone",
          "all must have headers, and nothing stands above this section",
          "put 'Bootstrap: docker' and 'From: debian:12', or another base, above it");
    }
  }

  record UnknownBootstrap(SourceSpan place, String value, String nearest) implements HeaderFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "cannot bootstrap from " + quoted(value),
          "invalid build source " + shown(value) + ": agents are lower-case words",
          "write 'Bootstrap: " + nearest + "'");
    }
  }

  /// A key without which the agent cannot work.
  ///
  /// @param example a value that would do
  record MissingHeaderKey(SourceSpan place, String bootstrap, String key, String example)
      implements HeaderFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "cannot bootstrap with " + quoted(bootstrap),
          "invalid " + bootstrap + " header, no " + key.toLowerCase(Locale.ROOT) + " specified",
          "add the line '" + key + ": " + example + "'");
    }
  }

  record UnusedHeaderKey(SourceSpan place, String key, String bootstrap) implements HeaderFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "the header key " + quoted(key) + " has no effect",
          "the agent " + quoted(bootstrap) + " does not read it",
          "remove the line");
    }
  }

  record UnpinnedTag(SourceSpan place, String reference) implements HeaderFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "the base " + quoted(reference) + " may change from one build to the next",
          "it has no tag, or the tag latest, which moves",
          "name a release, as in debian:12.11, or a digest, as in debian@sha256:...");
    }
  }

  record MissingTag(SourceSpan place, String reference) implements HeaderFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "cannot ask the Docker daemon for " + quoted(reference),
          "the daemon's images are named NAME:TAG, and there is no tag",
          "write 'From: " + shown(reference) + ":latest', or the tag that 'docker images' shows");
    }
  }

  record MalformedFingerprint(SourceSpan place, String fingerprint) implements HeaderFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "cannot demand a signature of " + quoted(fingerprint),
          "a key's fingerprint has 40 or 64 hexadecimal digits, and several stand apart by commas",
          "write what 'gpg --list-keys' shows, without blanks");
    }
  }

  record DuplicateStageName(SourceSpan place, String name, int firstLine) implements HeaderFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "the stage name " + quoted(name) + " is used twice",
          "line "
              + firstLine
              + " has it too, and '%files from "
              + shown(name)
              + "' copies from that one",
          "give this stage another name");
    }
  }

  record StageNameWithBlanks(SourceSpan place, String name) implements HeaderFinding {
    @Override
    public Problem problem() {
      return at(
          place,
          "the stage " + quoted(name) + " cannot be copied from",
          "'%files from' takes one word, and the name holds a blank",
          "write 'Stage: " + shown(name.replaceAll("\\s+", "-")) + "'");
    }
  }
}
