package dev.skiff.runtime.launch;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import java.util.List;

/// What this machine offers to containers, fact by fact, as `skiff doctor` prints it.
///
/// @param facts in the order in which a container needs them
public record HostSupport(List<Fact> facts) {

  public HostSupport {
    facts = List.copyOf(facts);
  }

  /// One thing a container may need.
  ///
  /// @param subject what was looked at
  /// @param finding what was found
  /// @param consequence what that means for the person
  /// @param fix how to get a better state; empty when nothing is to be done
  public record Fact(String subject, State state, String finding, String consequence, String fix) {}

  /// How good a fact is.
  public enum State {
    /// As it should be.
    GOOD,
    /// Works, with a loss that the consequence names.
    LIMITED,
    /// Something does not work.
    MISSING
  }

  /// Looks at this machine; takes about 50 ms and starts a few processes.
  public static HostSupport probe() {
    return new HostSupport(new HostChecks(HostChecks.Machine.local()).all());
  }

  /// The problem of a caller who gets no namespaces, with the switch that forbids them.
  public ProblemException whyNoNamespaces() {
    Fact fact = facts.getFirst();
    boolean namespaces = fact.state() == State.MISSING;
    Problem problem =
        new Problem(
            "cannot start the container",
            namespaces ? fact.finding() : "this process is not root of a user namespace of its own",
            namespaces ? fact.fix() : "start Skiff through its launcher, bin/skiff");
    return new ProblemException(problem, ExitCode.NOT_ALLOWED);
  }
}
