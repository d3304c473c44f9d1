package dev.skiff.cli;

import dev.skiff.builder.OverlayImage;
import dev.skiff.builder.assemble.OverlayCreation.Owner;
import dev.skiff.builder.assemble.OverlayCreation.Space;
import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.runtime.host.HostProbe;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `skiff overlay`: file systems for the changes to an image.
@Command(
    name = "overlay",
    mixinStandardHelpOptions = true,
    description = "Make file systems for the changes to an image.",
    subcommands = {OverlayCommand.Create.class})
final class OverlayCommand {

  /// `skiff overlay create`.
  @Command(
      name = "create",
      description = "Make an ext3 file system, in a new file or in an existing SIF file.",
      footer = {
        "",
        "It is used with exec --overlay FILE. One inside a SIF file is shown by itself, and changed with",
        "exec --writable. Ordinary users need fuse2fs and fuse-overlayfs for it; a directory needs neither.",
        "",
        "Examples:",
        "  skiff overlay create --size 1024 --sparse changes.img",
        "  skiff overlay create --create-dir /opt/results app.sif"
      })
  static final class Create extends Subcommand {

    @Parameters(paramLabel = "IMAGE", description = "The file to make, or a SIF file.")
    private Path image = Path.of("");

    @Option(
        names = {"-s", "--size"},
        paramLabel = "MIB",
        description = "How large it is (default: 64, the least).")
    private long size = 64;

    @Option(
        names = {"-S", "--sparse"},
        description = "Take blocks from the disk only as they are written.")
    private boolean sparse;

    @Option(
        names = "--create-dir",
        paramLabel = "DIR",
        description = "Make a directory in it; may be repeated.")
    private List<String> directories = List.of();

    @Option(
        names = {"-f", "--fakeroot"},
        description = "For containers that run with --fakeroot.")
    private boolean fakeroot;

    @Override
    int run(Terminal terminal) {
      new OverlayImage(
              image,
              size,
              directories,
              new OverlayImage.Shape(
                  sparse ? Space.SPARSE : Space.TAKEN, fakeroot ? Owner.ROOT : Owner.CALLER),
              HostProbe.callerEnvironment(System.getenv()))
          .create();
      return ExitCode.DONE.status();
    }
  }
}
