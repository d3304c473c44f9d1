package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.skiff;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Images that other tools made: entry points, variables, whiteouts, labels.
final class OciAcceptanceIT {

  private Path directory = Path.of("/");
  private OciArchiveFixture fixture = new OciArchiveFixture(Path.of("/var/tmp"));

  @BeforeEach
  void startInAnEmptyDirectory() {
    directory = directoryOf(HostUser.SINGLE.orSkip());
    fixture = new OciArchiveFixture(directoryOf(HostUser.ROOT));
  }

  private Outcome type(String... words) {
    return skiff(HostUser.SINGLE, directory, words);
  }

  private void build(String config) {
    Path archive = fixture.busybox().archive("O.tar", config);
    type("build", "o.sif", "oci-archive:" + archive).ends(0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"Cmd\":[\"echo\",\"cmd  two\"]} | cmd  two | a b",
        "{\"Entrypoint\":[\"echo\",\"entry\"]} | entry | entry echo a b",
        "{\"Entrypoint\":[\"echo\",\"entry\"],\"Cmd\":[\"cmd\"]} | entry cmd | entry echo a b",
        "{} | ~~ | a b"
      })
  void argumentsReplaceTheCommandAndFollowTheEntryPoint(
      String config, String without, String with) {
    build(config);
    if (!config.equals("{}")) {
      type("run", "o.sif").ends(0).prints(without + "\n");
    }
    type("run", "o.sif", "echo", "a", "b").ends(0).prints(with + "\n");
  }

  @Test
  void argumentsArriveExactly() {
    build("{\"Entrypoint\":[\"printf\",\"<%s>\"]}");
    type("run", "o.sif", "$HOME", "$(id -u)", "a \"b\" 'c'", "-x", "`id`", "")
        .ends(0)
        .prints("<$HOME><$(id -u)><a \"b\" 'c'><-x><`id`><>");
  }

  @Test
  void argumentsAreEvaluatedOnlyOnRequest() {
    build("{\"Entrypoint\":[\"printf\",\"<%s>\"],\"Cmd\":[\"none\"]}");
    type("run", "--env", "V=value", "o.sif", "$V", "a  b").ends(0).prints("<$V><a  b>");
    type("run", "--eval", "--env", "V=value", "o.sif", "$V", "a  b", "$(echo 1)")
        .ends(0)
        .prints("<value><a  b><1>");
    type("run", "--eval", "o.sif").ends(0).prints("<none>");
    type("run", "--eval", "--no-eval", "o.sif", "$V").ends(0).prints("<$V>");
  }

  @Test
  void variablesOfTheImageAreLiteral() {
    build(
        "{\"Env\":[\"PATH=/bin\",\"A=v\",\"D=cost $5 $HOME\",\"Q=a \\\"b\\\" 'c'\",\"B=a`id`b\","
            + "\"S=back\\\\slash\"]}");
    type("exec", "o.sif", "sh", "-c", "printf '%s\\n' \"$A\" \"$D\" \"$Q\" \"$B\" \"$S\" \"$PATH\"")
        .ends(0)
        .printsAmongOthers("v\ncost $5 $HOME\na \"b\" 'c'\na`id`b\nback\\slash\n/bin");
  }

  @Test
  void whiteoutsAndOpaqueDirectoriesHideWhatIsBelow() {
    fixture.busybox();
    fixture.layer(
        "gzip -1", "+gzip", "mkdir -p d/sub o; echo 1 > d/gone; echo 2 > d/kept; echo 3 > o/old");
    fixture.layer(
        "zstd -q", "+zstd", "mkdir -p d o; touch d/.wh.gone o/.wh..wh..opq; echo 4 > o/new");
    fixture.layer("cat", "", "mkdir top; echo 5 > top/f; ln top/f top/hard");
    Path archive = fixture.archive("O.tar", "{}");
    type("build", "o.sif", "oci-archive:" + archive).ends(0);
    type("exec", "--pwd", "/", "o.sif", "sh", "-c", "ls d o top; cat top/hard")
        .ends(0)
        .prints("d:\nkept\nsub\n\no:\nnew\n\ntop:\nf\nhard\n5\n");
  }

  @Test
  void labelsOfTheImageAreKept() {
    build("{\"Labels\":{\"org.example.who\":\"somebody\"}}");
    Outcome labels = type("exec", "o.sif", "cat", "/.singularity.d/labels.json").ends(0);
    assertThat(labels.out()).contains("\"org.example.who\": \"somebody\"");
  }
}
