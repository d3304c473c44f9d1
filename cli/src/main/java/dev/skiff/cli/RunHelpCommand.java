package dev.skiff.cli;

import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.sif.RootImage;
import dev.skiff.image.squashfs.SquashfsReader;
import dev.skiff.image.tree.FileNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `skiff run-help`: reads the text out of the image; starts nothing.
@Command(
    name = "run-help",
    description = "Print what an image says about itself: its %%help.",
    footer = {"", "Example: skiff run-help app.sif"})
final class RunHelpCommand extends Subcommand {

  private static final int MOST_BYTES = 1 << 20;

  @Parameters(paramLabel = "IMAGE", description = "A SIF or SquashFS file, or a sandbox.")
  private String image = "";

  @Option(names = "--app", paramLabel = "NAME", description = "The help of one of its apps.")
  private Optional<String> app = Optional.empty();

  @Override
  int run(Terminal terminal) {
    String file =
        app.map(name -> "/scif/apps/" + name + "/scif/runscript.help")
            .orElse("/.singularity.d/runscript.help");
    Path path = Path.of(image);
    try {
      Optional<byte[]> help = Files.isDirectory(path) ? inSandbox(path, file) : inImage(path, file);
      if (help.isPresent()) {
        terminal.out().write(help.get(), 0, help.get().length);
      } else {
        terminal.out().println("No help sections were defined for this image");
      }
      terminal.out().flush();
      return ExitCode.DONE.status();
    } catch (NoSuchFileException e) {
      throw unreadable("there is no such file", e);
    } catch (IOException e) {
      throw unreadable(String.valueOf(e.getMessage()), e);
    }
  }

  private static Optional<byte[]> inImage(Path path, String file) throws IOException {
    try (SquashfsReader reader = RootImage.open(path)) {
      if (reader.tree().find(file).orElse(null) instanceof FileNode.RegularFile help) {
        try (InputStream in = help.content().open()) {
          return Optional.of(in.readNBytes(MOST_BYTES));
        }
      }
      return Optional.empty();
    }
  }

  private static Optional<byte[]> inSandbox(Path path, String file) throws IOException {
    Path help = path.resolve(file.substring(1));
    if (!Files.isRegularFile(help, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(help, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.of(in.readNBytes(MOST_BYTES));
    }
  }

  private ProblemException unreadable(String why, IOException cause) {
    return new ProblemException(
        new Problem("cannot read the image '" + image + "'", why, "name a SIF file or a sandbox"),
        ExitCode.PROBLEM,
        cause);
  }
}
