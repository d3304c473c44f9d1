package dev.skiff.builder.base;

import dev.skiff.builder.base.DebootstrapCommand.Tool;
import dev.skiff.builder.bootstrap.HostPrograms;
import dev.skiff.builder.plan.Base.Debootstrap;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.root.RootFilesystem;
import dev.skiff.builder.root.TreeRemoval;
import dev.skiff.builder.script.BuildContainer;
import dev.skiff.builder.script.OutputLines;
import dev.skiff.builder.script.ScriptMounts;
import dev.skiff.builder.script.StepContainer;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.sif.Architecture;
import dev.skiff.runtime.plan.ContainerPlan;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A Debian root file system, put together from packages by a tool of the host.
record DebootstrapBase(Debootstrap base, BaseUnpacker.Settings settings, BuildListener listener) {

  void unpack(RootFilesystem root) throws IOException {
    Tool tool = null;
    Optional<Path> program = Optional.empty();
    for (Tool candidate : Tool.values()) {
      if (program.isEmpty()) {
        tool = candidate;
        program =
            new HostPrograms(settings.environment())
                .find(candidate.name().toLowerCase(Locale.ROOT));
      }
    }
    if (tool == null || program.isEmpty()) {
      throw new ProblemException(BaseProblems.noBootstrapTool());
    }
    DebootstrapCommand command =
        DebootstrapCommand.of(
            tool,
            program.get(),
            base,
            AptSources.read(Path.of("/etc/apt")),
            new DebootstrapCommand.Target(
                debianArchitecture(settings.platform().architecture()),
                root.directory(),
                settings.ids(),
                Stream.of(DebootstrapCommand.MERGED_USR).filter(Files::isDirectory).toList()));
    run(command, tool, root);
    tidy(root.directory());
  }

  private void run(DebootstrapCommand command, Tool tool, RootFilesystem root) throws IOException {
    Map<String, String> environment = new TreeMap<>(command.environment());
    environment.put("TMPDIR", root.scratch().toString());
    environment.put("PATH", HostPrograms.USUAL_FOLDERS);
    environment.put("LC_ALL", "C.UTF-8");
    ContainerPlan plan =
        new BuildContainer(settings.ids(), settings.environment(), Set.of(), ScriptMounts.NONE)
            .onHost(environment, command.words());
    ToolComplaint complaint = new ToolComplaint(listener);
    OutputLines lines = new OutputLines(complaint);
    int status = new StepContainer(listener).run(plan, root.scratch().resolve("session"), lines);
    if (status != 0) {
      throw new ProblemException(
          complaint
              .unknownKey()
              .map(key -> BaseProblems.unknownKey(base, key, tool))
              .orElseGet(() ->
                  BaseProblems.bootstrapFailed(
                      tool.name().toLowerCase(Locale.ROOT),
                      base.suite(),
                      status,
                      complaint.error(lines.lastLine()))));
    }
  }

  private static String debianArchitecture(String name) {
    return switch (Architecture.ofGoName(name)) {
      case X86 -> "i386";
      case ARM -> "armhf";
      case PPC64LE -> "ppc64el";
      case MIPS64LE -> "mips64el";
      case MIPSLE -> "mipsel";
      case AMD64, ARM64, S390X, RISCV64, LOONG64, MIPS, MIPS64, PPC64 -> name;
      case UNKNOWN -> name;
    };
  }

  /// Takes out what the tools put in for themselves, and what is this machine's own. debootstrap
  /// leaves all packages, which make up half of its root. The lists of packages stay: as with
  /// Apptainer, a `%post` may install something without asking for them first.
  static void tidy(Path root) throws IOException {
    Path packages = root.resolve("var/cache/apt/archives");
    if (Files.isDirectory(packages, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(packages, "*.deb")) {
        for (Path file : files) {
          Files.delete(file);
        }
      }
    }
    boolean _ = Files.deleteIfExists(root.resolve("var/log/bootstrap.log"));
    boolean _ = Files.deleteIfExists(root.resolve("etc/apt/apt.conf.d/99mmdebstrap"));
    for (String text : List.of("etc/resolv.conf", "etc/hostname")) {
      Path file = root.resolve(text);
      if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        Files.delete(file);
      }
    }
    Path devices = root.resolve("dev");
    if (Files.isDirectory(devices, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> nodes = Files.newDirectoryStream(devices)) {
        for (Path node : nodes) {
          TreeRemoval.remove(node);
        }
      }
    }
  }
}
