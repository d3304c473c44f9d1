package dev.skiff.runtime.launch;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.doctor.Fact;
import dev.skiff.runtime.doctor.Machine;
import dev.skiff.runtime.doctor.NamespaceCheck;

/// Whether this machine allows containers at all, looked at when one did not start.
///
/// @param namespaces what is known of user namespaces
public record HostSupport(Fact namespaces) {

  /// Looks at this machine; starts a process.
  public static HostSupport probe() {
    return new HostSupport(new NamespaceCheck(Machine.local()).fact());
  }

  /// The problem of a caller who gets no namespaces, with the switch that forbids them.
  public ProblemException whyNoNamespaces() {
    boolean refused = namespaces.state() == Fact.State.MISSING;
    Problem problem =
        new Problem(
            "cannot start the container",
            refused
                ? namespaces.finding()
                : "this process is not root of a user namespace of its own",
            refused ? namespaces.fix() : "start Skiff through its launcher, bin/skiff");
    return new ProblemException(problem, ExitCode.NOT_ALLOWED);
  }
}
