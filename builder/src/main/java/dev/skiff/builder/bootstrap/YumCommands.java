package dev.skiff.builder.bootstrap;

import dev.skiff.builder.bootstrap.ToolCommands.Command;
import dev.skiff.builder.bootstrap.ToolCommands.Places;
import dev.skiff.builder.bootstrap.ToolCommands.Surroundings;
import dev.skiff.builder.bootstrap.ToolCommands.Text;
import dev.skiff.builder.plan.PackageSource.Yum;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How dnf, or yum, installs a distribution into an empty directory.
///
/// The words and the configuration are Apptainer's. The configuration lies outside of the root, so
/// that it is no part of the image.
final class YumCommands {

  /// Packages that make a root a distribution.
  private static final List<String> ALWAYS = List.of("/etc/redhat-release", "coreutils");

  private static final String CACHE = "/var/cache/yum-bootstrap";
  private static final List<String> LEAVINGS =
      List.of(
          CACHE,
          "/var/log/dnf.log",
          "/var/log/dnf.librepo.log",
          "/var/log/dnf.rpm.log",
          "/var/log/hawkey.log",
          "/var/log/yum.log");

  private YumCommands() {}

  /// @param program dnf or yum
  static ToolCommands of(Yum base, Path program, RpmHost rpm, Places places) {
    String root = places.root().toString();
    Path configuration = places.scratch().resolve("bootstrap-yum.conf");
    List<Text> texts = new ArrayList<>();
    texts.add(new Text(configuration, configuration(base)));
    rpm.macros(places).ifPresent(texts::add);
    List<Command> commands = new ArrayList<>();
    base.key()
        .ifPresent(key -> {
          String program0 = rpm.rpm().toString();
          commands.add(devices(List.of(program0, "--root", root, "--initdb")));
          commands.add(devices(List.of(program0, "--root", root, "--import", key)));
        });
    List<String> install =
        new ArrayList<>(
            List.of(
                program.toString(),
                "--noplugins",
                "-c",
                configuration.toString(),
                "--installroot",
                root,
                "--releasever=" + base.release().orElse(""),
                "-y"));
    base.setopt().ifPresent(option -> install.addAll(List.of("--setopt", option)));
    install.add("install");
    install.addAll(ALWAYS);
    install.addAll(base.include());
    commands.add(devices(install));
    return new ToolCommands(program.getFileName() + "", texts, commands, LEAVINGS);
  }

  private static Command devices(List<String> words) {
    return Command.of(Surroundings.DEVICES, words);
  }

  private static String configuration(Yum base) {
    int check = base.key().isPresent() ? 1 : 0;
    StringBuilder text =
        new StringBuilder(
            """
            [main]
            cachedir=%s
            keepcache=0
            debuglevel=2
            logfile=/var/log/yum.log
            syslog_device=/dev/null
            exactarch=1
            obsoletes=1
            gpgcheck=%d
            plugins=1
            reposdir=0
            deltarpm=0
            """
                .formatted(CACHE, check));
    text.append(repository("base", "Linux $releasever - $basearch", base.mirror(), check));
    base.updates()
        .ifPresent(address ->
            text.append(
                repository("updates", "Linux $releasever - $basearch updates", address, check)));
    return text.toString();
  }

  private static String repository(String id, String name, String address, int check) {
    return """

    [%s]
    name=%s
    baseurl=%s
    enabled=1
    gpgcheck=%d
    """
        .formatted(id, name, address, check);
  }
}
