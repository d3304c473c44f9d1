package dev.skiff.builder.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.builder.script.SectionCommand.Trace;
import dev.skiff.definitions.syntax.Interpreter;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SectionCommandTest {

  @Test
  void optionsComeBeforeTheScript() {
    assertThat(
            SectionCommand.of(new Interpreter.Shell(List.of("-u")), "/.post.script", Trace.SHOWN))
        .containsExactly("/bin/sh", "-ex", "-u", "/.post.script");
    assertThat(SectionCommand.of(new Interpreter.Shell(List.of()), "/s", Trace.QUIET))
        .containsExactly("/bin/sh", "-e", "/s");
  }

  @Test
  void anotherInterpreterIsCalledByTheShell() {
    assertThat(
            SectionCommand.of(
                new Interpreter.Command(List.of(), List.of("/bin/bash", "-e")),
                "/.post.script",
                Trace.SHOWN))
        .containsExactly("/bin/sh", "-ex", "-c", "/bin/bash -e '/.post.script'");
  }
}
