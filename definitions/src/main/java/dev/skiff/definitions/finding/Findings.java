package dev.skiff.definitions.finding;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Findings as they come up. Bounded, since a hostile file may have millions of them.
public final class Findings {

  private static final int MOST = 500;

  private final List<Finding> found = new ArrayList<>();

  public void add(Finding finding) {
    if (found.size() < MOST) {
      found.add(finding);
    } else if (found.size() == MOST) {
      found.add(new FileFinding.TooManyFindings(MOST));
    }
  }

  /// Whether further findings would be left out.
  public boolean full() {
    return found.size() > MOST;
  }

  public void addAll(List<Finding> findings) {
    findings.forEach(this::add);
  }

  /// A copy, in the order of their lines; findings without a place come last.
  public List<Finding> inFileOrder() {
    return found.stream().sorted(Comparator.comparingLong(Findings::position)).toList();
  }

  /// Whether anything found so far makes the file useless.
  public boolean haveError() {
    return found.stream().anyMatch(finding -> finding.severity() == Severity.ERROR);
  }

  private static long position(Finding finding) {
    return finding
        .where()
        .map(span -> ((long) span.line() << 32) + span.column())
        .orElse(Long.MAX_VALUE);
  }
}
