package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.skiff;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What of the host's own files and devices a container shows, where image and person say
/// otherwise.
final class HostFilesIT {

  private static final Path NAME_SERVERS = Path.of("/etc/resolv.conf");

  @ParameterizedTest
  @EnumSource
  void aFileThatThePersonShowsAtResolvConfIsSeen(HostUser user) throws IOException {
    Path directory = directoryOf(user.orSkip());
    Files.writeString(directory.resolve("r"), "nameserver 192.0.2.7\n");
    String image = BusyboxImage.sif().toString();
    String bind = "r:" + NAME_SERVERS;
    skiff(user, directory, "exec", "-B", bind, image, "cat", NAME_SERVERS.toString())
        .ends(0)
        .prints("nameserver 192.0.2.7\n");
  }

  @ParameterizedTest
  @EnumSource
  void anImageWithoutResolvConfHasTheHostsNameServers(HostUser user) throws IOException {
    assumeTrue(Files.size(NAME_SERVERS) > 0, "this host has no name servers");
    Path directory = directoryOf(user.orSkip());
    String image = BusyboxImage.sif().toString();
    skiff(user, directory, "build", "--sandbox", "box", image).ends(0);
    Files.deleteIfExists(directory.resolve("box/etc/resolv.conf"));
    skiff(user, directory, "exec", "box", "cat", NAME_SERVERS.toString())
        .ends(0)
        .prints(Files.readString(NAME_SERVERS));
    skiff(user, directory, "exec", "-w", "box", "ls", "-a", "/").ends(0);
    assertThat(directory.resolve("box/etc/resolv.conf")).doesNotExist();
  }

  @Test
  void messageQueuesOfItsOwnAreInAContainedContainer() {
    Path directory = directoryOf(HostUser.SINGLE.orSkip());
    String image = BusyboxImage.sif().toString();
    Outcome mounts = skiff(HostUser.SINGLE, directory, "exec", "-C", image, "cat", "/proc/mounts");
    assertThat(mounts.ends(0).out()).contains("mqueue /dev/mqueue mqueue rw,nosuid,nodev");
  }
}
