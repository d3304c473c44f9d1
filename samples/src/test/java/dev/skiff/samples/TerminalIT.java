package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.execute;
import static dev.skiff.samples.InstalledSkiff.skiff;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What a person sees and types on a terminal while images come from a registry.
@Timeout(300)
final class TerminalIT {

  @TempDir private Path kept;
  private final Map<String, String> environment = new HashMap<>();
  private Path home = Path.of("/");

  @BeforeEach
  void aHome() {
    home = directoryOf(HostUser.SINGLE.orSkip());
    environment.put("HOME", home.toString());
    environment.put("SKIFF", InstalledSkiff.command().toString());
    environment.put("SKIFF_CACHEDIR", home.resolve("cache").toString());
  }

  private TypedTerminal terminal(String line) {
    return TypedTerminal.startOrSkip(HostUser.SINGLE, home, environment, line);
  }

  @Test
  void aPasswordIsAskedForAndNotShown() throws IOException {
    try (LoopbackRegistry registry = LoopbackRegistry.startGuardedOrSkip(kept)) {
      Files.copy(BusyboxImage.sif(), home.resolve("b.sif"));
      Files.copy(kept.resolve("ca.pem"), home.resolve("ca.pem"));
      execute("chmod", "a+r", home.resolve("ca.pem") + "", home.resolve("b.sif") + "");
      skiff(
              HostUser.SINGLE,
              home,
              environment,
              "config",
              "set",
              "ca-files." + registry.host(),
              "ca.pem")
          .ends(0);
      String name = registry.host() + "/team/b:1";
      String[] lines = {
        "$SKIFF push --docker-login b.sif docker://" + name,
        "$SKIFF pull --docker-login x.sif docker://" + name,
        // neither stream of the payload is asked for anything
        "$SKIFF exec --docker-login docker://%s sh -c 'read a; echo got $a' </dev/null | cat"
            .formatted(name),
        "$SKIFF run --docker-login docker://" + name,
        "APPTAINER_DOCKER_LOGIN=1 $SKIFF exec docker://%s true".formatted(name),
      };
      for (String line : lines) {
        try (TypedTerminal terminal = terminal(line + "; stty -a | tr ' ' '\\n' | grep echo$")) {
          Outcome outcome =
              terminal.types("User name: ", "alice").types("Password: ", "wonderland").ends();
          assertThat(outcome.out())
              .as(line)
              .contains("alice")
              .doesNotContain("wonderland", "error:")
              .endsWith("echo\r\n")
              .doesNotEndWith("-echo\r\n");
        }
      }
      try (TypedTerminal terminal =
          terminal("$SKIFF exec --docker-login docker://%s true".formatted(name))) {
        terminal
            .types("User name: ", "alice")
            .types("Password: ", "wrong")
            .ends()
            .ends(125)
            .printsAmongOthers("UNAUTHORIZED");
      }
      skiff(
              HostUser.SINGLE,
              home,
              environment,
              "exec",
              "--docker-login",
              "docker://" + name,
              "true")
          .ends(125)
          .complains("there is no terminal to ask on");
    }
  }

  @Test
  void eachBlobIsShownWhileItComes() throws IOException {
    try (LoopbackRegistry registry = LoopbackRegistry.startOrSkip(kept);
        SlowLink link = SlowLink.to(registry.host())) {
      OciArchiveFixture fixture = new OciArchiveFixture(directoryOf(HostUser.ROOT));
      fixture.busybox();
      fixture.layer("gzip -1", "+gzip", "head -c 8000000 /dev/urandom > a");
      fixture.layer("gzip -1", "+gzip", "head -c 9000000 /dev/urandom > b");
      String image = registry.push(fixture.archive("image.tar", "{}"), "team/noise");
      String name = "docker://" + link.host() + image.substring(image.indexOf('/'));
      try (TypedTerminal terminal = terminal("$SKIFF exec --no-https %s true".formatted(name))) {
        Outcome outcome = terminal.ends().ends(0);
        outcome.printsAmongOthers(" MB (");
        assertThat(outcome.out())
            .containsPattern("download [0-9.]+ .?B of 1[78](\\.[0-9])? MB \\([0-9]+%\\)")
            .containsPattern("    sha256:[0-9a-f]{12} [0-9.]+ .?B of [89]\\.[0-9] MB \\([0-9]+%\\)")
            .containsPattern("  download 1[78](\\.[0-9])? MB, [0-9.]+ s");
      }
      execute("rm", "-rf", home.resolve("cache").toString());
      String plain =
          skiff(HostUser.SINGLE, home, environment, "exec", "--no-https", name, "true")
              .ends(0)
              .err();
      assertThat(plain).doesNotContain("\u001b", "%", "sha256:").contains("  download 1");
      execute("rm", "-rf", home.resolve("cache").toString());
      assertThat(
              skiff(HostUser.SINGLE, home, environment, "exec", "-q", "--no-https", name, "true")
                  .ends(0)
                  .err())
          .isEmpty();
    }
  }
}
