package dev.skiff.runtime.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.host.HostFacts.Group;
import dev.skiff.runtime.host.HostFacts.ImageMount;
import dev.skiff.runtime.request.ExecRequest;
import dev.skiff.runtime.request.RunArguments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The probe on folders that play hosts.
final class HostProbeTest {

  @TempDir Path host;

  @BeforeEach
  void aLoginNode() throws IOException {
    file(
        "/etc/passwd",
        """
        root:x:0:0:root:/root:/bin/bash
        broken line
        alice:x:1000:1000:Alice:/home/alice:/bin/zsh
        """);
    file(
        "/etc/group", "wheel:x:10:bob,alice\nalice:x:1000:\nother:x:9:alicea,bob\nbad:x:y:alice\n");
    file("/etc/resolv.conf", "nameserver 9.9.9.9\n");
    for (String directory : new String[] {"/srv", "/mnt/data", "/home/alice/work", "/lustre/a"}) {
      Files.createDirectories(host.resolve(directory.substring(1)));
    }
  }

  private void file(String path, String text) throws IOException {
    Path file = host.resolve(path.substring(1));
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static ExecRequest request(String... words) {
    return ((RunArguments.Accepted) RunArguments.parse(words, Map.of())).request();
  }

  private HostFacts probe(
      long uid, Map<String, String> environment, String directory, String... words) {
    return HostProbe.of(host)
        .probe(new Caller(uid, uid, environment), Path.of(directory), request(words));
  }

  @Test
  void theAccountIsThatOfTheTables() {
    HostFacts facts = probe(1000, Map.of("HOME", "/elsewhere"), "/", "exec", "i", "c");
    assertThat(facts.account())
        .isEqualTo(
            new HostFacts.Account(
                1000,
                1000,
                "alice",
                Path.of("/home/alice"),
                "/bin/zsh",
                java.util.List.of(new Group("alice", 1000), new Group("wheel", 10))));
    assertThat(facts.resolvConf()).isEqualTo("nameserver 9.9.9.9\n");
  }

  @Test
  void anAccountOfADirectoryServiceIsThatOfTheEnvironment() {
    Map<String, String> environment =
        Map.of("USER", "carol", "HOME", "/nfs/carol", "SHELL", "/bin/tcsh");
    HostFacts.Account account = probe(70000, environment, "/", "exec", "i", "c").account();
    assertThat(account.name()).isEqualTo("carol");
    assertThat(account.home()).isEqualTo(Path.of("/nfs/carol"));
    assertThat(account.shell()).isEqualTo("/bin/tcsh");
    account = probe(70000, Map.of("USER", "a:b", "HOME", "rel"), "/", "exec", "i", "c").account();
    assertThat(account.name()).isEqualTo("70000");
    assertThat(account.home()).isEqualTo(Path.of("/"));
  }

  @Test
  void theLogicalDirectoryIsBelievedWhenItIsTheSame() throws IOException {
    Files.createSymbolicLink(host.resolve("scratch"), host.resolve("lustre/a"));
    assertThat(probe(1000, Map.of("PWD", "/scratch"), "/lustre/a", "exec", "i", "c").directory())
        .isEqualTo(Path.of("/scratch"));
    assertThat(probe(1000, Map.of("PWD", "/srv"), "/lustre/a", "exec", "i", "c").directory())
        .isEqualTo(Path.of("/lustre/a"));
    assertThat(probe(1000, Map.of("PWD", "/nope"), "/lustre/a", "exec", "i", "c").directory())
        .isEqualTo(Path.of("/lustre/a"));
  }

  @Test
  void theSessionHidesNothingThatIsBound() throws IOException {
    assertThat(probe(1000, Map.of(), "/", "exec", "i", "c").sessionCandidates())
        .containsExactly(Path.of("/srv"), Path.of("/mnt"));
    assertThat(probe(1000, Map.of(), "/", "exec", "-B", "/mnt/data", "i", "c").sessionCandidates())
        .containsExactly(Path.of("/srv"));
    Files.createSymbolicLink(host.resolve("data"), host.resolve("mnt/data"));
    assertThat(
            probe(1000, Map.of(), "/", "exec", "-B", "/data:/d", "/srv/i.sif", "c")
                .sessionCandidates())
        .isEmpty();
  }

  @Test
  void imagesAreMountedByLoopOnlyByRealRoot() throws IOException {
    file("/dev/loop-control", "");
    file("/proc/self/uid_map", "         0          0 4294967295\n");
    assertThat(probe(0, Map.of(), "/", "exec", "i", "c").imageMount()).isEqualTo(ImageMount.LOOP);
    assertThat(probe(1000, Map.of(), "/", "exec", "i", "c").imageMount())
        .isEqualTo(ImageMount.NONE);
    file("/dev/fuse", "");
    assertThat(probe(1000, Map.of(), "/", "exec", "i", "c").imageMount())
        .isEqualTo(ImageMount.FUSE);
    file("/proc/self/uid_map", "         0          0          1\n");
    assertThat(probe(0, Map.of(), "/", "exec", "i", "c").imageMount()).isEqualTo(ImageMount.FUSE);
  }

  @Test
  void theCallerIsFoundBehindTheUserNamespace() throws IOException {
    file("/proc/self/status", "Name:\tjava\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n");
    file("/proc/self/uid_map", "         0       1000          1\n");
    file("/proc/self/gid_map", "         0        100          1\n");
    assertThat(HostProbe.of(host).caller(Map.of())).isEqualTo(new Caller(1000, 100, Map.of()));
    file("/proc/self/status", "Name:\tjava\nUid:\t1001\t1001\t1001\t1001\nGid:\t7\t7\t7\t7\n");
    file("/proc/self/uid_map", "         0          0 4294967295\n");
    file("/proc/self/gid_map", "         0          0 4294967295\n");
    assertThat(HostProbe.of(host).caller(Map.of())).isEqualTo(new Caller(1001, 7, Map.of()));
  }

  @Test
  void whatTheLauncherChangedForTheJvmIsTakenBack() {
    assertThat(
            HostProbe.callerEnvironment(
                Map.of("LC_ALL", "C.UTF-8", "SKIFF_CALLER_LANG", "de_DE", "A", "1")))
        .isEqualTo(Map.of("LANG", "de_DE", "A", "1"));
    assertThat(HostProbe.callerEnvironment(Map.of("LC_ALL", "C.UTF-8", "SKIFF_CALLER_LC_ALL", "C")))
        .isEqualTo(Map.of("LC_ALL", "C"));
  }

  @Test
  void environmentFilesAreReadOrNamed() throws IOException {
    file("/home/alice/e.env", "A=1\n");
    assertThat(
            probe(1000, Map.of(), "/home/alice", "exec", "--env-file", "e.env", "i", "c")
                .environmentFiles())
        .containsExactly(new HostFacts.FileText(Path.of("e.env"), "A=1\n"));
    assertThatThrownBy(
            () -> probe(1000, Map.of(), "/home/alice", "exec", "--env-file", "no.env", "i", "c"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e ->
                assertThat(e.problem().what())
                    .isEqualTo("could not read environment file \"no.env\""));
  }
}
