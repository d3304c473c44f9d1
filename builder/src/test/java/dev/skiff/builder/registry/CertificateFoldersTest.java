package dev.skiff.builder.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CertificateFoldersTest {

  @TempDir Path home;

  private void put(String name) throws IOException {
    Path file = home.resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, "");
  }

  @Test
  void theNearestFolderThatKnowsTheHostCounts() throws IOException {
    put("own/docker/certs.d/lab:5000/b.crt");
    put("own/docker/certs.d/lab:5000/me.cert");
    put("own/docker/certs.d/lab:5000/me.key");
    CertificateFolders folders =
        CertificateFolders.of(
            Map.of("HOME", home.toString(), "XDG_CONFIG_HOME", home.resolve("own").toString()));
    Path docker = home.resolve("own/docker/certs.d/lab:5000");
    assertThat(folders.authorities("lab:5000")).containsExactly(docker.resolve("b.crt"));
    assertThat(folders.certificate("lab:5000")).contains(docker.resolve("me.cert"));
    assertThat(folders.authorities("lab")).isEmpty();
    put("own/containers/certs.d/lab:5000/a.crt");
    assertThat(folders.authorities("lab:5000"))
        .containsExactly(home.resolve("own/containers/certs.d/lab:5000/a.crt"));
    assertThat(folders.certificate("lab:5000")).isEmpty();
  }

  @Test
  void aCertificateWithoutItsKeyIsNone() throws IOException {
    put("h/lab/a.cert");
    put("h/lab/b.cert");
    put("h/lab/b.key");
    assertThat(new CertificateFolders(List.of(home.resolve("h"))).certificate("lab"))
        .contains(home.resolve("h/lab/b.cert"));
  }

  @Test
  void noHostLeadsOutOfTheFolder() throws IOException {
    put("h/certs.d/x");
    put("h/a.crt");
    CertificateFolders folders = new CertificateFolders(List.of(home.resolve("h/certs.d")));
    assertThat(folders.authorities("..")).isEmpty();
    assertThat(folders.authorities("")).isEmpty();
  }
}
