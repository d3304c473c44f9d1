package dev.skiff.runtime.doctor;

import dev.skiff.runtime.doctor.Fact.State;
import dev.skiff.runtime.doctor.Fact.Topic;
import java.util.ArrayList;
import java.util.List;

/// How this Skiff is installed: its Java, and the caches it starts with.
final class InstallationChecks {

  private final Machine machine;
  private final Installation installation;

  InstallationChecks(Machine machine, Installation installation) {
    this.machine = machine;
    this.installation = installation;
  }

  private static Fact fact(
      String subject, State state, String finding, String consequence, String fix) {
    return new Fact(Topic.SKIFF, subject, state, finding, consequence, fix);
  }

  Fact java() {
    return Fact.good(
        Topic.SKIFF,
        "Java",
        installation.javaVersion() + " in " + installation.javaHome(),
        "Skiff runs");
  }

  /// The JVM refuses a cache in silence; asked to insist, it ends.
  List<Fact> caches() {
    List<Fact> facts = new ArrayList<>();
    String fix = "set SKIFF_JAVA to the Java that Skiff was built with, or run: " + anew();
    for (String name : List.of("", "-tools")) {
      String file = installation.library() + "/skiff-" + installation.javaVersion() + name + ".aot";
      String subject = name.isEmpty() ? "start-up cache of exec" : "start-up cache of commands";
      if (!machine.exists(file)) {
        facts.add(
            fact(
                subject,
                State.LIMITED,
                "there is no " + file,
                "each start takes two to three times as long",
                fix));
      } else if (machine.succeeds(installation.trial(file, name.isEmpty()))) {
        facts.add(Fact.good(Topic.SKIFF, subject, "in use", "starts are quick"));
      } else {
        facts.add(
            fact(
                subject,
                State.LIMITED,
                "the JVM refuses " + file + ": it was made with another Java",
                "each start takes two to three times as long",
                fix));
      }
    }
    return facts;
  }

  /// The JVM of Java 25 uses a cache whatever became of the jars: old code runs then. Empty where
  /// nobody wrote down what they were.
  List<Fact> jars() {
    String library = installation.library();
    String sums = library + "/skiff-" + installation.javaVersion() + ".jars";
    if (!machine.exists(sums)) {
      return List.of();
    }
    String subject = "jars of the start-up caches";
    String look = "cd \"$1\" && sha256sum --status -c \"$2\"";
    if (machine.succeeds("sh", "-c", look, "sh", library, sums)) {
      return List.of(
          Fact.good(Topic.SKIFF, subject, "unchanged", "what starts is what is installed"));
    }
    return List.of(
        fact(
            subject,
            State.LIMITED,
            "some in " + library + " are not those that the caches were made of",
            "commands may run older code than the jars hold",
            "install this version of Skiff again, or run: " + anew()));
  }

  private String anew() {
    return String.join(
        " ",
        installation.libexec() + "/train-aot",
        installation.javaHome(),
        installation.library(),
        "IMAGE.sif");
  }
}
