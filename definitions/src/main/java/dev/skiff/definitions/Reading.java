package dev.skiff.definitions;

import dev.skiff.definitions.finding.Finding;
import dev.skiff.definitions.finding.Severity;
import dev.skiff.definitions.syntax.DefinitionFile;
import java.util.List;

/// What came of reading a definition file.
public sealed interface Reading {

  /// Everything found, in file order.
  List<Finding> findings();

  /// The definition can be built.
  ///
  /// @param findings warnings only
  record Accepted(DefinitionFile definition, List<Finding> findings) implements Reading {
    public Accepted {
      findings = List.copyOf(findings);
      if (findings.stream().anyMatch(finding -> finding.severity() == Severity.ERROR)) {
        throw new IllegalArgumentException("a definition with errors is not accepted");
      }
    }
  }

  /// Nothing can be built.
  ///
  /// @param findings at least one error, and any warnings
  record Rejected(List<Finding> findings) implements Reading {
    public Rejected {
      findings = List.copyOf(findings);
    }
  }
}
