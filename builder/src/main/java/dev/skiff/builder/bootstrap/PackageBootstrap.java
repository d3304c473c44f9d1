package dev.skiff.builder.bootstrap;

import dev.skiff.builder.bootstrap.ToolCommands.Places;
import dev.skiff.builder.plan.PackageSource;
import dev.skiff.builder.plan.PackageSource.Arch;
import dev.skiff.builder.plan.PackageSource.Yum;
import dev.skiff.builder.plan.PackageSource.Zypper;
import dev.skiff.builder.progress.BuildEvent.Warned;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.root.RootFilesystem;
import dev.skiff.builder.script.HostProcess;
import dev.skiff.builder.script.OutputLines;
import dev.skiff.image.sif.Architecture;
import dev.skiff.runtime.launch.IdMapping;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Fills a root with packages, by whichever tool of the host installs them.
///
/// @param ids which owners files can have
/// @param environment the caller's
/// @param architecture as Go names it
/// @param listener told what the tools say
public record PackageBootstrap(
    IdMapping ids, Map<String, String> environment, String architecture, BuildListener listener) {

  private static final int LARGEST_CONFIGURATION = 1 << 20;

  public PackageBootstrap {
    environment = Map.copyOf(environment);
  }

  /// Installs the packages into an empty root.
  ///
  /// @throws dev.skiff.definitions.problem.ProblemException if a tool is not there, or fails
  public void fill(PackageSource source, RootFilesystem root) throws IOException {
    Places places = new Places(root.directory(), root.scratch());
    ToolCommands commands =
        switch (source) {
          case Yum yum -> YumCommands.of(yum, yumProgram(), rpm("yum", "rpm dnf"), places);
          case Zypper zypper ->
              ZypperCommands.of(zypper, zypperPrograms(zypper), machine(), places);
          case Arch arch -> ArchCommands.of(arch, pacstrap(), configuration(arch, root), places);
        };
    new HostTools(ids, environment, listener).run(commands, root);
    if (!(source instanceof Arch)) {
      RpmDatabase.settle(root.directory()).ifPresent(problem -> listener.on(new Warned(problem)));
    }
  }

  private Optional<Path> find(String name) {
    return new HostPrograms(environment).find(name);
  }

  private Path yumProgram() {
    return find("dnf")
        .or(() -> find("yum"))
        .orElseThrow(
            () -> BootstrapProblems.noTool("yum", "neither yum nor dnf in path", "dnf rpm"));
  }

  private ZypperCommands.Programs zypperPrograms(Zypper base) {
    Path zypper =
        find("zypper")
            .orElseThrow(
                () -> BootstrapProblems.noTool("zypper", "zypper is not in PATH", "zypper rpm"));
    Optional<Path> register = find("SUSEConnect");
    if (base.subscription().isPresent() && register.isEmpty()) {
      throw BootstrapProblems.noTool("zypper", "SUSEConnect is not in PATH", "suseconnect");
    }
    return new ZypperCommands.Programs(
        zypper, rpm("zypper", "zypper rpm"), register.orElse(Path.of("SUSEConnect")));
  }

  private Path pacstrap() {
    if (Architecture.ofGoName(architecture) != Architecture.AMD64) {
      throw BootstrapProblems.otherMachine(architecture);
    }
    return find("pacstrap")
        .orElseThrow(() ->
            BootstrapProblems.noTool(
                "arch", "pacstrap is not in PATH", "arch-install-scripts pacman-package-manager"));
  }

  private RpmHost rpm(String agent, String debianPackages) {
    Path rpm =
        find("rpm")
            .orElseThrow(
                () -> BootstrapProblems.noTool(agent, "rpm is not in PATH", debianPackages));
    OutputLines lines = new OutputLines(event -> {});
    try {
      int _ =
          new HostProcess(
                  List.of(rpm.toString(), "--eval", "%{_dbpath}"), environment, Path.of("/"))
              .run(lines);
    } catch (IOException e) {
      throw BootstrapProblems.noTool(agent, "rpm cannot be run: " + e.getMessage(), debianPackages);
    }
    return new RpmHost(rpm, lines.lastLine().strip());
  }

  /// As `uname -m` says it.
  private static String machine() {
    String name = System.getProperty("os.arch", "");
    return name.equals("amd64") ? "x86_64" : name;
  }

  private String configuration(Arch arch, RootFilesystem root) throws IOException {
    Path file = root.scratch().resolve("pacman.conf");
    new Download(URI.create(arch.configuration()), "ConfURL", LARGEST_CONFIGURATION, listener)
        .to(file);
    return Files.readString(file, StandardCharsets.UTF_8);
  }
}
