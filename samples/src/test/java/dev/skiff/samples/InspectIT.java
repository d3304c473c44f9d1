package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.as;
import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.execute;
import static dev.skiff.samples.InstalledSkiff.skiff;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Looking into images without starting them: what they say, their layers, their sizes.
@Timeout(300)
final class InspectIT {

  private static final String CONFIG =
      """
      {"Env":["PATH=/bin","V=1"],"Cmd":["sh"],"Labels":{"org.example.who":"somebody"}}\
      """;

  private Path directory = Path.of("/");

  @BeforeEach
  void startInAnEmptyDirectory() {
    directory = directoryOf(HostUser.SINGLE.orSkip());
  }

  private Outcome type(String... words) {
    return skiff(HostUser.SINGLE, directory, words);
  }

  private static Path archive() {
    return new OciArchiveFixture(directoryOf(HostUser.ROOT))
        .busybox()
        .layer("gzip -1", "+gzip", "mkdir opt; echo 12345 > opt/gone; echo 1234567 > opt/kept")
        .layer("cat", "", "mkdir opt; echo 9 > opt/new; ln opt/new opt/hard; touch opt/.wh.gone")
        .archive("O.tar", CONFIG);
  }

  @Test
  void aConvertedImageRemembersItsLayers() throws IOException {
    Path archive = archive();
    type("build", "x.sif", "oci-archive:" + archive).ends(0);
    Outcome json = type("inspect", "--layers", "--json", "x.sif").ends(0);
    assertThat(json.out())
        .contains("\"reference\": \"" + archive.getFileName() + '"')
        .containsPattern("\"digest\": \"sha256:[0-9a-f]{64}\"")
        .doesNotContain("\"definition\"");
    assertThat(json.out().lines().filter(line -> line.contains("visibleBytes")).skip(1))
        .map(String::strip)
        .containsExactly("\"visibleBytes\": 8,", "\"visibleBytes\": 2,");
    assertThat(type("inspect", "--layers", "x.sif").ends(0).out())
        .contains("layer        compressed   unpacked      files    visible  made by\n")
        .containsPattern("\nall .*");
    type("exec", "x.sif", "cat", "/opt/new").ends(0).prints("9\n");
    type("inspect", "x.sif").ends(0).printsAmongOthers("org.example.who: somebody\n");
  }

  @Test
  void aDefinitionOnTopOfLayersIsOneLineMore() throws IOException {
    Files.writeString(
        directory.resolve("x.def"),
        "Bootstrap: oci-archive\nFrom: " + archive() + "\n%post\n  printf 12345678 > /opt/mine\n");
    Map<String, String> epoch = Map.of("SOURCE_DATE_EPOCH", "1");
    skiff(HostUser.SINGLE, directory, epoch, "build", "a.sif", "x.def").ends(0);
    skiff(HostUser.SINGLE, directory, epoch, "build", "b.sif", "x.def").ends(0);
    assertThat(Files.mismatch(directory.resolve("a.sif"), directory.resolve("b.sif")))
        .isEqualTo(-1);
    assertThat(type("inspect", "--layers", "a.sif").ends(0).out())
        .containsPattern("\ndefinition .* \\+[0-9.]+ kB  what the definition changed\n");
    type("exec", "a.sif", "cat", "/opt/mine").ends(0).prints("12345678");
  }

  @Test
  void imagesWithoutLayersSaySo() throws IOException {
    String busybox = BusyboxImage.sif().toString();
    type("inspect", "--layers", busybox).ends(1).complains("no layers are recorded in it");
    type("build", "--sandbox", "box", busybox).ends(0);
    type("inspect", "--layers", "box").ends(1).complains("a sandbox keeps no record");
    type("inspect", "--layers", "absent.sif").ends(1).complains("there is no such file");
  }

  @Test
  void anOciImageIsLookedIntoWhereItLies() {
    String uri = "oci-archive:" + archive();
    type("inspect", uri).ends(0).prints("org.example.who: somebody\n");
    type("inspect", "-e", uri).ends(0).printsAmongOthers("export V=");
    assertThat(type("inspect", "--layers", uri).ends(0).out()).containsPattern("kB +- +- +-");
    type("inspect", "--tree", uri).ends(1).complains("skiff pull " + uri);
  }

  @Test
  void theSizesOfAnImageAndOfItsSandboxAreTheSame() throws IOException {
    String uri = "oci-archive:" + archive();
    type("build", "x.sif", uri).ends(0);
    type("build", "--sandbox", "box", uri).ends(0);
    String image = type("inspect", "--tree=9", "-j", "x.sif").ends(0).out();
    String box = type("inspect", "--tree=9", "-j", "box").ends(0).out();
    assertThat(image).contains("\"compressedBytes\"");
    String known = ",\\s*\"compressedBytes\": \\d+"; // of a sandbox only where there is nothing
    assertThat(image.replaceAll(known, "")).isEqualTo(box.replaceAll(known, ""));
    assertThat(type("inspect", "--tree", "x.sif").ends(0).out())
        .contains("the biggest files\n", "/bin/busybox", "█");
  }

  @ParameterizedTest
  @ValueSource(strings = {"xterm", "dumb", ""})
  void aTerminalIsNotDrivenByAnImage(String term) throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "script is not installed");
    Path meta = Files.createDirectories(directory.resolve("box/.singularity.d"));
    Files.writeString(meta.resolve("runscript"), "echo \u001b[31mred\n");
    execute("chmod", "-R", "a+rX", directory.toString());
    Files.writeString(directory.resolve("x.def"), "#\u001b[31mred\nBootstrap: scratch\n");
    for (String words :
        List.of("inspect -r box", "inspect -r box/nothing\u001b[31mred", "def show x.def")) {
      Outcome live =
          onTerminal(term, InstalledSkiff.command() + " " + words.replace("\u001b", "$E"));
      assertThat(live.out()).as(words).contains("\\u001b[31mred").doesNotContain("\u001b");
    }
    type("inspect", "-r", "box").ends(0).prints("echo \u001b[31mred\n");
    type("def", "show", "x.def").ends(0).printsAmongOthers("#\u001b[31mred\n");
    type("inspect", "-r", "x\u001b").ends(1).complains("'x\\u001b'");
  }

  /// What a command prints on a terminal.
  ///
  /// @param term what kind that claims to be; empty for none
  private Outcome onTerminal(String term, String command) {
    String unset = term.isEmpty() ? "unset TERM; " : "";
    return as(
        HostUser.SINGLE,
        directory,
        Map.of("TERM", term, "E", "\u001b"),
        "",
        List.of("script", "-qec", unset + command, "/dev/null"));
  }

  @Test
  void appsHaveTheirOwnHelp() throws IOException {
    Files.writeString(
        directory.resolve("x.def"),
        "Bootstrap: localimage\nFrom: "
            + BusyboxImage.sif()
            + "\n%help\n  About it.\n%apphelp foo\n  About foo.\n%apprun bar\n  true\n");
    type("build", "x.sif", "x.def").ends(0);
    type("run-help", "x.sif").ends(0).prints("  About it.\n");
    type("run-help", "--app", "foo", "x.sif").ends(0).prints("  About foo.\n");
    for (String app : List.of("bar", "nope")) {
      type("run-help", "--app", app, "x.sif")
          .ends(0)
          .prints("No help sections were defined for this image\n");
    }
    type("inspect", "--list-apps", "x.sif").ends(0).prints("bar\nfoo\n");
  }
}
