package dev.skiff.cli.output;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.skiff.runtime.doctor.Fact;
import dev.skiff.runtime.doctor.Fact.State;
import dev.skiff.runtime.doctor.Fact.Topic;
import java.util.List;
import java.util.Locale;

/// Facts about a machine, for people by topic and for programs in a row.
public final class FactsText {

  private FactsText() {}

  /// Each topic under a heading, each fact with what follows from it; the fix alone on its line, to
  /// be copied.
  public static String of(List<Fact> facts) {
    StringBuilder text = new StringBuilder();
    for (Topic topic : Topic.values()) {
      List<Fact> about = facts.stream().filter(fact -> fact.topic() == topic).toList();
      if (!about.isEmpty()) {
        text.append(text.isEmpty() ? "" : "\n").append(topic.word()).append('\n');
        about.forEach(fact -> append(text, fact));
      }
    }
    return text.toString();
  }

  private static void append(StringBuilder text, Fact fact) {
    text.append("  %-8s %s: %s%n".formatted(word(fact.state()), fact.subject(), fact.finding()));
    boolean silent = fact.state() == State.GOOD || fact.state() == State.ABSENT;
    if (!fact.consequence().isEmpty() && !silent) {
      text.append("           so: ").append(fact.consequence()).append('\n');
    }
    if (!fact.fix().isEmpty()) {
      text.append("           fix: ").append(fact.fix()).append('\n');
    }
  }

  /// The same as JSON, with every consequence.
  public static void add(ArrayNode list, List<Fact> facts) {
    for (Fact fact : facts) {
      list.addObject()
          .put("topic", fact.topic().name().toLowerCase(Locale.ROOT))
          .put("subject", fact.subject())
          .put("state", word(fact.state()))
          .put("finding", fact.finding())
          .put("consequence", fact.consequence())
          .put("fix", fact.fix());
    }
  }

  private static String word(State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }
}
