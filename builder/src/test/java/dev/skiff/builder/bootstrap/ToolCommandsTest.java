package dev.skiff.builder.bootstrap;

import dev.skiff.builder.Golden;
import dev.skiff.builder.bootstrap.ToolCommands.Places;
import dev.skiff.builder.plan.PackageSource.Arch;
import dev.skiff.builder.plan.PackageSource.Subscription;
import dev.skiff.builder.plan.PackageSource.Yum;
import dev.skiff.builder.plan.PackageSource.Zypper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ToolCommandsTest {

  private static final Places PLACES =
      new Places(Path.of("/made/rootfs"), Path.of("/made/scratch"));
  private static final RpmHost FEDORA = new RpmHost(Path.of("/usr/bin/rpm"), RpmHost.NEWER);
  private static final RpmHost DEBIAN = new RpmHost(Path.of("/usr/bin/rpm"), "/home/a/.rpmdb");

  private static String text(ToolCommands... all) {
    StringBuilder text = new StringBuilder();
    for (ToolCommands commands : all) {
      text.append("# ").append(commands.tool()).append('\n');
      for (ToolCommands.Text file : commands.texts()) {
        text.append("<").append(file.path()).append(">\n").append(file.content());
      }
      for (ToolCommands.Command command : commands.commands()) {
        text.append('[').append(command.surroundings()).append("] ");
        text.append(String.join(" ", command.words()));
        text.append(command.alsoFine().isEmpty() ? "\n" : " " + command.alsoFine() + "\n");
      }
      commands.leavings().forEach(path -> text.append("- ").append(path).append('\n'));
    }
    return text.toString();
  }

  @Test
  void yumIsToldWhatApptainerTellsIt() throws IOException {
    Yum plain =
        new Yum(
            "http://m/9/$basearch/",
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.empty());
    Yum full =
        new Yum(
            "http://m/9/",
            Optional.of("http://u/9/"),
            Optional.of("9"),
            List.of("git", "@core"),
            Optional.of("install_weak_deps=False"),
            Optional.of("https://k/key"));
    Golden.assertMatches(
        "bootstrap/yum.txt",
        text(
            YumCommands.of(plain, Path.of("/usr/bin/yum"), FEDORA, PLACES),
            YumCommands.of(full, Path.of("/usr/bin/dnf"), DEBIAN, PLACES)));
  }

  @Test
  void zypperIsToldWhatApptainerTellsIt() throws IOException {
    Zypper leap =
        new Zypper(
            Optional.of("http://m/15.6/"),
            Optional.of("http://u/15.6/"),
            Optional.of("15.6"),
            List.of("git"),
            List.of("http://o/0"),
            Optional.empty(),
            Optional.empty());
    Subscription subscription =
        new Subscription(
            "SLES/15.4", "15.4", "u@x", "code", Optional.of("https://r"), List.of("sle-module-a"));
    Zypper sle =
        new Zypper(
            Optional.of("http://m/15.4/"),
            Optional.empty(),
            Optional.of("15.4"),
            List.of(),
            List.of(),
            Optional.of("-----BEGIN"),
            Optional.of(subscription));
    Golden.assertMatches(
        "bootstrap/zypper.txt",
        text(
            ZypperCommands.of(leap, programs(FEDORA), "x86_64", PLACES),
            ZypperCommands.of(sle, programs(DEBIAN), "x86_64", PLACES)));
  }

  private static ZypperCommands.Programs programs(RpmHost rpm) {
    return new ZypperCommands.Programs(
        Path.of("/usr/bin/zypper"), rpm, Path.of("/usr/bin/SUSEConnect"));
  }

  @Test
  void pacstrapInstallsTheBaseUnlessOtherPackagesAreNamed() throws IOException {
    Path pacstrap = Path.of("/usr/bin/pacstrap");
    String configuration = "[options]\n";
    Golden.assertMatches(
        "bootstrap/arch.txt",
        text(
            ArchCommands.of(new Arch("http://c", List.of()), pacstrap, configuration, PLACES),
            ArchCommands.of(
                new Arch("http://c", List.of("base", "git")), pacstrap, configuration, PLACES)));
  }
}
