package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.execute;
import static dev.skiff.samples.InstalledSkiff.skiff;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Images made from SIF files that Apptainer wrote: without unpacking them where nothing has to
/// run, and the same as with it.
@Timeout(300)
final class LocalImageIT {

  /// Where nothing is asked for, nothing depends on the time of the day.
  private static final Map<String, String> EPOCH = Map.of("SOURCE_DATE_EPOCH", "1600000000");

  private static final String DEFINITION =
      """
      Bootstrap: localimage
      From: base.sif
      %files
          added.txt /opt/
          folder /opt/new
          folder/* /tmp
      %environment
          export ADDED=1
      %runscript
          echo "$ADDED $(cat /opt/added.txt)"
      %labels
          Maker us
      %help
          Help.
      %appfiles tool
          added.txt
      %apprun tool
          cat /scif/apps/tool/added.txt
      %test
          true
      """;

  private static Path directory(HostUser user, String compression) throws IOException {
    Path directory = directoryOf(user.orSkip());
    Path fixture = Path.of("src/test/resources/sif/" + compression + ".sif");
    Files.copy(fixture, directory.resolve("base.sif"));
    Files.writeString(directory.resolve("added.txt"), "added\n");
    Path folder = Files.createDirectories(directory.resolve("folder/below"));
    Files.writeString(folder.resolve("a"), "a\n");
    Files.writeString(folder.resolveSibling("b"), "b\n".repeat(200_000));
    Files.writeString(directory.resolve("x.def"), DEFINITION);
    return directory;
  }

  /// `unsquashfs` of the root of a SIF.
  private static String unsquashfs(Path sif, String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of("unsquashfs"));
    command.addAll(List.of(words));
    command.addAll(List.of("-o", Long.toString(offsetOfRoot(sif)), sif.toString()));
    return execute(command.toArray(String[]::new));
  }

  private static long offsetOfRoot(Path sif) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(sif)).order(ByteOrder.LITTLE_ENDIAN);
    int descriptors = (int) bytes.getLong(96);
    for (int i = 0; i < bytes.getLong(88); i++) {
      int at = descriptors + i * 585;
      if (bytes.getInt(at) == 0x4004) {
        return bytes.getLong(at + 17);
      }
    }
    throw new AssertionError(sif + " has no partition");
  }

  /// Without the owners where unpacking could not keep them: adding files keeps them for everybody.
  private static String listing(Path sif, HostUser user) throws IOException {
    String listing = unsquashfs(sif, "-lln");
    return user == HostUser.SINGLE
        ? listing.replaceAll("(?m)^(\\S+) \\d+/\\d+ +(\\d+)", "$1 $2")
        : listing;
  }

  private static void requireUnsquashfs() {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/unsquashfs")),
        "needs unsquashfs (Debian package squashfs-tools)");
  }

  @ParameterizedTest
  @CsvSource({
    "gzip,ROOT",
    "gzip,RANGE",
    "gzip,SINGLE",
    "zstd,ROOT",
    "zstd,SINGLE",
    "xz,ROOT",
    "xz,RANGE"
  })
  void filesAreAddedWithoutUnpackingAndTheImageIsTheSame(String compression, HostUser user)
      throws IOException {
    requireUnsquashfs();
    Path directory = directory(user, compression);
    Outcome quick = skiff(user, directory, EPOCH, "build", "-T", "quick.sif", "x.def").ends(0);
    assertThat(quick.out() + quick.err()).contains(compression);
    skiff(user, directory, EPOCH, "build", "unpacked.sif", "x.def").ends(0); // %test needs a root
    Path one = directory.resolve("quick.sif");
    Path other = directory.resolve("unpacked.sif");
    assertThat(listing(one, user)).isEqualTo(listing(other, user));
    assertThat(unsquashfs(one, "-s")).contains("Compression " + compression);
    unsquashfs(one, "-no-progress", "-d", directory.resolve("1").toString());
    unsquashfs(other, "-no-progress", "-d", directory.resolve("2").toString());
    execute("diff", "-r", "--no-dereference", directory + "/1", directory + "/2");
    Outcome run = skiff(user, directory, "run", "quick.sif").ends(0);
    assertThat(run.out()).isEqualTo("1 added\n");
    skiff(user, directory, "run", "--app", "tool", "quick.sif").ends(0).prints("added\n");
  }

  @ParameterizedTest
  @EnumSource
  void whatAStepLeftAloneIsTheSameAfterPost(HostUser user) throws IOException {
    requireUnsquashfs();
    Path directory = directory(user, "gzip");
    Files.writeString(
        directory.resolve("p.def"),
        """
        Bootstrap: localimage
        From: base.sif
        %post
            echo changed > /changed
            cp -p /.singularity.d/runscript /copy
            cat /copy > /.singularity.d/runscript
        """);
    skiff(user, directory, "build", "p.sif", "p.def").ends(0);
    skiff(user, directory, "exec", "p.sif", "cat", "/changed").ends(0).prints("changed\n");
    unsquashfs(directory.resolve("p.sif"), "-no-progress", "-d", directory + "/1");
    unsquashfs(directory.resolve("base.sif"), "-no-progress", "-d", directory + "/2");
    for (String path : List.of("/bin", "/.singularity.d/runscript", "/.singularity.d/actions")) {
      execute("diff", "-r", "--no-dereference", directory + "/1" + path, directory + "/2" + path);
    }
  }

  @Test
  void aCopyOfAnImageAndOneOfAnotherFormatHoldTheSameFiles() throws IOException {
    requireUnsquashfs();
    Path directory = directory(HostUser.RANGE, "gzip");
    skiff(HostUser.RANGE, directory, EPOCH, "build", "copy.sif", "base.sif").ends(0);
    skiff(HostUser.RANGE, directory, EPOCH, "build", "--compression", "zstd", "z.sif", "base.sif")
        .ends(0);
    Path copy = directory.resolve("copy.sif");
    Path other = directory.resolve("z.sif");
    assertThat(unsquashfs(copy, "-s")).contains("Compression gzip");
    assertThat(unsquashfs(other, "-s")).contains("Compression zstd");
    assertThat(unsquashfs(copy, "-lln")).isEqualTo(unsquashfs(other, "-lln"));
    skiff(HostUser.RANGE, directory, "exec", "copy.sif", "true").ends(0);
  }

  @ParameterizedTest
  @EnumSource
  void unpackingIsTold(HostUser user) throws IOException {
    Path directory = directory(user, "gzip");
    assertThat(skiff(user, directory, "build", "--sandbox", "box", "base.sif").ends(0).err())
        .containsPattern("(?m)^  unpack [0-9.]+ MB, [0-9.]+ s");
    Files.writeString(
        directory.resolve("p.def"), "Bootstrap: localimage\nFrom: base.sif\n%post\n  true\n");
    Outcome json = skiff(user, directory, "build", "--progress", "json", "p.sif", "p.def").ends(0);
    String bytes = "\\{\"event\":\"bytes\",\"what\":\"unpack\",\"done\":([0-9]+),\"total\":\\1\\}";
    assertThat(json.out())
        .containsPattern(bytes + "\n")
        .containsPattern(
            "\\{\"event\":\"phase\",\"what\":\"unpack\",\"bytes\":[0-9]+,\"seconds\":");
  }

  @Test
  void whatCannotBeAddedIsTold() throws IOException {
    Path directory = directory(HostUser.RANGE, "gzip");
    Files.delete(directory.resolve("added.txt"));
    skiff(HostUser.RANGE, directory, "build", "-T", "x.sif", "x.def")
        .ends(1)
        .complains("added.txt")
        .complains("no such file or directory");
    assertThat(directory.resolve("x.sif")).doesNotExist();
  }

  @Test
  void aBaseThatWasCutShortIsRefused() throws IOException {
    Path directory = directory(HostUser.RANGE, "gzip");
    byte[] whole = Files.readAllBytes(directory.resolve("base.sif"));
    Files.write(directory.resolve("base.sif"), Arrays.copyOf(whole, whole.length - 50_000));
    skiff(HostUser.RANGE, directory, "build", "-T", "x.sif", "x.def").ends(1).complains("base.sif");
    assertThat(directory.resolve("x.sif")).doesNotExist();
  }
}
