package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.skiff;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// `skiff def check` and `skiff def show` as a person or an editor calls them.
final class DefinitionCommandIT {

  private static final String THREE_ERRORS =
      "Bootstrap: scratch\nFoo: x\n\n%post\n  echo {{ nothing }}\n\n%bogus\n  true\n";

  private Path directory = Path.of("/");

  @BeforeEach
  void startInAnEmptyDirectory() {
    directory = directoryOf(HostUser.SINGLE.orSkip());
  }

  private Outcome type(String... words) {
    return skiff(HostUser.SINGLE, directory, words);
  }

  private void write(String text) throws IOException {
    Files.writeString(directory.resolve("x.def"), text);
  }

  @Test
  void allErrorsArePrintedAtOnce() throws IOException {
    write(THREE_ERRORS);
    Outcome outcome =
        type("def", "check", "x.def")
            .ends(1)
            .complains("x.def:2:1")
            .complains("x.def:5:")
            .complains("x.def:7:1")
            .complains("x.def: 3 errors, ");
    assertThat(outcome.out()).isEmpty();
    type("build", "x.sif", "x.def").ends(1).complains("x.def:2:1").complains("x.def:7:1");
  }

  @Test
  void findingsAreJsonOnRequest() throws IOException {
    write(THREE_ERRORS);
    Outcome outcome = type("def", "check", "--json", "x.def").ends(1);
    assertThat(outcome.out()).startsWith("{").contains("\"error\"").contains("bogus");
    assertThat(outcome.err()).doesNotContain("error: ");
    write("Bootstrap: scratch\n\n%post\n  true\n");
    type("def", "check", "--json", "x.def").ends(0).printsAmongOthers("[");
  }

  @Test
  void aWarningIsNoFailure() throws IOException {
    write("Bootstrap: docker\nFrom: debian\n");
    type("def", "check", "x.def").ends(0).complains("warning: ").complains("0 errors, 1 warning");
  }

  @Test
  void argumentsAreFilledIn() throws IOException {
    write(
        """
        Bootstrap: scratch

        %arguments
          V=1

        %post
          echo {{ V }} # stays as it is

        %runscript
          exec "$@"
        """);
    type("def", "show", "x.def").ends(0).printsAmongOthers("\n  echo 1 # stays as it is\n");
    type("def", "show", "--build-arg", "V=two words", "x.def")
        .ends(0)
        .printsAmongOthers("\n  echo two words # stays as it is\n")
        .printsAmongOthers("%runscript\n  exec \"$@\"\n");
    write(THREE_ERRORS);
    Outcome refused = type("def", "show", "x.def").ends(1);
    assertThat(refused.out()).isEmpty();
  }

  @Test
  void wrongUseIsTwo() {
    type("def", "check").ends(2);
    type("def", "check", "--nope", "x.def").ends(2);
    type("def", "shew", "x.def").ends(2);
    type("def", "check", "missing.def").ends(1).complains("missing.def");
    type("def", "show", ".").ends(1).complains("error: ");
  }
}
