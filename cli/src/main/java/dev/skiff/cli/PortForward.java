package dev.skiff.cli;

import dev.skiff.cli.output.Terminal;
import java.security.SecureRandom;
import java.util.HexFormat;

/// A port of the node that is reached from a person's own machine, where Jupyter listens.
///
/// @param local on the person's machine
/// @param remote on the node
/// @param token that the address has and the container gets
record PortForward(int local, int remote, String token) {

  /// Reads `PORT` or `LOCAL:PORT`, and invents a token.
  static PortForward parse(String text) {
    return JobRequestReader.parsed(
        "--port",
        text,
        typed -> {
          int colon = typed.indexOf(':');
          int remote = port(typed.substring(colon + 1));
          return new PortForward(
              colon < 0 ? remote : port(typed.substring(0, colon)),
              remote,
              HexFormat.of().formatHex(new SecureRandom().generateSeed(16)));
        });
  }

  private static int port(String text) {
    int port = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("write a port from 1 to 65535, or LOCAL:PORT");
    }
    return port;
  }

  /// What the container gets, as `--env` takes it: the whole address is known before it listens.
  String variable() {
    return "JUPYTER_TOKEN=" + token;
  }

  /// The line to type at home, and the address to open there.
  void tell(Terminal terminal, String login, String node) {
    String user = System.getProperty("user.name", "USER");
    terminal.inform("on your own machine, type:");
    terminal.inform(
        "  ssh -N -L %d:127.0.0.1:%d -J %s@%s %s@%s"
            .formatted(local, remote, user, login, user, node));
    terminal.inform("and open there:");
    terminal.inform("  http://127.0.0.1:%d/?token=%s".formatted(local, token));
  }
}
