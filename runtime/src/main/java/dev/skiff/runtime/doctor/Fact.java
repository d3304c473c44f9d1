package dev.skiff.runtime.doctor;

/// One thing that a container, a build or a job may need.
///
/// @param topic what it is about
/// @param subject what was looked at
/// @param finding what was found
/// @param consequence what that means for the person
/// @param fix how to get a better state; empty when nothing is to be done
public record Fact(
    Topic topic, String subject, State state, String finding, String consequence, String fix) {

  /// What a fact is about, in the order in which people are told.
  public enum Topic {
    CONTAINERS("containers"),
    BUILDS("builds"),
    STORAGE("storage"),
    GPUS("GPUs"),
    CLUSTER("cluster"),
    NETWORK("network"),
    SKIFF("Skiff itself");

    private final String word;

    Topic(String word) {
      this.word = word;
    }

    /// As a heading says it.
    public String word() {
      return word;
    }
  }

  /// How good a fact is.
  public enum State {
    /// As it should be.
    GOOD,
    /// Not here, and not needed by who does not ask for it: a GPU, a scheduler.
    ABSENT,
    /// Works, with a loss that the consequence names.
    LIMITED,
    /// Something does not work.
    MISSING
  }

  /// One that needs no attention.
  public static Fact good(Topic topic, String subject, String finding, String consequence) {
    return new Fact(topic, subject, State.GOOD, finding, consequence, "");
  }
}
