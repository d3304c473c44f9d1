package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.execute;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// An authority of a test's own: `ca.pem` in a directory, and what it signs.
record OwnAuthority(Path directory) {

  static OwnAuthority createOrSkip(Path directory) {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "openssl is not installed");
    OwnAuthority authority = new OwnAuthority(directory);
    authority.openssl(
        "req -newkey rsa:2048 -nodes -keyout ca.key -x509 -out ca.pem -days 9 -subj /CN=A");
    return authority;
  }

  /// Makes `NAME.pem` and `NAME.key`, for servers on 127.0.0.1 and for who calls them.
  OwnAuthority sign(String name) {
    try {
      Files.writeString(
          directory.resolve("names"),
          "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    openssl(
        "req -newkey rsa:2048 -nodes -keyout %1$s.key -out %1$s.csr -subj /CN=%1$s"
            .formatted(name));
    openssl(
        "x509 -req -in %1$s.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 9 -extfile names -out %1$s.pem"
            .formatted(name));
    return this;
  }

  private void openssl(String words) {
    List<String> command = new ArrayList<>(List.of("env", "--chdir=" + directory, "openssl"));
    command.addAll(List.of(words.split(" ", -1)));
    execute(command.toArray(String[]::new));
  }
}
