package dev.skiff.builder;

import dev.skiff.builder.metadata.Labels.Collision;
import dev.skiff.builder.plan.BuildPlan;
import dev.skiff.builder.plan.BuildPlanText;
import dev.skiff.builder.plan.Target;
import dev.skiff.builder.plan.Target.Existing;
import dev.skiff.builder.plan.Target.Form;
import dev.skiff.builder.progress.BuildEvent;
import dev.skiff.definitions.Reading;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.definitions.syntax.DefinitionFile;
import dev.skiff.definitions.template.BuildArguments;
import java.nio.file.Path;
import java.util.List;

/// A command line for tests: `[--sandbox] [--update] [--force] [--dry-run] TARGET SPEC`.
final class BuildMain {

  private BuildMain() {}

  public static void main(String[] words) {
    List<String> all = List.of(words);
    try {
      run(all, all.get(all.size() - 2), all.getLast());
    } catch (ProblemException e) {
      System.err.print(e.problem().render());
      System.exit(e.exitCode().status());
    }
  }

  private static void run(List<String> flags, String target, String spec) {
    DefinitionFile definition =
        switch (BuildSpec.read(spec, BuildArguments.none())) {
          case Reading.Accepted accepted -> accepted.definition();
          case Reading.Rejected rejected -> {
            rejected.findings().forEach(finding -> System.err.print(finding.render()));
            System.exit(1);
            throw new IllegalStateException();
          }
        };
    Existing existing =
        flags.contains("--update")
            ? Existing.UPDATE
            : flags.contains("--force") ? Existing.REPLACE : Existing.REFUSE;
    Form form = flags.contains("--sandbox") ? Form.SANDBOX : Form.SIF;
    BuildRequest plain =
        BuildRequest.of(definition, new Target(Path.of(target), form, existing), System.getenv());
    BuildRequest.Scripts scripts =
        new BuildRequest.Scripts(
            plain.scripts().sections(),
            plain.scripts().tests(),
            plain.scripts().trace(),
            plain.scripts().mounts(),
            flags.contains("--force") ? Collision.REPLACE : Collision.KEEP,
            plain.scripts().engine());
    BuildRequest request =
        new BuildRequest(
            definition,
            plain.targets(),
            scripts,
            plain.image(),
            plain.workspace(),
            plain.environment(),
            plain.directory());
    Builder builder =
        new Builder(
            reference -> {
              throw new IllegalStateException("no registry here: " + reference);
            },
            reference -> {
              throw new IllegalStateException("no registry here: " + reference);
            },
            BuildMain::tell);
    BuildPlan plan = builder.plan(request);
    if (flags.contains("--dry-run")) {
      System.out.print(BuildPlanText.of(plan));
      return;
    }
    builder.build(plan, request);
  }

  private static void tell(BuildEvent event) {
    switch (event) {
      case BuildEvent.StepStarted it ->
          System.err.printf("[%d/%d] %s%n", it.number(), it.total(), it.title());
      case BuildEvent.StepFinished it ->
          System.err.printf("      done in %d ms%n", it.duration().toMillis());
      case BuildEvent.OutputLine it -> System.err.println("  | " + it.line());
      case BuildEvent.BytesMoved it ->
          System.err.printf("  %s %d/%d%n", it.what(), it.doneBytes(), it.totalBytes());
      case BuildEvent.PartMoved it ->
          System.err.printf("    %s %d/%d%n", it.part(), it.doneBytes(), it.totalBytes());
      case BuildEvent.PhaseFinished it ->
          System.err.printf("  %s done in %d ms%n", it.what(), it.duration().toMillis());
      case BuildEvent.Delivered it -> System.err.println("  " + it);
      case BuildEvent.Noted it -> System.err.println("  " + it.text());
      case BuildEvent.Warned it -> System.err.print(it.problem().render("warning"));
    }
  }
}
