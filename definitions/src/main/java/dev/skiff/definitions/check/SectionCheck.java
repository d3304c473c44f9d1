package dev.skiff.definitions.check;

import dev.skiff.definitions.finding.Findings;
import dev.skiff.definitions.finding.SectionFinding;
import dev.skiff.definitions.problem.SourceSpan;
import dev.skiff.definitions.syntax.Interpreter;
import dev.skiff.definitions.syntax.Section;
import dev.skiff.definitions.syntax.Sections;
import java.util.regex.Pattern;

/// Whether what is written in sections has the effect that its author will expect.
final class SectionCheck {

  private static final Pattern PLAIN_SHELL = Pattern.compile("#!\\s*/bin/sh(\\s.*)?");
  private static final Pattern QUOTED = Pattern.compile("\".*\"|'.*'");
  private static final Pattern USABLE_NAME = Pattern.compile("\\w+");

  private final Findings findings;

  private SectionCheck(Findings findings) {
    this.findings = findings;
  }

  static void check(Sections sections, Findings findings) {
    SectionCheck check = new SectionCheck(findings);
    for (Section section : sections.all()) {
      switch (section) {
        case Section.Script script -> check.checkScript(script);
        case Section.Labels labels -> labels.labels().forEach(check::checkLabel);
        case Section.Arguments arguments -> arguments.arguments().forEach(check::checkArgument);
        case Section.Help _, Section.Files _ -> {} // free text, and what only the build can know
      }
    }
  }

  private void checkScript(Section.Script script) {
    String word = script.kind().word();
    switch (script.kind()) {
      case PRE, SETUP, POST -> {
        if (!script.arguments().isEmpty() && endsInLoneDashC(script)) {
          findings.add(new SectionFinding.InterpreterMissing(script.place(), word));
        } else if (script.interpreter() instanceof Interpreter.Shell && hasOddShebang(script)) {
          findings.add(new SectionFinding.IgnoredShebang(bodyPlace(script), word));
        }
      }
      case RUNSCRIPT, STARTSCRIPT, TEST -> {
        if (!script.hasShebang() && hasOddShebang(script)) {
          findings.add(new SectionFinding.LateShebang(bodyPlace(script), word));
        }
      }
      case ENVIRONMENT, APP_INSTALL, APP_ENVIRONMENT, APP_RUN, APP_START, APP_TEST -> {
        if (hasOddShebang(script)) {
          findings.add(new SectionFinding.IgnoredShebang(bodyPlace(script), word));
        }
      }
    }
  }

  private static boolean endsInLoneDashC(Section.Script script) {
    return script.arguments().indexOf("-c") == script.arguments().size() - 1;
  }

  /// Whether the body's first line that is not blank asks for something else than /bin/sh.
  private static boolean hasOddShebang(Section.Script script) {
    String body = script.body().stripLeading();
    int end = body.indexOf('\n');
    String first = (end < 0 ? body : body.substring(0, end)).strip();
    return first.startsWith("#!") && !PLAIN_SHELL.matcher(first).matches();
  }

  private static SourceSpan bodyPlace(Section.Script script) {
    return script.bodyPlace().orElse(script.place());
  }

  private void checkLabel(Section.Label label) {
    if (QUOTED.matcher(label.value()).matches()) {
      findings.add(new SectionFinding.QuotedLabel(label.place(), label.key()));
    }
  }

  private void checkArgument(Section.Argument argument) {
    if (!USABLE_NAME.matcher(argument.name()).matches()) {
      findings.add(new SectionFinding.ArgumentNameUnusable(argument.place(), argument.name()));
    }
  }
}
