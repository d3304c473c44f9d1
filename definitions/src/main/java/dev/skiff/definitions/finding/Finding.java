package dev.skiff.definitions.finding;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.SourceSpan;
import java.util.Locale;
import java.util.Optional;

/// Something wrong or doubtful in a definition file or in the build arguments given with it.
///
/// Each case is a record whose name is its code. Where Apptainer has a message for the same case,
/// its essential words stand in ours, because scripts look for them.
public sealed interface Finding
    permits FileFinding, HeaderFinding, SectionFinding, FilesFinding, TemplateFinding {

  Severity severity();

  /// What, why, fix, and the line with carets.
  Problem problem();

  /// The place in the definition file; empty if the finding is about no one place in it.
  default Optional<SourceSpan> where() {
    return problem().where();
  }

  /// A stable name for scripts and documents, such as `unknown-header-key`: the record's own name,
  /// so renaming a record changes what users match on.
  default String code() {
    return getClass()
        .getSimpleName()
        .replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-")
        .toLowerCase(Locale.ROOT);
  }

  /// The message as it stands on standard error, ended by a line feed.
  default String render() {
    return problem().render(severity().word());
  }
}
