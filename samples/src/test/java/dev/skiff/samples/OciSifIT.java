package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.as;
import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.skiff;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// OCI-SIF files of SingularityCE 4 run as any other image.
@Timeout(300)
final class OciSifIT {

  private static final String RUN =
      """
      {"Env":["PATH=/bin","V=it's \\"q\\" $x"],"Entrypoint":["printf","<%s>"],"Cmd":["none"]}\
      """;

  private OciSifFixture fixture() {
    return new OciSifFixture(directoryOf(HostUser.ROOT));
  }

  @BeforeEach
  void findMksquashfs() {
    HostUser.ROOT.orSkip();
    assumeTrue(
        Stream.of("/usr/bin", "/usr/local/bin")
            .anyMatch(bin -> Files.isExecutable(Path.of(bin, "mksquashfs"))),
        "needs mksquashfs");
  }

  private static void runsAsItsConfigurationSays(HostUser user, Path image) {
    Path directory = directoryOf(user);
    String name = image.toString();
    skiff(user, directory, "run", name).ends(0).prints("<none>");
    skiff(user, directory, "run", name, "a  b", "$HOME", "'").ends(0).prints("<a  b><$HOME><'>");
    skiff(user, directory, "exec", name, "sh", "-c", "echo \"$V\" $APPTAINER_NAME; exit 3")
        .ends(3)
        .prints("it's \"q\" $x o.sif\n");
    as(
            user,
            directory,
            Map.of(),
            "echo in a shell\n",
            List.of(InstalledSkiff.command().toString(), "shell", name))
        .ends(0)
        .prints("in a shell\n");
  }

  @ParameterizedTest
  @EnumSource
  void oneLayerIsMountedWhereItLies(HostUser user) {
    user.orSkip();
    Path image = fixture().busybox().finish(RUN);
    runsAsItsConfigurationSays(user, image);
    skiff(user, Path.of("/"), "exec", "--dry-run", image.toString(), "true")
        .ends(0)
        .printsAmongOthers(image + " from byte 32176 ");
  }

  @ParameterizedTest
  @EnumSource
  void severalLayersAreOne(HostUser user) {
    user.orSkip();
    Path image =
        fixture()
            .busybox()
            .layer(
                "mkdir -p opt/d opt/o; echo 1 > opt/f; echo 1 > opt/d/gone; echo 1 > opt/o/below")
            .layer(
                """
                mkdir -p opt/d opt/o; echo 2 > opt/f; mknod opt/d/gone c 0 0; echo 2 > opt/o/above
                setfattr -n trusted.overlay.opaque -v y opt/o
                """)
            .finish(RUN);
    runsAsItsConfigurationSays(user, image);
    skiff(user, Path.of("/"), "exec", image.toString(), "sh", "-c", "cat /opt/f; ls /opt/d /opt/o")
        .ends(0)
        .prints("2\n/opt/d:\n\n/opt/o:\nabove\n");
  }

  private static void isRefused(Path image, String why) {
    Path directory = directoryOf(HostUser.SINGLE.orSkip());
    for (String verb : new String[] {"exec", "run", "shell"}) {
      Outcome outcome = skiff(HostUser.SINGLE, directory, verb, image.toString(), "true").ends(125);
      outcome.complains("error: cannot open the image").complains(why);
      assertThat(outcome.out()).isEmpty();
    }
  }

  @Test
  void whatCannotBeShownWholeIsRefused() {
    String overlay = "application/vnd.sylabs.image.layer.v1.ext3";
    isRefused(fixture().busybox().layer(overlay, "true").finish(RUN), "a writable overlay");
    isRefused(fixture().layer("application/x-tar", "true").finish(RUN), "layers.mediaType");
    isRefused(fixture().busybox().forMachine("s390x").finish(RUN), "only for linux/s390x");
    isRefused(fixture().finish(RUN), "layers");
  }

  @Test
  void aChangedDocumentIsRefused() throws IOException {
    Path image = fixture().busybox().finish(RUN);
    byte[] bytes = Files.readAllBytes(image);
    bytes[bytes.length - 1] = ' ';
    Files.write(image, bytes);
    isRefused(image, "digest");
  }

  @Test
  void aLayerThatIsNoFileSystemIsRefused() throws IOException {
    Path image = fixture().busybox().finish(RUN);
    byte[] bytes = Files.readAllBytes(image);
    bytes[32176] = 'x';
    Files.write(image, bytes);
    isRefused(image, "superblock magic");
  }
}
