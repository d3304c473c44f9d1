package dev.skiff.builder.docker;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import javax.net.ssl.SSLException;

/// What a person is told when a Docker daemon does not do what it should.
final class DaemonProblems {

  private static final int LONGEST = 600;

  private DaemonProblems() {}

  static ProblemException noSocket(URI host, boolean looked) {
    return new ProblemException(
        unreachable(
            looked
                ? "there is no socket '%s': Docker is not installed, or not running"
                    .formatted(host.getPath())
                : "'%s' cannot be seen by you".formatted(host.getPath()),
            "start it (systemctl start docker), or say where it is: DOCKER_HOST=unix:///PATH"));
  }

  static ProblemException notConnected(URI host, IOException e) {
    String why = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    if (why.contains("permission denied")) {
      return new ProblemException(
          new Problem(
              "cannot use the Docker daemon",
              "you may not use its socket '%s'".formatted(host.getPath()),
              "ask to become a member of the group 'docker', or use the daemon's image as a file:"
                  + " docker save -o app.tar NAME"),
          ExitCode.NOT_ALLOWED,
          e);
    }
    return new ProblemException(
        unreachable(
            why.contains("refused")
                ? "nobody answers on '%s': the daemon is not running".formatted(host.getPath())
                : "'%s': %s".formatted(host.getPath(), why),
            "start it: systemctl start docker"),
        ExitCode.PROBLEM,
        e);
  }

  private static Problem unreachable(String why, String fix) {
    return new Problem("cannot use the Docker daemon", why, fix);
  }

  /// @param encryption whether certificates were shown
  static ProblemException noAnswer(URI host, Encryption encryption, RuntimeException e) {
    if (encryption == Encryption.TLS && isSentAway(e)) {
      return sentAway(host, e);
    }
    String said = line(e);
    boolean tooOld = said.contains("too old");
    boolean wantsTls = said.contains("HTTP request to an HTTPS server");
    boolean distrusted = isDistrust(e);
    String fix = "see whether it is running: DOCKER_HOST=%s docker info".formatted(host);
    if (tooOld) {
      fix = "use Docker 20.10 or newer";
    } else if (wantsTls) {
      fix =
          "it wants TLS: set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the folder of ca.pem,"
              + " cert.pem and key.pem";
    } else if (distrusted) {
      fix =
          "put the daemon's ca.pem, and your cert.pem and key.pem, into the folder that"
              + " DOCKER_CERT_PATH or the context names";
    }
    return new ProblemException(
        new Problem(
            "cannot use the Docker daemon",
            "%s does not answer as one: %s".formatted(host, said),
            fix),
        tooOld || wantsTls || distrusted ? ExitCode.PROBLEM : ExitCode.TRY_AGAIN,
        e);
  }

  /// How a daemon is spoken to.
  enum Encryption {
    NONE,
    TLS
  }

  /// Whether it ended the connection when it had seen our certificate: by an alert, or, as the
  /// client goes on speaking meanwhile, without a word.
  private static boolean isSentAway(RuntimeException e) {
    String said = line(e).toLowerCase(Locale.ROOT);
    return said.contains("broken pipe")
        || said.contains("connection reset")
        || said.contains("fatal alert")
        || said.contains("closed connection");
  }

  private static ProblemException sentAway(URI host, RuntimeException e) {
    return new ProblemException(
        new Problem(
            "cannot use the Docker daemon",
            "%s ended the connection when it was shown your certificate: it is of no authority that the daemon believes, or has expired (%s)"
                .formatted(host, line(e)),
            "put a cert.pem and key.pem that the daemon's authority signed into the folder that"
                + " DOCKER_CERT_PATH or the context names"),
        ExitCode.NOT_ALLOWED,
        e);
  }

  /// Whether the daemon's certificate was not believed.
  private static boolean isDistrust(Throwable e) {
    Throwable cause = e;
    while (!(cause instanceof SSLException) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof SSLException;
  }

  static ProblemException noCertificate(Path file) {
    return new ProblemException(
        unreachable(
            "DOCKER_TLS_VERIFY asks for certificates, and there is no '%s' that you can read"
                .formatted(file),
            "put ca.pem, cert.pem and key.pem there, or name their folder: DOCKER_CERT_PATH=DIR"));
  }

  static ProblemException ssh(String host) {
    return new ProblemException(
        new Problem(
            "cannot use the Docker daemon",
            "DOCKER_HOST is '%s', and Skiff speaks no ssh to a daemon".formatted(host),
            "forward its socket: ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock HOST, then"
                + " DOCKER_HOST=unix:///tmp/docker.sock"));
  }

  static ProblemException unusableAddress(String named, RuntimeException e) {
    return new ProblemException(
        new Problem(
            "cannot use the Docker daemon",
            named.isEmpty()
                ? "Docker's configuration cannot be used: " + line(e)
                : "'%s' is no address of one: %s".formatted(named, line(e)),
            "write for example DOCKER_HOST=unix:///var/run/docker.sock or tcp://HOST:2376"),
        ExitCode.PROBLEM,
        e);
  }

  static ProblemException noImage(String name, URI host) {
    return new ProblemException(
        new Problem(
            "cannot use the image '%s'".formatted(name),
            "the Docker daemon of %s has none of that name".formatted(host),
            "docker images lists what it has; docker pull %s may fetch it".formatted(name)));
  }

  static ProblemException refused(String what, URI host, RuntimeException e) {
    return new ProblemException(
        new Problem(
            "the Docker daemon did not %s".formatted(what),
            "that of %s says: %s".formatted(host, line(e)),
            "see what its log says of that: journalctl -u docker"),
        ExitCode.PROBLEM,
        e);
  }

  static ProblemException broken(String what, URI host, RuntimeException e) {
    return new ProblemException(
        new Problem(
            "the Docker daemon did not %s".formatted(what),
            "the connection to %s failed: %s".formatted(host, line(e)),
            "see whether it is running: DOCKER_HOST=%s docker info".formatted(host)),
        ExitCode.TRY_AGAIN,
        e);
  }

  static ProblemException notTaken(String name, String why) {
    return new ProblemException(
        new Problem(
            "the Docker daemon did not take '%s'".formatted(name),
            shortened(why),
            "see what its log says of that, and whether it has room"));
  }

  static ProblemException notBuilt(String file, String why) {
    boolean buildkit = why.contains("BuildKit") || why.contains("buildkit");
    return new ProblemException(
        new Problem(
            "cannot build '%s'".formatted(file),
            shortened(why),
            buildkit
                ? "build it with Docker's own command, then name the image: docker build -t app . &&"
                    + " skiff build app.sif docker-daemon:app"
                : "mend the Dockerfile; the lines above are what the daemon said"));
  }

  private static String line(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) { // the others only say that it failed
      cause = cause.getCause();
    }
    return shortened(String.valueOf(cause.getMessage()));
  }

  private static String shortened(String text) {
    String line = text.strip().replaceAll("\\s*\\R\\s*", " ");
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }
}
