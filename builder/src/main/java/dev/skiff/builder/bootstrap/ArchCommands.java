package dev.skiff.builder.bootstrap;

import dev.skiff.builder.bootstrap.ToolCommands.Command;
import dev.skiff.builder.bootstrap.ToolCommands.Places;
import dev.skiff.builder.bootstrap.ToolCommands.Surroundings;
import dev.skiff.builder.bootstrap.ToolCommands.Text;
import dev.skiff.builder.plan.PackageSource.Arch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How pacstrap installs Arch Linux into an empty directory, and makes the keys that its pacman
/// checks packages by.
///
/// As Apptainer does it, but for two things: packages go to a cache in the root, since an ordinary
/// user cannot write to the machine's own; and `chroot` stands for `arch-chroot`, which mounts what
/// only real root may.
final class ArchCommands {

  /// Gathers randomness for the keys; taken out again.
  private static final String RANDOMNESS = "haveged";

  private static final String KEYS =
      "haveged -w 1024; pacman-key --init; pacman-key --populate archlinux";

  private ArchCommands() {}

  /// @param pacstrap the program
  /// @param configuration of pacman, as it was downloaded
  static ToolCommands of(Arch base, Path pacstrap, String configuration, Places places) {
    String root = places.root().toString();
    Path file = places.scratch().resolve("pacman.conf");
    List<String> install =
        new ArrayList<>(
            List.of(pacstrap.toString(), "-C", file.toString(), "-G", "-M", root, RANDOMNESS));
    install.addAll(base.include().isEmpty() ? List.of("base") : base.include());
    List<List<String>> all =
        List.of(
            install,
            List.of("chroot", root, "/bin/sh", "-c", KEYS),
            List.of("chroot", root, "pacman", "-Rs", "--noconfirm", RANDOMNESS));
    return new ToolCommands(
        "pacstrap",
        List.of(new Text(file, configuration)),
        all.stream().map(words -> Command.of(Surroundings.EVERYTHING, words)).toList(),
        List.of("/var/cache/pacman/pkg", "/var/log/pacman.log"));
  }
}
