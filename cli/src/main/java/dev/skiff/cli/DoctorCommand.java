package dev.skiff.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.runtime.launch.HostSupport;
import dev.skiff.runtime.launch.HostSupport.Fact;
import dev.skiff.runtime.launch.HostSupport.State;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `skiff doctor`.
@Command(
    name = "doctor",
    description = "Say what this machine can do for containers, what follows, and how to get more.",
    footer = {"", "Ends with 1 if something does not work at all."})
final class DoctorCommand extends Subcommand {

  @Option(names = "--json", description = "Print the facts as JSON.")
  private boolean json;

  @Override
  int run(Terminal terminal) {
    HostSupport support = HostSupport.probe();
    if (json) {
      terminal.show(json(support).toPrettyString() + "\n");
    } else {
      support.facts().forEach(fact -> terminal.show(text(fact)));
    }
    boolean missing = support.facts().stream().anyMatch(fact -> fact.state() == State.MISSING);
    return missing ? ExitCode.PROBLEM.status() : ExitCode.DONE.status();
  }

  private static String text(Fact fact) {
    StringBuilder text = new StringBuilder();
    text.append("%-8s %s: %s%n".formatted(word(fact), fact.subject(), fact.finding()));
    if (!fact.consequence().isEmpty()) {
      text.append("         so: ").append(fact.consequence()).append('\n');
    }
    if (!fact.fix().isEmpty()) {
      text.append("         fix: ").append(fact.fix()).append('\n');
    }
    return text.toString();
  }

  private static ObjectNode json(HostSupport support) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    var list = root.putArray("facts");
    for (Fact fact : support.facts()) {
      list.addObject()
          .put("subject", fact.subject())
          .put("state", word(fact))
          .put("finding", fact.finding())
          .put("consequence", fact.consequence())
          .put("fix", fact.fix());
    }
    return root;
  }

  private static String word(Fact fact) {
    return fact.state().name().toLowerCase(Locale.ROOT);
  }
}
