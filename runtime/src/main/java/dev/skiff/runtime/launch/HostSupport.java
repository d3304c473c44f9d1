package dev.skiff.runtime.launch;

import dev.skiff.definitions.problem.ProblemException;

public record HostSupport() {
  static HostSupport probe() {
    return new HostSupport();
  }

  ProblemException whyNoNamespaces() {
    return LaunchProblems.noNamespaces("x", "y");
  }
}
