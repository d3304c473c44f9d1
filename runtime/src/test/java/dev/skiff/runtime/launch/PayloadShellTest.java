package dev.skiff.runtime.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.runtime.kernel.Errno;
import dev.skiff.runtime.kernel.Kernel;
import dev.skiff.runtime.plan.SetupStep;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Which images have their bash carry the payload's script out.
final class PayloadShellTest {

  private static final List<SetupStep> SETUP =
      List.of(new SetupStep.IsolateMounts(), new SetupStep.EnterRoot(Path.of("/session/root")));

  private final List<String> asked = new ArrayList<>();

  /// @param second what the image's second script holds; null for none
  /// @param bashMode the type and mode of its bash, or minus an error number
  private Kernel image(@Nullable String second, int bashMode) {
    return (Kernel)
        Proxy.newProxyInstance(
            Kernel.class.getClassLoader(),
            new Class<?>[] {Kernel.class},
            (_, method, arguments) -> {
              asked.add(method.getName() + " " + arguments[arguments.length > 1 ? 1 : 0]);
              return switch (method.getName()) {
                case "openDirectory" -> 7;
                case "readInRoot" ->
                    second == null || arguments[1].toString().contains("/90-")
                        ? null
                        : second.getBytes(StandardCharsets.UTF_8);
                case "openInRoot" -> bashMode < 0 ? bashMode : 8;
                case "mode" -> bashMode;
                default -> 0;
              };
            });
  }

  private String script(@Nullable String second, int bashMode) {
    return PayloadShell.script(image(second, bashMode), SETUP, "exec \"$@\"\n");
  }

  @Test
  void bashCarriesOutWhatHasItsWords() {
    assertThat(script("[[ a ]]\n", 0100755))
        .startsWith("skiff_root=''\nskiff_body='exec \"$@\"\n'\n")
        .contains("exec \"$skiff_root/bin/bash\" --posix -c");
    assertThat(asked)
        .containsExactly(
            "openDirectory /session/root",
            "readInRoot /.singularity.d/env/90-environment.sh",
            "readInRoot /.singularity.d/env/91-environment.sh",
            "openInRoot /bin/bash",
            "mode 8",
            "close 8",
            "close 7");
  }

  @Test
  void anyOtherScriptIsReadAsItIs() {
    assertThat(script("export A=1\n", 0100755)).isEqualTo("exec \"$@\"\n");
    assertThat(script(null, 0100755)).isEqualTo("exec \"$@\"\n");
  }

  @Test
  void bashHasToBeAProgram() {
    assertThat(script("[[ a ]]\n", -Errno.ENOENT)).isEqualTo("exec \"$@\"\n");
    assertThat(script("[[ a ]]\n", 0100644)).isEqualTo("exec \"$@\"\n");
    assertThat(script("[[ a ]]\n", 0040755)).isEqualTo("exec \"$@\"\n");
  }
}
