package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.as;
import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Machines that share a cache and do not see each other's locks: each has a name and an sshfs of
/// its own, over one directory.
@Timeout(300)
final class SharedCacheIT {

  private static final Path SFTP = Path.of("/usr/lib/openssh/sftp-server");
  private static final Pattern BLOB = Pattern.compile("GET /v2/([^ ]+/blobs/sha256:[0-9a-f]{64})");

  /// Runs a command as the user on a machine of that name.
  private static final String NODE =
      """
      exec unshare -u -m --propagation private sh -c '
        hostname "$1"; shift
        printf "%08x-\n" $(hostname | cksum | cut -d" " -f1) >"$HOME/boot-$(hostname)"
        mount --bind "$HOME/boot-$(hostname)" /proc/sys/kernel/random/boot_id
        mkdir -m 1777 -p "$HOME/tmp-$(hostname)"; export TMPDIR="$HOME/tmp-$(hostname)"
        user="setpriv --reuid $IDS --regid $IDS --clear-groups"
        $user sshfs -f -o ssh_command="$HOME/server" x:"$HOME/share" "$HOME/shared" & server=$!
        while ! $user mountpoint -q "$HOME/shared"; do kill -0 $server || exit 9; sleep 0.1; done
        $user "$@"; status=$?
        kill $server; wait $server
        exit $status' sh "$@"
      """;

  @TempDir Path kept;
  private final Map<String, String> environment = new HashMap<>();
  private Path home = Path.of("/");

  @BeforeEach
  void machines() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/sshfs")), "sshfs is not installed");
    assumeTrue(Files.isExecutable(SFTP), "openssh-sftp-server is not installed");
    home = directoryOf(HostUser.SINGLE.orSkip());
    for (String name : List.of("share", "shared")) {
      as(HostUser.SINGLE, home, Map.of(), "", List.of("mkdir", name)).ends(0);
    }
    Files.writeString(home.resolve("node"), NODE);
    Files.writeString(home.resolve("server"), "#!/bin/sh\nexec " + SFTP + "\n");
    assertThat(home.resolve("server").toFile().setExecutable(true, false)).isTrue();
    environment.put("HOME", home.toString());
    environment.put("IDS", HostUser.SINGLE.ids().getFirst());
    environment.put("SKIFF", InstalledSkiff.command().toString());
    environment.put("SKIFF_CACHEDIR", home.resolve("shared/cache").toString());
    environment.put("SKIFF_NOHTTPS", "1");
  }

  private LoopbackRegistry registry() {
    LoopbackRegistry registry = LoopbackRegistry.startOrSkip(kept);
    OciArchiveFixture fixture = new OciArchiveFixture(directoryOf(HostUser.ROOT));
    fixture.busybox();
    fixture.layer("gzip -1", "+gzip", "head -c 20000000 /dev/urandom > noise; echo hello > said");
    String image = registry.push(fixture.archive("image.tar", "{}"), "shared/image");
    environment.put("IMAGE", "docker://" + image);
    return registry;
  }

  private Outcome shell(String script) {
    return as(HostUser.ROOT, home, environment, "", List.of("sh", "-c", script));
  }

  @Test
  void whatSeveralMachinesStartAtOnceIsFetchedAndConvertedOnce() throws IOException {
    try (LoopbackRegistry _ = registry()) {
      Files.writeString(kept.resolve("registry.log"), "");
      Outcome all =
          shell(
              """
              for node in one two; do
                sh node $node sh -c '
                  for i in 1 2; do "$SKIFF" exec "$IMAGE" cat /said >out$0$i 2>err$0$i & done
                  wait' $node &
              done
              wait
              cat outone? outtwo?; cat err* >&2
              """);
      assertThat(all.out()).as(all.err()).isEqualTo("hello\nhello\nhello\nhello\n");
      assertThat(all.err()).containsOnlyOnce("built ");
      List<String> asked =
          BLOB.matcher(Files.readString(kept.resolve("registry.log")))
              .results()
              .map(MatchResult::group)
              .toList();
      assertThat(asked).hasSize(3).doesNotHaveDuplicates();
      shell(
              "ls -A share/cache/leases; ls share/cache/locks | grep claim; ls -A share/cache/blobs/*")
          .ends(0)
          .prints(shell("ls share/cache/blobs/sha256").out());
    }
  }

  /// It was started so long ago that its image would go, and its lock is not seen.
  @Test
  void theImageOfAContainerOfAnotherMachineStays() {
    try (LoopbackRegistry _ = registry()) {
      Outcome all =
          shell(
              """
              mkfifo fifo
              sh node one "$SKIFF" exec "$IMAGE" sh -c 'echo up; read x; cat /said' >out 2>err <fifo & pid=$!
              exec 9>fifo
              while ! grep -q up out; do sleep 0.1; kill -0 $pid || break; done
              find share/cache ! -name '*.one.*' -type f -exec touch -d '2 days ago' {} +
              echo 'Bootstrap: scratch' >x.def
              SKIFF_CACHE_SIZE=1M sh node two "$SKIFF" build -F "$HOME/shared/x.sif" x.def >&2
              sh node two "$SKIFF" cache clean -f -T image
              find share/cache -name '*.one.*' -exec touch -d '1 minute ago' {} +
              echo go >&9
              exec 9>&-
              wait $pid; cat out err
              sh node two "$SKIFF" cache clean -f -T image
              ls -A share/cache/images
              """);
      assertThat(all.out())
          .as(all.err())
          .contains(": a container of one may run from it until 20", "removed 0 of 1")
          .contains("up\nhello\n", "removed 1 of 1")
          .endsWith("MB\n");
    }
  }
}
