package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.as;
import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.execute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The cache of an ordinary user: shared by processes, bounded, of use without a network, and never
/// the worse for a process that was killed.
@Timeout(900)
final class StoreIT {

  private static final Pattern BLOB = Pattern.compile("GET /v2/([^ ]+/blobs/sha256:[0-9a-f]{64})");

  @TempDir static Path kept;
  private static @Nullable LoopbackRegistry registry;
  private static String image = "";
  private static String digest = "";

  private final Map<String, String> environment = new HashMap<>();
  private Path home = Path.of("/");

  @BeforeAll
  static void startTheRegistry() {
    LoopbackRegistry started = LoopbackRegistry.startOrSkip(kept);
    registry = started;
    OciArchiveFixture fixture = new OciArchiveFixture(directoryOf(HostUser.ROOT));
    fixture.busybox();
    fixture.layer("gzip -1", "+gzip", "head -c 20000000 /dev/urandom > noise; echo hello > said");
    image = started.push(fixture.archive("image.tar", "{}"), "store/image");
    String manifest = execute("skopeo", "inspect", "--tls-verify=false", "docker://" + image);
    digest = manifest.replaceAll("(?s).*\"Digest\": \"(sha256:[0-9a-f]+)\".*", "$1");
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
    home = directoryOf(HostUser.SINGLE.orSkip());
    environment.put("HOME", home.toString());
    environment.put("TMPDIR", home.toString()); // where unpacked images of others are not
    environment.put("SKIFF_CACHEDIR", home.resolve("cache").toString());
    environment.put("SKIFF_NOHTTPS", "1");
    environment.put("SKIFF", InstalledSkiff.command().toString());
    environment.put("IMAGE", "docker://" + image);
    Files.writeString(kept.resolve("registry.log"), "");
  }

  private Outcome skiff(String... words) {
    List<String> command = new ArrayList<>(List.of(InstalledSkiff.command().toString()));
    command.addAll(List.of(words));
    return as(HostUser.SINGLE, home, environment, "", command);
  }

  private Outcome shell(String script) {
    return as(HostUser.SINGLE, home, environment, "", List.of("sh", "-c", script));
  }

  /// The blobs that the registry was asked for, one a request.
  private static List<String> blobsAsked() throws IOException {
    return BLOB.matcher(Files.readString(kept.resolve("registry.log")))
        .results()
        .map(MatchResult::group)
        .toList();
  }

  private static String byDigest() {
    return "docker://" + image.replaceFirst(":1$", "@" + digest);
  }

  @Test
  void fourColdStartsAtOnceFetchEachBlobOnce() throws IOException {
    Outcome all =
        shell(
            """
            for i in 1 2 3 4; do
              "$SKIFF" exec "$IMAGE" cat /said >out$i 2>err$i & pids="$pids $!"
            done
            for pid in $pids; do wait $pid || echo "status $?"; done
            cat out?; cat err? >&2
            """);
    assertThat(all.out()).as(all.err()).isEqualTo("hello\nhello\nhello\nhello\n");
    assertThat(blobsAsked()).hasSize(3).doesNotHaveDuplicates();
  }

  @Test
  void fourPullsAtOnceFetchEachBlobOnce() throws IOException {
    Outcome all =
        shell(
            """
            for i in 1 2 3 4; do
              "$SKIFF" pull $i.sif "$IMAGE" 2>err$i & pids="$pids $!"
            done
            for pid in $pids; do wait $pid || echo "status $?"; done
            cat err? >&2
            for i in 1 2 3 4; do "$SKIFF" exec $i.sif cat /said; done
            """);
    assertThat(all.out()).as(all.err()).isEqualTo("hello\nhello\nhello\nhello\n");
    assertThat(blobsAsked()).hasSize(3).doesNotHaveDuplicates();
  }

  @Test
  void whatAKilledProcessLeavesIsOfUseToTheNext() {
    for (String pause : List.of("0.3", "0.5", "0.7", "0.9", "1.2")) {
      Outcome next =
          shell(
              """
              "$SKIFF" pull --into-cache "$IMAGE" >/dev/null 2>&1 & pid=$!
              i=0
              while [ ! -d cache/blobs ] && [ $i -lt 200 ]; do sleep 0.05; i=$((i + 1)); done
              sleep %s
              kill -9 $pid; wait $pid
              "$SKIFF" exec "$IMAGE" cat /said
              """
                  .formatted(pause));
      assertThat(next.out()).as(pause + ": " + next.err()).isEqualTo("hello\n");
      shell("rm -rf cache").ends(0);
    }
  }

  @Test
  void aWarmCacheNeedsNoNetwork() throws IOException {
    environment.put("SKIFF_OFFLINE", "1");
    skiff("exec", byDigest(), "true")
        .ends(125)
        .complains("SKIFF_OFFLINE or --offline forbids it")
        .complains("leave out --offline once");
    skiff("pull", "docker://" + image).ends(1).complains("what it stands for is not in the cache");
    environment.remove("SKIFF_OFFLINE");
    skiff("exec", byDigest(), "cat", "/said").ends(0).prints("hello\n");
    skiff("pull", "first.sif", "docker://" + image).ends(0);
    Files.writeString(kept.resolve("registry.log"), "");
    skiff("exec", byDigest(), "cat", "/said").ends(0).prints("hello\n");
    environment.put("SKIFF_OFFLINE", "1");
    skiff("exec", "docker://" + image, "cat", "/said").ends(0).prints("hello\n");
    environment.remove("SKIFF_OFFLINE");
    skiff("pull", "--offline", "--no-reuse", "second.sif", byDigest()).ends(0);
    skiff("pull", "--offline", "third.sif", "docker://" + image).ends(0);
    Files.writeString(
        home.resolve("x.def"),
        "Bootstrap: docker\nFrom: %s\n%%post\n echo 1 > /x\n".formatted(image));
    skiff("build", "--offline", "x.sif", "x.def").ends(0);
    Files.writeString(home.resolve("d.def"), "Bootstrap: debootstrap\nOSVersion: bookworm\n");
    skiff("build", "--offline", "d.sif", "d.def").ends(1).complains("cannot bootstrap 'bookworm'");
    assertThat(Files.readString(kept.resolve("registry.log"))).doesNotContain("GET");
  }

  @Test
  void aStartSaysHowItsImageIsFetched() {
    environment.remove("SKIFF_NOHTTPS");
    skiff("exec", "docker://" + image, "true").ends(125).complains("add --no-https");
    skiff("exec", "--no-https", "docker://" + image, "cat", "/said").ends(0).prints("hello\n");
  }

  @Test
  void aDamagedBlobIsFetchedAgain() throws IOException {
    skiff("pull", "first.sif", "docker://" + image).ends(0);
    try (Stream<Path> blobs = Files.list(home.resolve("cache/blobs/sha256"))) {
      for (Path blob : blobs.toList()) {
        byte[] bytes = Files.readAllBytes(blob);
        bytes[bytes.length / 2] ^= 1;
        Files.write(blob, bytes);
      }
    }
    Files.writeString(kept.resolve("registry.log"), "");
    skiff("pull", "--no-reuse", "second.sif", byDigest()).ends(0);
    assertThat(blobsAsked()).hasSize(3).doesNotHaveDuplicates();
    skiff("exec", "second.sif", "cat", "/said").ends(0).prints("hello\n");
  }

  /// Flips a bit in the middle of each file of a directory, whose times stay.
  private void damage(String directory) throws IOException {
    try (Stream<Path> files = Files.list(home.resolve("cache").resolve(directory))) {
      for (Path file : files.toList()) {
        FileTime time = Files.getLastModifiedTime(file);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        Files.setLastModifiedTime(file, time);
      }
    }
  }

  @Test
  void aDamagedResultOfAStepIsMadeAnew() throws IOException {
    Files.writeString(
        home.resolve("x.def"),
        "Bootstrap: docker\nFrom: %s\n%%post\n echo built > /x\n".formatted(image));
    skiff("build", "x.sif", "x.def").ends(0).complains("run in");
    for (String directory : List.of("steps/blobs", "steps/keys")) {
      damage(directory);
      skiff("build", "-F", "x.sif", "x.def").ends(0).complains("run in");
      skiff("exec", "x.sif", "cat", "/x", "/said").ends(0).prints("built\nhello\n");
    }
    skiff("build", "-F", "x.sif", "x.def").ends(0).complains("cached in");
  }

  @Test
  void aPlaceThatDoesNotDoIsNamedWithWhatItNeeds() throws IOException {
    Path place = Files.createDirectory(home.resolve("place"));
    environment.put("SKIFF_CACHEDIR", place.toString());
    skiff("exec", byDigest(), "true").ends(125).complains(": permission denied");
    execute("mount", "-t", "tmpfs", "-o", "mode=1777,size=12m", "tmpfs", place.toString());
    try {
      skiff("exec", byDigest(), "true")
          .ends(125)
          .complains("cannot download into '" + place + "/blobs/sha256'")
          .complains(" MiB are needed, ")
          .complains("set SKIFF_CACHEDIR to a place that has it");
      skiff("cache", "du", "--json").ends(0).printsAmongOthers("\"directory\" : \"" + place);
      execute("mount", "-o", "remount,size=90m", place.toString());
      skiff("exec", byDigest(), "cat", "/said").ends(0).prints("hello\n");
      execute("mount", "-o", "remount,ro", place.toString());
      skiff("exec", byDigest(), "cat", "/said").ends(0).prints("hello\n");
      skiff("cache", "clean", "--force", "--json")
          .ends(0)
          .printsAmongOthers("Read-only file system")
          .printsAmongOthers("\"bytes\" : 0\n}");
    } finally {
      execute("umount", "-l", place.toString());
    }
  }

  @Test
  void anImageThatIsCutShortIsConvertedAgain() throws IOException {
    skiff("exec", byDigest(), "true").ends(0);
    Path file = home.resolve("cache/images").resolve(digest.replaceFirst("^sha256:", "") + ".sif");
    byte[] whole = Files.readAllBytes(file);
    for (byte[] left : List.of(Arrays.copyOf(whole, whole.length / 2), new byte[0])) {
      Files.write(file, left);
      skiff("exec", byDigest(), "cat", "/said").ends(0).prints("hello\n");
    }
    Files.delete(file);
    skiff("exec", byDigest(), "cat", "/said").ends(0).prints("hello\n");
  }

  @Test
  void whatIsThereIsToldAndCleaned() {
    skiff("cache", "list")
        .ends(0)
        .prints(
            """
            There are 0 container file(s) using 0 B and 0 oci blob file(s) using 0 B of space
            Total space used: 0 B
            """);
    skiff("exec", "docker://" + image, "true").ends(0);
    skiff("cache", "list")
        .ends(0)
        .printsAmongOthers("There are 1 container file(s)")
        .printsAmongOthers("4 oci blob file(s)");
    skiff("cache", "list", "-v", "-T", "oci").ends(0).printsAmongOthers(".sif\n");
    skiff("cache", "list", "--json").ends(0).printsAmongOthers("\"type\" : \"blob\"");
    skiff("cache", "du", "--json").ends(0).printsAmongOthers("\"count\" : 4");
    skiff("cache", "clean", "--days", "1").ends(0).prints("removed 0 of 0, 0 B\n");
    skiff("cache", "clean", "--dry-run", "-T", "blob")
        .ends(0)
        .printsAmongOthers("would remove 4 of 4");
    skiff("cache", "clean", "-T", "nonsense").ends(2).complains("write some of: all, blob");
    skiff("cache", "clean", "-f", "-T", "blob").ends(0).printsAmongOthers("removed 4 of 4");
    skiff("exec", "docker://" + image, "cat", "/said").ends(0).prints("hello\n");
    skiff("cache", "clean", "--force").ends(0);
    skiff("cache", "du").ends(0).printsAmongOthers("all             0        0 B");
  }

  @Test
  void theImageOfARunningContainerStays() {
    Outcome all =
        shell(
            """
            mkfifo fifo
            "$SKIFF" exec "$IMAGE" sh -c 'echo up; read x; cat /said' >out 2>err <fifo & pid=$!
            exec 9>fifo
            while ! grep -q up out; do sleep 0.1; kill -0 $pid || break; done
            "$SKIFF" cache clean -f -T image
            echo go >&9
            exec 9>&-
            wait $pid; cat out err
            sleep 1
            "$SKIFF" cache clean -f -T image
            """);
    assertThat(all.out())
        .as(all.err())
        .contains(": a container runs from it", "removed 0 of 1", "up\nhello\n", "removed 1 of 1");
  }

  @Test
  void theOldestGoesWhenThereIsTooMuch() throws IOException {
    skiff("exec", byDigest(), "true").ends(0);
    execute("sh", "-c", "find " + home + "/cache -type f -exec touch -d '2 days ago' {} +");
    environment.put("SKIFF_CACHE_SIZE", "1M");
    skiff("pull", "--no-reuse", "new.sif", "oci-archive:/nonexistent.tar").ends(1);
    Files.writeString(home.resolve("s.def"), "Bootstrap: scratch\n%files\n s.def /s\n");
    skiff("build", "s.sif", "s.def").ends(0);
    try (Stream<Path> left = Files.list(home.resolve("cache/blobs/sha256"))) {
      assertThat(left.mapToLong(file -> file.toFile().length()).sum()).isLessThan(1 << 20);
    }
    assertThat(home.resolve("cache/images")).isEmptyDirectory();
    environment.put("SKIFF_CACHE_SIZE", "much");
    skiff("build", "-F", "s.sif", "s.def")
        .ends(2)
        .complains("it is neither a size such as 50G nor 'none'");
  }
}
