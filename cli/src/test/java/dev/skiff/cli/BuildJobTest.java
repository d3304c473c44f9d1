package dev.skiff.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.cli.output.Terminal;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.ParseResult;

final class BuildJobTest {

  private static List<String> onTheNode(String... typed) {
    ParseResult parsed = CommandTree.of(new RootCommand(Terminal.system()), typed).parseArgs(typed);
    return new BuildJob(Terminal.system(), parsed.subcommand(), List.of()).words();
  }

  @Test
  void theNodeGetsTheSameWordsWithoutThoseOfTheJob() {
    assertThat(
            onTheNode(
                "--quiet",
                "build",
                "--on",
                "slurm",
                "-m40",
                "-c",
                "4",
                "-F",
                "--build-arg",
                "A=it's $(x)",
                "--build-arg",
                "B=2",
                "-o",
                "oci:dir",
                "-q",
                "short",
                "app.sif",
                "my app.def"))
        .startsWith("--quiet", "build")
        .contains("--force", "--build-arg=A=it's $(x)", "--build-arg=B=2", "--output=oci:dir")
        .endsWith("--", "app.sif", "my app.def")
        .doesNotContain("--on=slurm", "slurm", "--mem=40", "--cpus=4", "--queue=short", "short");
  }

  @Test
  void aSwitchStaysASwitch() {
    assertThat(onTheNode("build", "--on=slurm", "--sandbox", "--notest", "dir", "a.def"))
        .containsExactly("build", "--sandbox", "--notest", "--", "dir", "a.def");
  }
}
