package dev.skiff.builder.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DebootstrapBaseTest {

  @TempDir Path root;

  @Test
  void packagesAndWhatIsOfThisMachineGoAndListsStay() throws IOException {
    String list = "var/lib/apt/lists/m_Packages";
    List<String> go =
        List.of(
            "var/cache/apt/archives/bash_5.deb",
            "var/log/bootstrap.log",
            "etc/hostname",
            "etc/resolv.conf",
            "etc/apt/apt.conf.d/99mmdebstrap",
            "dev/console");
    for (String name : go) {
      put(name);
    }
    put(list);
    put("etc/debian_version");
    DebootstrapBase.tidy(root);
    assertThat(go).allSatisfy(name -> assertThat(root.resolve(name)).doesNotExist());
    assertThat(root.resolve(list)).exists();
    assertThat(root.resolve("etc/debian_version")).exists();
    assertThat(root.resolve("var/cache/apt/archives")).isEmptyDirectory();
  }

  private void put(String name) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, "x");
  }
}
