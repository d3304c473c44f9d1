package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.as;
import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.execute;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A registry that lets in nobody without a certificate, asked by an ordinary user.
@Timeout(600)
final class ClientCertificateIT {

  @TempDir static Path store;
  private static @Nullable LoopbackRegistry registry;

  private final Map<String, String> environment = new HashMap<>();
  private Path home = Path.of("/");
  private String host = "";

  @BeforeAll
  static void startTheRegistry() {
    registry = LoopbackRegistry.startMutualOrSkip(store);
  }

  @AfterAll
  static void stopTheRegistry() {
    if (registry != null) {
      registry.close();
    }
  }

  @BeforeEach
  void aHome() throws IOException {
    assumeTrue(registry != null, "there is no registry");
    host = registry == null ? "" : registry.host();
    home = directoryOf(HostUser.SINGLE.orSkip());
    environment.put("HOME", home.toString());
    Files.copy(BusyboxImage.sif(), home.resolve("b.sif"));
    for (String file : List.of("ca.pem", "me.pem", "me.key", "other.pem", "other.key")) {
      Files.copy(store.resolve(file), home.resolve(file));
    }
    own();
  }

  private void own() {
    execute("chown", "-R", HostUser.SINGLE.account(), home.toString());
  }

  private Outcome skiff(String... words) {
    List<String> command = new ArrayList<>(List.of(InstalledSkiff.command().toString()));
    command.addAll(List.of(words));
    return as(HostUser.SINGLE, home, environment, "", command);
  }

  private Outcome push() {
    return skiff("push", "b.sif", "oras://" + host + "/team/b:1");
  }

  private void openssl(String words) {
    List<String> command = new ArrayList<>(List.of("env", "--chdir=" + home, "openssl"));
    command.addAll(List.of(words.split(" ", -1)));
    execute(command.toArray(String[]::new));
    own();
  }

  @Test
  void whoShowsNoneIsToldWhatIsWanted() {
    skiff("config", "set", "ca-files." + host, "ca.pem").ends(0);
    push()
        .ends(1)
        .complains("it lets in only who shows a certificate that it knows")
        .complains("skiff config set client-certificates." + host);
  }

  @Test
  void theOneOfTheSettingsIsShown() {
    skiff("config", "set", "ca-files." + host, "ca.pem").ends(0);
    skiff("config", "set", "client-certificates." + host, "me.pem").ends(0);
    push().ends(0);
    skiff("pull", "c.sif", "oras://" + host + "/team/b:1").ends(0);
    skiff("run", "oras://" + host + "/team/b:1", "x").ends(0).prints("run 1 x  bar\n");
  }

  @Test
  void theFoldersOfOtherToolsCount() throws IOException {
    for (String tool : List.of("containers", "docker")) {
      Path folder = home.resolve(".config/" + tool + "/certs.d").resolve(host);
      Files.createDirectories(folder);
      Files.copy(store.resolve("ca.pem"), folder.resolve("lab.crt"));
      Files.copy(store.resolve("me.pem"), folder.resolve("client.cert"));
      Files.copy(store.resolve("me.key"), folder.resolve("client.key"));
      own();
      push().ends(0);
      execute("rm", "-r", home.resolve(".config/" + tool).toString());
    }
  }

  @Test
  void allUsualFormsOfKeysAreRead() throws IOException {
    skiff("config", "set", "ca-files." + host, "ca.pem").ends(0);
    skiff("config", "set", "client-certificates." + host, "both.pem").ends(0);
    openssl("rsa -in me.key -traditional -out old.key");
    for (String key : List.of("me.key", "old.key")) {
      Files.writeString(
          home.resolve("both.pem"),
          Files.readString(home.resolve("me.pem")) + Files.readString(home.resolve(key)));
      push().ends(0);
    }
    openssl("ecparam -name prime256v1 -genkey -out curve.key");
    openssl("req -new -key curve.key -out curve.csr -subj /CN=curve");
    openssl(
        "x509 -req -CA %1$s/ca.pem -CAkey %1$s/ca.key -set_serial 7 -in curve.csr -out curve.pem"
            .formatted(store));
    skiff("config", "set", "client-certificates." + host, "curve.pem").ends(0);
    push().ends(0);
  }

  @Test
  void whatCannotBeShownIsTold() throws IOException {
    skiff("config", "set", "ca-files." + host, "ca.pem").ends(0);
    skiff("config", "set", "client-certificates." + host, "me.pem").ends(0);
    Files.copy(home.resolve("me.key"), home.resolve("kept.key"));
    openssl("rsa -in kept.key -aes128 -passout pass:secret -out me.key");
    push().ends(1).complains("its key has a password").complains("openssl pkey");
    execute("cp", home.resolve("other.key").toString(), home.resolve("me.key").toString());
    push().ends(1).complains("the key is of another certificate");
    Files.delete(home.resolve("me.key"));
    push().ends(1).complains("there is no key").complains("me.key");
    Files.delete(home.resolve("me.pem"));
    push().ends(1).complains("there is no such file");
  }
}
