package dev.skiff.cli;

import dev.skiff.builder.registry.CredentialLookup;
import dev.skiff.builder.registry.Credentials;
import dev.skiff.builder.registry.Secret;
import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Asks a person for a user name and a password, which is not shown while it is typed.
record PasswordPrompt(Terminal terminal) {

  private static final int LONGEST = 64 << 10;

  /// @param host the registry, for the prompt
  /// @param user the user name, if it is known already
  /// @throws ProblemException if nobody is there to ask
  @SuppressWarnings("SystemConsoleNull") // JDK 25 gives null again, others say it by isTerminal
  Credentials ask(String host, String user) {
    Console console = System.console();
    if (console == null || !console.isTerminal()) {
      throw new ProblemException(
          new Problem(
              "cannot ask for a password",
              "standard input and output are no terminal",
              "run it in a terminal, or write: skiff registry login -u USER --password-stdin HOST"),
          ExitCode.USAGE);
    }
    String where = host.isEmpty() ? "" : " for " + host;
    String fallback = CredentialLookup.isNgc(host) ? CredentialLookup.NGC_USER : "";
    String name = user;
    if (name.isEmpty()) {
      String shown = fallback.isEmpty() ? "" : " [" + fallback + "]";
      String typed = console.readLine("%s", "User name" + where + shown + ": ");
      name = typed == null || typed.isBlank() ? fallback : typed.strip();
    }
    char[] password = console.readPassword("%s", "Password" + where + ": ");
    return of(name, password == null ? "" : new String(password));
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
