package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.as;
import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.execute;
import static dev.skiff.samples.InstalledSkiff.skiff;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The same input gives the same bytes: at another time, in another directory, by another user,
/// with another umask and number of threads. Nobody sets SOURCE_DATE_EPOCH. Conversions are told to
/// leave those before them alone: what they share lies elsewhere then.
@Timeout(300)
final class ReproducibleImageIT {

  private static final int CREATED_OFFSET = 64;

  private Path inputs = Path.of("/");

  @BeforeEach
  void makeInputs() throws IOException {
    inputs = directoryOf(HostUser.ROOT.orSkip());
    Path work = directoryOf(HostUser.ROOT);
    Path archive =
        new OciArchiveFixture(work)
            .busybox()
            .layer(
                "gzip",
                "+gzip",
                "mkdir -p opt/d; seq 100000 > opt/d/numbers; ln opt/d/numbers opt/n")
            .created("2024-02-03T04:05:06.7Z")
            .archive("O.tar", "{\"Env\":[\"A=b\"],\"Cmd\":[\"sh\"]}");
    execute("cp", archive.toString(), inputs.resolve("O.tar").toString());
    Files.createDirectories(inputs.resolve("files/d"));
    Files.writeString(inputs.resolve("files/one"), "one\n");
    Files.writeString(inputs.resolve("files/d/two"), "two\n");
    execute("touch", "-d", "2025-06-07T08:09:10Z", inputs.resolve("files/one").toString());
    execute("touch", "-d", "2023-06-07T08:09:10Z", inputs.resolve("files/d/two").toString());
    execute("chmod", "-R", "a+rX", inputs.toString());
  }

  /// Builds as a user in a directory of its own, with the inputs copied there.
  private byte[] build(HostUser user, String shell, Map<String, String> environment)
      throws IOException {
    Path directory = directoryOf(user.orSkip());
    execute("cp", "-a", "--no-preserve=ownership", inputs + "/.", directory.toString());
    as(user, directory, environment, "", List.of("sh", "-ec", shell)).ends(0);
    return Files.readAllBytes(directory.resolve("x.sif"));
  }

  private byte[] build(HostUser user, String shell) throws IOException {
    return build(user, shell, Map.of());
  }

  /// All users build; between the first and the second build the clock goes on.
  private byte[] sameForAll(String spec) throws IOException {
    String skiff = InstalledSkiff.command() + " build --no-reuse ";
    byte[] first = build(HostUser.ROOT, "umask 022; " + skiff + "x.sif " + spec);
    String next =
        "sleep 1.2; umask 077; mkdir -p deeper; " + skiff + "--processors 1 x.sif " + spec;
    for (HostUser user : HostUser.values()) {
      assertThat(build(user, next)).as(spec + " by " + user).isEqualTo(first);
    }
    return first;
  }

  private static long createdSeconds(byte[] sif) {
    return ByteBuffer.wrap(sif).order(ByteOrder.LITTLE_ENDIAN).getLong(CREATED_OFFSET);
  }

  @Test
  void aConversion() throws IOException {
    byte[] sif = sameForAll("oci-archive:O.tar");
    assertThat(Instant.ofEpochSecond(createdSeconds(sif))).isEqualTo("2024-02-03T04:05:06Z");
    assertThat(new String(sif, StandardCharsets.ISO_8859_1))
        .contains("Saturday_3_February_2024_4:5:6_UTC");
  }

  @ParameterizedTest
  @CsvSource({
    "9999-12-31T23:59:59Z, 0",
    "0001-01-01T00:00:00Z, 0",
    "1969-12-31T23:59:59Z, 0",
    "yesterday, 0",
    "1970-01-01T01:00:00+01:00, 0",
    "2001-09-09T03:46:40+02:00, 1000000000"
  })
  void aConversionOfAnImageOfAnyTime(String created, long seconds) throws IOException {
    Path work = directoryOf(HostUser.ROOT);
    Path archive = new OciArchiveFixture(work).busybox().created(created).archive("O.tar", "{}");
    execute("cp", archive.toString(), inputs.resolve("O.tar").toString());
    String shell = InstalledSkiff.command() + " build --no-reuse x.sif oci-archive:O.tar";
    byte[] sif = build(HostUser.RANGE, shell);
    assertThat(createdSeconds(sif)).isEqualTo(seconds);
    assertThat(build(HostUser.ROOT, "sleep 1.2; " + shell)).isEqualTo(sif);
  }

  @Test
  void aDefinitionWithoutScripts() throws IOException {
    String sections =
        """
        %files
            files/one /opt/
            files/d
        %environment
            export X=1
        %runscript
            exec echo "$@"
        %labels
            Maintainer somebody
        %help
            Helps.
        %appfiles an-app
            files/one bin/
        """;
    Files.writeString(inputs.resolve("scratch.def"), "Bootstrap: scratch\n" + sections);
    Files.writeString(
        inputs.resolve("oci.def"), "Bootstrap: oci-archive\nFrom: O.tar\n" + sections);
    byte[] scratch = sameForAll("scratch.def");
    assertThat(Instant.ofEpochSecond(createdSeconds(scratch))).isEqualTo("2025-06-07T08:09:10Z");
    byte[] oci = sameForAll("oci.def");
    assertThat(Instant.ofEpochSecond(createdSeconds(oci))).isEqualTo("2025-06-07T08:09:10Z");
  }

  @Test
  void aCopyOfAnImage() throws IOException {
    skiff(HostUser.ROOT, inputs, "build", "base.sif", "oci-archive:O.tar").ends(0);
    byte[] copy = sameForAll("base.sif");
    assertThat(Instant.ofEpochSecond(createdSeconds(copy))).isEqualTo("2024-02-03T04:05:06Z");
    Files.writeString(
        inputs.resolve("local.def"),
        """
        Bootstrap: localimage
        From: base.sif
        %files
            files/d /srv
        """);
    byte[] local = sameForAll("local.def");
    assertThat(createdSeconds(local)).isEqualTo(createdSeconds(copy));
  }

  @Test
  void aSandboxBecomesTheSameImageEachTime() throws IOException {
    String skiff = InstalledSkiff.command() + " build --force ";
    byte[] sif =
        build(
            HostUser.RANGE,
            skiff
                + "--sandbox box oci-archive:O.tar; "
                + skiff
                + "one.sif box; sleep 1.2; "
                + skiff
                + "x.sif box; cmp one.sif x.sif");
    assertThat(createdSeconds(sif)).isPositive();
  }

  @Test
  void whereAScriptRunsTheImageIsReproducibleOnRequest() throws IOException {
    Files.writeString(
        inputs.resolve("x.def"),
        """
        Bootstrap: oci-archive
        From: O.tar
        %post
            echo made > /opt/made
            touch -d '1999-01-01 00:00:00' /opt/old || true
        """);
    String skiff = InstalledSkiff.command() + " build ";
    Instant before = Instant.now().minusSeconds(2);
    byte[] plain = build(HostUser.RANGE, skiff + "x.sif x.def");
    assertThat(Instant.ofEpochSecond(createdSeconds(plain))).isAfter(before);
    byte[] asked = build(HostUser.RANGE, skiff + "--reproducible x.sif x.def");
    assertThat(Instant.ofEpochSecond(createdSeconds(asked))).isEqualTo("2024-02-03T04:05:06Z");
    assertThat(build(HostUser.RANGE, "sleep 1.2; " + skiff + "--reproducible x.sif x.def"))
        .isEqualTo(asked);
    Map<String, String> epoch = Map.of("SOURCE_DATE_EPOCH", "1600000000");
    byte[] given = build(HostUser.RANGE, skiff + "x.sif x.def", epoch);
    assertThat(createdSeconds(given)).isEqualTo(1_600_000_000L);
    assertThat(build(HostUser.RANGE, "sleep 1.2; " + skiff + "x.sif x.def", epoch))
        .isEqualTo(given);
  }
}
