package dev.skiff.runtime.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skiff.runtime.request.EnvironmentRequest.Evaluation;
import dev.skiff.runtime.request.EnvironmentRequest.Variable;
import dev.skiff.runtime.request.Verb;
import dev.skiff.runtime.script.EnvironmentScript.Otherwise;
import dev.skiff.runtime.script.EnvironmentScript.Setting;
import dev.skiff.runtime.script.EnvironmentScript.Start;
import dev.skiff.runtime.script.EnvironmentScript.User;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A folder that plays an image, on which real shells carry the scripts out.
final class PlayedImage {

  final Path root;
  final Map<String, String> host = new LinkedHashMap<>();
  final List<Setting> settings = new ArrayList<>();
  final Map<String, String> facts = new LinkedHashMap<>();
  final Map<String, String> fallbacks = new LinkedHashMap<>();
  List<String> passed = List.of();
  String app = "";
  String shellName = "";
  Start start = new Start("/", Otherwise.FAIL);

  /// A shell that may be the waiting one.
  enum Shell {
    DASH,
    BASH,
    BUSYBOX;

    List<String> command() {
      return switch (this) {
        case DASH -> List.of("dash");
        case BASH -> List.of("bash", "--posix");
        case BUSYBOX -> List.of("busybox", "sh");
      };
    }

    void assumePresent() {
      boolean present = false;
      for (String directory : List.of("/bin", "/usr/bin")) {
        present |= Files.isExecutable(Path.of(directory, command().getFirst()));
      }
      assumeTrue(present, command().getFirst() + " is not installed");
    }
  }

  /// What a run said.
  record Outcome(int status, String out, String err) {
    Map<String, String> variables() {
      Map<String, String> variables = new TreeMap<>();
      for (String entry : out.split("\0", -1)) {
        int equals = entry.indexOf('=');
        if (equals < 0) { // after the last one
          continue;
        }
        variables.put(entry.substring(0, equals), entry.substring(equals + 1));
      }
      return variables;
    }
  }

  PlayedImage(Path root) throws IOException {
    this.root = root;
    file("/.singularity.d/env/01-base.sh", "# nothing\n");
    file(
        "/.singularity.d/env/90-environment.sh",
        "export FOO=image SEEN_PATH=$PATH SEEN_HOST=${HOSTVAR-unset}\n");
    file(
        "/.singularity.d/env/99-base.sh",
        """
        if [ -z "${LD_LIBRARY_PATH:-}" ]; then
            LD_LIBRARY_PATH="/.singularity.d/libs"
        else
            LD_LIBRARY_PATH="$LD_LIBRARY_PATH:/.singularity.d/libs"
        fi
        if [ -z "${PS1:-}" ]; then
            PS1="Apptainer> "
        fi
        export LD_LIBRARY_PATH PS1
        """);
    host.put("PATH", "/usr/local/bin:/usr/bin:/bin");
    host.put("HOSTVAR", "from host");
  }

  void file(String path, String text) throws IOException {
    Path file = root.resolve(path.substring(1));
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  void program(String path, String text) throws IOException {
    file(path, text);
    Files.setPosixFilePermissions(
        root.resolve(path.substring(1)), PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  void set(String name, String value, Evaluation evaluation) {
    settings.add(new Setting(new Variable(name, value), evaluation));
  }

  Outcome run(Shell shell, Verb verb, String... words) throws Exception {
    shell.assumePresent();
    List<String> names = new ArrayList<>(host.keySet());
    EnvironmentScript environment =
        new EnvironmentScript(
            root.toString(),
            names,
            passed.isEmpty() ? names.stream().filter(n -> !n.equals("PATH")).toList() : passed,
            fallbacks,
            settings,
            facts,
            new User("/", 1000, 1001),
            start,
            app);
    ActionScript action =
        new ActionScript(root.toString(), verb, app, shellName, ActionScript.Remarks.SPOKEN);
    String body = environment.text() + action.text();
    String text = "{\ncd /\nshift 2\n" + inItsShell(body) + "\n}\n";
    Path script = Files.writeString(root.resolve("payload"), text);
    List<String> command = new ArrayList<>(shell.command());
    // As the launcher does: the script comes through a file, the words are the shell's own.
    command.addAll(List.of("-c", ". " + script + "; exit 99", "sh", "exec", "IMAGE"));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(host);
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    Path error = root.resolve("stderr");
    Process process = builder.redirectError(error.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), out, Files.readString(error));
  }

  private String inItsShell(String body) throws IOException {
    boolean bash = false;
    for (String script : ShellOfImage.SCRIPTS) {
      Path file = root.resolve(script.substring(1));
      bash |= Files.exists(file) && ShellOfImage.isWanted(Files.readString(file));
    }
    return bash ? ShellOfImage.inBash(root.toString(), body) : body;
  }

  Map<String, String> environment(Shell shell) throws Exception {
    Outcome outcome = run(shell, Verb.EXEC, "env", "-0");
    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(outcome.err()).isEmpty();
    return outcome.variables();
  }
}
