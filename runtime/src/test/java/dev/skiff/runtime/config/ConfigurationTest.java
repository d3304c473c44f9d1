package dev.skiff.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.squashfs.codec.CompressionLevel;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {

  @TempDir Path directory;
  private final Map<String, String> environment = new HashMap<>();
  private Path site;
  private Path user;
  private Path project;
  private Path here;

  @BeforeEach
  void aHomeWithAProject() throws IOException {
    here = Files.createDirectories(directory.resolve("home/work/project/src"));
    project = here.resolveSibling("skiff.yaml");
    user = directory.resolve("home/.config/skiff/skiff.yaml");
    Files.createDirectories(user.getParent());
    site = directory.resolve("site.yaml");
    environment.put("HOME", directory.resolve("home").toString());
  }

  private ConfigPlaces places() throws IOException {
    int uid = (int) Files.getAttribute(directory, "unix:uid");
    return new ConfigPlaces(environment, here, uid);
  }

  private Configuration load() throws IOException {
    return Configuration.load(places());
  }

  private void writeSite(String text) throws IOException {
    Files.writeString(site, text);
    environment.put("SKIFF_SITE_CONFIG", site.toString());
  }

  @Test
  void eachFileComesOverTheOneBeforeAndTheEnvironmentOverAll() throws IOException {
    writeSite("compression: xz\nprocessors: 1\nretries: 1\nblock-size: 4K\n");
    Files.writeString(user, "compression: gzip\nprocessors: 2\nretries: 2\n");
    Files.writeString(project, "compression: lz4\nprocessors: 3\n");
    environment.put("SKIFF_COMPRESSION", "zstd:9");
    Configuration configuration = load();
    assertThat(configuration.word(Setting.COMPRESSION)).contains("zstd:9");
    assertThat(configuration.word(Setting.PROCESSORS)).contains("3");
    assertThat(configuration.word(Setting.RETRIES)).contains("2");
    assertThat(configuration.word(Setting.BLOCK_SIZE)).contains("4K");
    assertThat(configuration.settings().compression()).contains(CompressionLevel.parse("zstd:9"));
    assertThat(configuration.all(Setting.COMPRESSION))
        .extracting(Given::place)
        .containsExactly(site + ":1", user + ":1", project + ":1", "SKIFF_COMPRESSION");
    assertThat(configuration.warnings()).isEmpty();
  }

  @Test
  void mirrorsAreTakenRegistryByRegistryAndInsecureHostsAreJoined() throws IOException {
    writeSite("mirrors: {a: [https://s], b: [https://s]}\ninsecure: [one]\n");
    Files.writeString(user, "mirrors: {a: [https://o]}\ninsecure: [two]\n");
    RegistrySettings registries = load().settings().registries();
    assertThat(registries.mirrorsOf("a")).containsExactly(URI.create("https://o"));
    assertThat(registries.mirrorsOf("b")).containsExactly(URI.create("https://s"));
    assertThat(registries.insecure()).containsExactlyInAnyOrder("one", "two");
  }

  @Test
  void theNamedFileStandsForAllOthers() throws IOException {
    writeSite("insecure: [site]");
    Files.writeString(user, "insecure: [user]");
    Files.writeString(project, "insecure: [project]");
    Path named = Files.writeString(directory.resolve("named.yaml"), "insecure: [named]");
    environment.put("SKIFF_CONFIG", named.toString());
    assertThat(load().words(Setting.INSECURE)).containsExactly("named");
  }

  @Test
  void aFileThatIsNamedButNotThereIsAProblem() {
    environment.put("SKIFF_SITE_CONFIG", "/nowhere/skiff.yaml");
    assertThat(catchThrowableOfType(ProblemException.class, this::load).problem().what())
        .isEqualTo("cannot read the configuration '/nowhere/skiff.yaml'");
  }

  @Test
  void aProjectIsLookedForUpToTheHomeDirectoryAndTheHiddenNameIsFirst() throws IOException {
    Files.writeString(directory.resolve("skiff.yaml"), "retries: 9");
    assertThat(places().project()).isEmpty();
    Path atHome = Files.writeString(directory.resolve("home/.skiff.yaml"), "retries: 8");
    assertThat(places().project()).contains(atHome);
    Files.writeString(project, "retries: 7");
    assertThat(places().project()).contains(project);
    Path hidden = Files.writeString(project.resolveSibling(".skiff.yaml"), "retries: 6");
    assertThat(places().project()).contains(hidden);
    here = directory.resolve("home/.config/skiff");
    Files.writeString(user, "retries: 5");
    assertThat(places().project()).contains(atHome);
  }

  @Test
  void whatOthersCanWriteMayNotSayWhomToTrust() throws IOException {
    Files.writeString(
        project, "retries: 7\ninsecure: [evil]\nmirrors: {docker.io: [http://evil]}\n");
    Files.setPosixFilePermissions(project, PosixFilePermissions.fromString("rw-rw-r--"));
    Configuration configuration = load();
    assertThat(configuration.word(Setting.RETRIES)).contains("7");
    assertThat(configuration.settings().registries().insecure()).isEmpty();
    assertThat(configuration.settings().registries().mirrors()).isEmpty();
    assertThat(configuration.warnings())
        .extracting(Problem::why)
        .containsExactly("others can write it, so it may not set insecure, mirrors");
    Files.setPosixFilePermissions(project, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(load().settings().registries().insecure()).containsExactly("evil");
  }

  @Test
  void whatIsWrongInAFileOfOthersStopsNobody() throws IOException {
    Files.writeString(project, "gibberish: 1");
    assertThat(catchThrowableOfType(ProblemException.class, this::load)).isNotNull();
    Files.setPosixFilePermissions(project, PosixFilePermissions.fromString("rw-rw-rw-"));
    assertThat(load().warnings())
        .singleElement()
        .satisfies(warning -> assertThat(warning.why()).contains(project + ":1:1"));
  }

  @Test
  void everySettingThatDecidesWhomToTrustIsKeptFromFilesOfOthers() {
    assertThat(Setting.ALL)
        .filteredOn(setting -> setting.reach() == Setting.Reach.EVERY_FILE)
        .extracting(Setting::name)
        .containsExactlyInAnyOrder(
            "compression",
            "block-size",
            "processors",
            "disable-cache",
            "parallel-downloads",
            "retries");
  }

  @Test
  void whatFilesSayStandsInTheEnvironmentUnlessAVariableSaysIt() throws IOException {
    Files.writeString(
        user, "cachedir: ~/c\ntmpdir: /t\nhttps-proxy: http://p:1\nno-proxy: [a, .b]\n");
    environment.put("APPTAINER_TMPDIR", "/mine");
    environment.put("TMPDIR", "/general");
    Map<String, String> both = load().environment(environment);
    assertThat(both)
        .containsEntry("SKIFF_CACHEDIR", directory.resolve("home/c").toString())
        .containsEntry("https_proxy", "http://p:1")
        .containsEntry("no_proxy", "a,.b")
        .doesNotContainKey("SKIFF_TMPDIR");
  }

  @Test
  void aVariableThatMeansNothingIsToldAndOnesOfOtherProgramsAreTakenAsTheyAre() throws IOException {
    environment.put("https_proxy", "http://user:secret@proxy.lab:3128/");
    assertThat(load().word(Setting.HTTPS_PROXY)).contains("http://user:secret@proxy.lab:3128/");
    environment.put("SKIFF_RETRIES", "often");
    assertThat(catchThrowableOfType(ProblemException.class, this::load).problem().what())
        .isEqualTo("cannot use SKIFF_RETRIES='often'");
  }
}
