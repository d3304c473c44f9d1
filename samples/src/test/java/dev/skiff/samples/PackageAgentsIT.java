package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.execute;
import static dev.skiff.samples.InstalledSkiff.skiff;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Distributions of two packages, made on the spot, installed by the real dnf, zypper and pacstrap.
@Timeout(300)
final class PackageAgentsIT {

  private static final String SPECS =
      """
      cat >release.spec <<'END'
      Name: tiny-release
      Version: 9
      Release: 1
      Summary: a distribution
      License: none
      Provides: coreutils, aaa_base
      %description
      tiny
      %install
      mkdir -p %{buildroot}/etc %{buildroot}/bin %{buildroot}/opt %{buildroot}/tmp
      echo "Tiny release 9" >%{buildroot}/etc/redhat-release
      cp BUSYBOX %{buildroot}/bin/busybox
      for a in sh cat stat; do ln -s busybox %{buildroot}/bin/$a; done
      %post -p /bin/sh
      echo "post ran" >/opt/post
      /bin/busybox chown 5:6 /opt/post
      echo checked >/dev/null
      %files
      /bin/*
      /etc/redhat-release
      %dir /opt
      %dir /tmp
      END
      cat >extra.spec <<'END'
      Name: tiny-extra
      Version: 1
      Release: 1
      Summary: more
      License: none
      BuildArch: noarch
      %description
      more
      %install
      mkdir -p %{buildroot}/opt
      echo extra >%{buildroot}/opt/extra
      %files
      /opt/extra
      END
      sed -i "s,BUSYBOX,$(command -v busybox)," release.spec
      for spec in release extra; do
        rpmbuild --quiet -bb --nodeps --define "_topdir $PWD/build" --define "_rpmdir $PWD/9" \\
          --define "_build_id_links none" --define "__os_install_post %{nil}" $spec.spec
      done
      createrepo_c -q 9
      export GNUPGHOME=$PWD/keys
      mkdir -m 700 keys
      gpg --batch --quiet --passphrase '' --quick-gen-key tiny@example.org rsa2048 sign 1d
      gpg --batch --armor --detach-sign 9/repodata/repomd.xml
      gpg --armor --export >9/repodata/repomd.xml.key
      gpgconf --kill all
      rm -rf keys build
      chmod -R a+rX .
      """;

  private static final String ARCH =
      """
      pack() {
        printf 'pkgname = %s\\npkgver = 1-1\\npkgdesc = x\\nurl = x\\nbuilddate = 1\\npackager = x\\nsize = 1\\narch = any\\n' \\
          "$1" >"$1/.PKGINFO"
        (cd "$1" && tar --owner=0 --group=0 -cf - .PKGINFO *) | gzip >"$1-1-1-any.pkg.tar.gz"
        mkdir -p "db/$1-1-1"
        printf '%%FILENAME%%\\n%s-1-1-any.pkg.tar.gz\\n\\n%%NAME%%\\n%s\\n\\n%%VERSION%%\\n1-1\\n\\n%%ARCH%%\\nany\\n' \\
          "$1" "$1" >"db/$1-1-1/desc"
      }
      mkdir -p base/usr/bin base/opt haveged/usr/bin
      ln -s usr/bin base/bin
      cp "$(command -v busybox)" base/usr/bin/busybox
      for a in sh cat; do ln -s busybox base/usr/bin/$a; done
      for program in pacman pacman-key; do
        printf '#!/bin/sh\\necho %s "$@" >>/opt/log\\n' $program >base/usr/bin/$program
      done
      printf '#!/bin/sh\\n' >haveged/usr/bin/haveged
      chmod 755 */usr/bin/*
      pack base
      pack haveged
      (cd db && tar -czf ../tiny.db *)
      chmod -R a+rX .
      """;

  private static void needs(String... programs) {
    for (String program : programs) {
      assumeTrue(Files.isExecutable(Path.of("/usr/bin", program)), program + " is not installed");
    }
  }

  /// Made once, as root, where every user can read it.
  private static final class Repository {

    private static final Path DIRECTORY = make(SPECS);

    static Path make(String script) {
      Path directory = directoryOf(HostUser.ROOT);
      execute("env", "--chdir=" + directory, "sh", "-ec", script);
      return directory;
    }
  }

  private static String definition(String agent, String scheme) {
    return """
    Bootstrap: %s
    OSVersion: 9
    MirrorURL: %s%s/%%{OSVERSION}
    Include: tiny-extra

    %%post
      cat /etc/redhat-release >/opt/copy
    """
        .formatted(agent, scheme, Repository.DIRECTORY);
  }

  private static void buildsAndHolds(HostUser user, Path directory, String text)
      throws IOException {
    Files.writeString(directory.resolve("x.def"), text);
    skiff(user, directory, "build", "x.sif", "x.def").ends(0);
    skiff(user, directory, "exec", "x.sif", "cat", "/opt/copy", "/opt/extra", "/opt/post")
        .ends(0)
        .prints("Tiny release 9\nextra\npost ran\n");
    skiff(user, directory, "exec", "x.sif", "stat", "-c", "%s", "/var/lib/rpm/rpmdb.sqlite")
        .ends(0);
    skiff(user, directory, "exec", "x.sif", "stat", "/var/cache/yum-bootstrap").ends(1);
  }

  @ParameterizedTest
  @EnumSource
  void dnfInstallsADistributionWhoeverBuilds(HostUser user) throws IOException {
    needs("dnf", "rpmbuild", "createrepo_c", "gpg", "busybox");
    Path directory = directoryOf(user.orSkip());
    buildsAndHolds(user, directory, definition("dnf", "file://"));
    if (user == HostUser.RANGE) {
      skiff(user, directory, "build", "--build-cache-only", "y.sif", "x.def").ends(0);
      Files.writeString(directory.resolve("x.def"), definition("yum", "file:///nowhere"));
      skiff(user, directory, "build", "z.sif", "x.def")
          .ends(1)
          .complains("cannot install the packages of the base")
          .complains("dnf ended with status 1");
      assertThat(directory.resolve("z.sif")).doesNotExist();
    }
  }

  @ParameterizedTest
  @EnumSource(names = "SINGLE")
  void zypperInstallsADistribution(HostUser user) throws IOException {
    needs("zypper", "rpmbuild", "createrepo_c", "gpg", "busybox");
    buildsAndHolds(user, directoryOf(user.orSkip()), definition("zypper", "dir://"));
  }

  @ParameterizedTest
  @EnumSource(names = "SINGLE")
  void pacstrapInstallsArchLinuxAndItsKeys(HostUser user) throws IOException {
    needs("pacstrap", "pacman", "busybox");
    Path directory = directoryOf(user.orSkip());
    Path repository = Repository.make(ARCH);
    byte[] configuration =
        "[options]\nArchitecture = auto\nSigLevel = Never\n[tiny]\nServer = file://%s\n"
            .formatted(repository)
            .getBytes(StandardCharsets.UTF_8);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, configuration.length);
          exchange.getResponseBody().write(configuration);
          exchange.close();
        });
    server.start();
    try {
      Files.writeString(
          directory.resolve("x.def"),
          "Bootstrap: arch\nConfURL: http://127.0.0.1:%d/pacman.conf\n"
              .formatted(server.getAddress().getPort()));
      skiff(user, directory, "build", "x.sif", "x.def").ends(0);
    } finally {
      server.stop(0);
    }
    skiff(user, directory, "exec", "x.sif", "cat", "/opt/log")
        .ends(0)
        .prints(
            "pacman-key --init\npacman-key --populate archlinux\npacman -Rs --noconfirm haveged\n");
  }
}
