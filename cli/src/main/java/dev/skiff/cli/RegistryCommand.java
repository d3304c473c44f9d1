package dev.skiff.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.skiff.builder.registry.AuthFile;
import dev.skiff.builder.registry.CredentialLookup;
import dev.skiff.builder.registry.Credentials;
import dev.skiff.builder.registry.RegistryLogin;
import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.config.RegistrySettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `skiff registry`: passwords of registries.
@Command(
    name = "registry",
    mixinStandardHelpOptions = true,
    description = "Log in to registries and out again.",
    footer = {
      "",
      "Passwords are kept as Docker and Apptainer keep them, in ~/.apptainer/docker-config.json or the file of",
      "--authfile, which only its owner can read; or by the credential helper that this file names.",
      "",
      "Examples:",
      "  skiff registry login docker.io",
      "  skiff registry login -u alice --password-stdin registry.lab:5000 < token",
      "  skiff registry login nvcr.io                 # the user name is $oauthtoken, the password a key of NGC",
      "  skiff registry list",
      "  skiff registry logout docker.io"
    },
    subcommands = {
      RegistryCommand.Login.class,
      RegistryCommand.Logout.class,
      RegistryCommand.ListLogins.class
    })
final class RegistryCommand {

  /// `skiff registry login`.
  @Command(name = "login", description = "Try a password, and keep it if the registry takes it.")
  static final class Login extends Subcommand {

    @Parameters(paramLabel = "HOST", description = "The registry, HOST[:PORT] or docker://HOST.")
    private String name = "";

    @Option(
        names = {"-u", "--username"},
        paramLabel = "USER",
        description = "The user name (nvcr.io: $oauthtoken, which is assumed there).")
    private String user = "";

    @Option(
        names = {"-p", "--password"},
        paramLabel = "PASSWORD",
        description = "The password; others on this machine can see it while the command runs.")
    private Optional<String> password = Optional.empty();

    @Option(names = "--password-stdin", description = "Read the password from standard input.")
    private boolean stdin;

    @Mixin private RegistryOptions registry = new RegistryOptions();

    @Override
    int run(Terminal terminal) {
      String host = RegistryLogin.host(name);
      Map<String, String> environment = registry.loginEnvironment(terminal);
      RegistrySettings settings = registry.config(terminal).registries();
      if (registry.plainHttp(environment)) {
        settings = settings.withInsecure(host);
      }
      Credentials credentials = credentials(terminal, host);
      RegistryLogin.Answer answer =
          new RegistryLogin(settings, environment).check(host, credentials);
      if (answer == RegistryLogin.Answer.NOT_ASKED_FOR) {
        terminal.warn(
            new Problem(
                "the password for '%s' was not tried".formatted(host),
                "the registry lets everybody in who only reads",
                "nothing: it is kept, and shown where the registry asks for one"));
      }
      String keeper = AuthFile.of(environment).store(host, credentials);
      terminal.inform(
          "logged in to %s as %s; %s keeps the password"
              .formatted(host, credentials.username(), keeper));
      return ExitCode.DONE.status();
    }

    private Credentials credentials(Terminal terminal, String host) {
      String known = user.isEmpty() && CredentialLookup.isNgc(host) ? ngcUser() : user;
      PasswordPrompt prompt = new PasswordPrompt();
      if (password.isPresent() && stdin) {
        throw new ProblemException(
            new Problem(
                "cannot log in to '%s'".formatted(host),
                "the password is given twice: with --password and with --password-stdin",
                "leave out --password, which others on this machine can see"),
            ExitCode.USAGE);
      }
      if (password.isPresent()) {
        terminal.warn(
            new Problem(
                "the password stood on the command line",
                "others on this machine can see it there, and the shell's history keeps it",
                "use --password-stdin, or type it when asked"));
        return PasswordPrompt.of(known, password.get());
      }
      return stdin ? prompt.fromInput(known) : prompt.ask(host, known);
    }

    private static String ngcUser() {
      return CredentialLookup.NGC_USER;
    }
  }

  /// `skiff registry logout`.
  @Command(name = "logout", description = "Forget the password of a registry.")
  static final class Logout extends Subcommand {

    @Parameters(paramLabel = "HOST", description = "The registry, HOST[:PORT] or docker://HOST.")
    private String name = "";

    @Mixin private RegistryOptions registry = new RegistryOptions();

    @Override
    int run(Terminal terminal) {
      String host = RegistryLogin.host(name);
      AuthFile file = AuthFile.of(registry.loginEnvironment(terminal));
      boolean known = file.remove(host);
      terminal.inform(
          known
              ? "logged out of " + host
              : "'%s' keeps no password for %s".formatted(file.path(), host));
      return ExitCode.DONE.status();
    }
  }

  /// `skiff registry list`.
  @Command(name = "list", description = "List the registries that passwords are kept for.")
  static final class ListLogins extends Subcommand {

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Mixin private RegistryOptions registry = new RegistryOptions();

    /// @param file where it stands
    private record Line(AuthFile.Entry entry, Path file) {}

    @Override
    int run(Terminal terminal) {
      Map<String, String> environment = registry.loginEnvironment(terminal);
      List<Line> lines = new ArrayList<>();
      for (AuthFile file :
          List.of(AuthFile.of(environment), AuthFile.ofDocker(environment)).stream()
              .distinct()
              .toList()) {
        file.entries().forEach(entry -> lines.add(new Line(entry, file.path())));
      }
      terminal.show(json ? json(lines) : text(lines));
      return ExitCode.DONE.status();
    }

    private static String text(List<Line> lines) {
      StringBuilder text =
          new StringBuilder("%-28s %-20s %s%n".formatted("REGISTRY", "USER", "KEPT BY"));
      for (Line line : lines) {
        String keeper =
            line.entry.keeper().equals("file") ? line.file.toString() : line.entry.keeper();
        text.append(
            "%-28s %-20s %s%n".formatted(line.entry.host(), line.entry.user().orElse("-"), keeper));
      }
      return text.toString();
    }

    private static String json(List<Line> lines) {
      ArrayNode list = JsonNodeFactory.instance.arrayNode();
      for (Line line : lines) {
        var one = list.addObject();
        one.put("registry", line.entry.host());
        line.entry.user().ifPresent(user -> one.put("user", user));
        one.put("keeper", line.entry.keeper());
        one.put("file", line.file.toString());
      }
      return list.toPrettyString() + "\n";
    }
  }
}
