package dev.skiff.cli;

import dev.skiff.builder.registry.CredentialLookup;
import dev.skiff.builder.registry.Credentials;
import dev.skiff.builder.registry.Secret;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Asks a person for a user name and a password, which is not shown while it is typed. The terminal
/// is asked, wherever standard input and output lead: those may be the payload's.
final class PasswordPrompt {

  private static final int LONGEST = 64 << 10;

  /// @param host the registry, for the prompt
  /// @param user the user name, if it is known already
  /// @throws ProblemException if nobody is there to ask
  Credentials ask(String host, String user) {
    try (OwnTerminal terminal = OwnTerminal.open()) {
      return ask(terminal, host, user);
    } catch (IOException e) {
      throw new ProblemException(
          new Problem(
              "cannot ask for a password",
              "there is no terminal to ask on",
              "run it in a terminal, or write: skiff registry login -u USER --password-stdin HOST"),
          ExitCode.USAGE,
          e);
    }
  }

  private static Credentials ask(OwnTerminal terminal, String host, String user)
      throws IOException {
    String where = host.isEmpty() ? "" : " for " + host;
    String fallback = CredentialLookup.isNgc(host) ? CredentialLookup.NGC_USER : "";
    String name = user;
    if (name.isEmpty()) {
      String shown = fallback.isEmpty() ? "" : " [" + fallback + "]";
      String typed = terminal.ask("User name" + where + shown + ": ");
      name = typed.isBlank() ? fallback : typed.strip();
    }
    return of(name, terminal.askUnseen("Password" + where + ": "));
  }

  /// The password that stands on standard input, without the line's end.
  Credentials fromInput(String user) {
    try {
      byte[] bytes = System.in.readNBytes(LONGEST);
      return of(user, new String(bytes, StandardCharsets.UTF_8).replaceFirst("\\R$", ""));
    } catch (IOException e) {
      throw incomplete("standard input cannot be read");
    }
  }

  static Credentials of(String user, String password) {
    if (user.isEmpty() || password.isEmpty()) {
      throw incomplete(user.isEmpty() ? "there is no user name" : "the password is empty");
    }
    if (user.indexOf(':') >= 0) {
      throw incomplete("a user name holds no colon");
    }
    return new Credentials(user, new Secret(password), Credentials.Kind.PASSWORD);
  }

  private static ProblemException incomplete(String why) {
    return new ProblemException(
        new Problem(
            "cannot log in",
            why,
            "name the user with -u, and give the password on standard input with"
                + " --password-stdin, or type it when asked"),
        ExitCode.USAGE);
  }
}
