package dev.skiff.cli.output;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skiff.definitions.finding.Finding;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.SourceSpan;
import java.util.List;

/// Findings as `skiff def check --json` prints them: one object, whose `findings` are in file
/// order.
public final class DefinitionJson {

  private DefinitionJson() {}

  /// The text, indented, without a line end.
  public static String of(String file, List<Finding> findings) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("file", file);
    var list = root.putArray("findings");
    findings.forEach(finding -> add(list.addObject(), finding));
    return root.toPrettyString();
  }

  private static void add(ObjectNode object, Finding finding) {
    Problem problem = finding.problem();
    object.put("code", finding.code());
    object.put("severity", finding.severity().word());
    finding.where().ifPresent(span -> addPlace(object, span));
    object.put("what", problem.what());
    object.put("why", problem.why());
    object.put("fix", problem.fix());
  }

  private static void addPlace(ObjectNode object, SourceSpan span) {
    object.put("line", span.line());
    object.put("column", span.column());
    object.put("length", span.length());
    object.put("text", span.text());
  }
}
