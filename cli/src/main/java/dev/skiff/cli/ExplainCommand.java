package dev.skiff.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.job.JobStatus;
import dev.skiff.runtime.job.record.JobSelection;
import dev.skiff.runtime.slurm.SlurmCommand;
import dev.skiff.runtime.slurm.cluster.ClusterReader;
import dev.skiff.runtime.slurm.explain.Explainer;
import dev.skiff.runtime.slurm.explain.Explanation;
import dev.skiff.runtime.slurm.explain.Explanation.Remedy;
import dev.skiff.runtime.slurm.explain.QueueReader;
import dev.skiff.runtime.slurm.explain.QueuedJob;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `skiff explain`.
@Command(
    name = "explain",
    description = "Say why a job waits, and what would make it start sooner; or how it ended.",
    footer = {
      "",
      "JOB is a name of 'skiff ps', the beginning of one, or Slurm's number of any job. Examples:",
      "  skiff explain train-4f2",
      "  skiff explain 81234_7"
    })
final class ExplainCommand extends Subcommand {

  @Parameters(paramLabel = "JOB", description = "Which job.")
  private String reference;

  @Option(names = "--json", description = "Print it as JSON.")
  private boolean json;

  @Override
  int run(Terminal terminal) {
    NamedJob named = NamedJob.find(reference);
    SlurmCommand slurm = SlurmCommand.of(System.getenv());
    List<QueuedJob> queue = QueueReader.read(slurm);
    Optional<QueuedJob> job = QueueReader.find(queue, named.id());
    Explanation explanation =
        job.isPresent()
            ? new Explainer(ClusterReader.read(slurm), queue, Instant.now(), ZoneId.systemDefault())
                .explain(job.get())
            : named.record().flatMap(ExplainCommand::recorded).orElseThrow(() -> forgotten(named));
    terminal.show(json ? json(named, job, explanation) : text(named, explanation));
    return ExitCode.DONE.status();
  }

  /// Of a job that Slurm has forgotten: what its record tells.
  private static Optional<Explanation> recorded(JobSelection selection) {
    JobStatus status =
        JobSession.open()
            .watch()
            .look(List.of(selection.record()))
            .getFirst()
            .ofTask(selection.task())
            .status();
    if (!status.state().isFinal()) {
      return Optional.empty();
    }
    String name = selection.record().name().text();
    List<Remedy> remedies =
        status.exitStatus() == 0
            ? List.of()
            : List.of(new Remedy("shows what it said last", "skiff logs " + name));
    return Optional.of(
        new Explanation(
            "has ended: " + status.state(), "", status.reason(), "", List.of(), remedies));
  }

  private static ProblemException forgotten(NamedJob named) {
    return new ProblemException(
        new Problem(
            "cannot explain the job '%s'".formatted(named.reference()),
            "Slurm knows no job %s; it forgets one a few minutes after its end"
                .formatted(named.id()),
            named.record().isPresent()
                ? "see how it ended with: skiff ps -a"
                : "see how it ended with: sacct -j " + named.id()));
  }

  private static String text(NamedJob named, Explanation explanation) {
    StringBuilder text = new StringBuilder();
    text.append(named.label()).append(' ').append(explanation.state()).append('\n');
    String code = explanation.code().isEmpty() ? "" : " (%s)".formatted(explanation.code());
    if (!explanation.why().isEmpty()) {
      text.append("  why:  ").append(explanation.why()).append(code).append('\n');
    }
    explanation.facts().forEach(fact -> text.append("        ").append(fact).append('\n'));
    if (!explanation.when().isEmpty()) {
      text.append("  when: ").append(explanation.when()).append('\n');
    }
    String label = "  do:   ";
    for (Remedy remedy : explanation.remedies()) {
      text.append(label).append(line(remedy)).append('\n');
      label = "    or: ";
    }
    return text.toString();
  }

  private static String line(Remedy remedy) {
    if (remedy.command().isEmpty() || remedy.effect().isEmpty()) {
      return remedy.effect() + remedy.command();
    }
    return remedy.command() + "\n        " + remedy.effect();
  }

  private static String json(NamedJob named, Optional<QueuedJob> job, Explanation explanation) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    named.record().ifPresent(ours -> root.put("name", ours.record().name().text()));
    root.put("slurmId", named.id().toString());
    root.put("slurmState", job.map(QueuedJob::state).orElse(""));
    root.put("slurmReason", job.map(QueuedJob::reason).orElse(""));
    root.put("state", explanation.state());
    root.put("why", explanation.why());
    root.put("when", explanation.when());
    ArrayNode facts = root.putArray("facts");
    explanation.facts().forEach(facts::add);
    ArrayNode remedies = root.putArray("remedies");
    explanation
        .remedies()
        .forEach(remedy ->
            remedies.addObject().put("effect", remedy.effect()).put("command", remedy.command()));
    return root.toPrettyString() + "\n";
  }
}
