package dev.skiff.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.cli.output.Terminal;
import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

final class CommandTreeTest {

  private static Set<String> commands(String... words) {
    CommandLine line = CommandTree.of(new RootCommand(Terminal.system()), words);
    return line.getSubcommands().keySet();
  }

  @Test
  void aCommandThatIsNamedIsReadAlone() {
    assertThat(commands("--debug", "submit", "build")).containsExactly("submit");
    assertThat(commands("ps", "--help")).containsExactly("ps");
  }

  @Test
  void allAreThereForWhoAsksOrMistypes() {
    for (String[] words : new String[][] {{}, {"--help"}, {"help", "submit"}, {"sumbit"}}) {
      assertThat(commands(words)).contains("submit", "build", "exec", "help", "instance");
    }
    assertThat(commands("instance", "start", "--help")).contains("instance");
  }

  @Test
  void everyCommandIsKnownByItsOwnName() {
    CommandTree.ALONE.forEach(
        (name, type) -> assertThat(type.getAnnotation(Command.class).name()).isEqualTo(name));
    assertThat(CommandTree.ALL).containsAll(CommandTree.ALONE.values());
    assertThat(CommandTree.ALL).hasSize(CommandTree.ALONE.size() + 4);
  }
}
