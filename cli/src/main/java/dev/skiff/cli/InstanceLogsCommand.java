package dev.skiff.cli;

import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.instance.InstanceName;
import dev.skiff.runtime.instance.InstanceRecords;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `skiff instance logs`: what an instance printed, also when it has ended.
@Command(
    name = "logs",
    description =
        "Print what an instance printed; also after its end, until the next of that name.",
    footer = {
      "",
      "Its standard output goes to standard output, its standard error to standard error.",
      "",
      "Examples:",
      "  skiff instance logs db1",
      "  skiff instance logs --follow db1"
    })
final class InstanceLogsCommand extends Subcommand {

  private static final int PIECE = 1 << 16;
  private static final int PAUSE_MILLIS = 200;

  @Parameters(paramLabel = "NAME", description = "The instance.")
  private String name = "";

  @Option(
      names = {"-f", "--follow"},
      description = "Go on until it ends.")
  private boolean follow;

  @Override
  int run(Terminal terminal) {
    InstanceRecords records = InstanceCommand.records();
    InstanceName instance = new InstanceName(name);
    Path folder = records.logs(instance);
    if (!Files.exists(folder.resolve("out"))) {
      throw new ProblemException(
          new Problem(
              "cannot show the logs of '" + name + "'",
              "no instance of that name was started on this host",
              "see which ones run with skiff instance list"),
          ExitCode.PROBLEM);
    }
    try (RandomAccessFile out = new RandomAccessFile(folder.resolve("out").toFile(), "r");
        RandomAccessFile err = new RandomAccessFile(folder.resolve("err").toFile(), "r")) {
      boolean more;
      do {
        more = follow && records.find(instance).isPresent();
        copy(out, err, terminal);
        if (more) {
          Thread.sleep(PAUSE_MILLIS);
        }
      } while (more);
      return ExitCode.DONE.status();
    } catch (IOException e) {
      throw new ProblemException(
          new Problem(
              "cannot show the logs of '" + name + "'",
              e.getClass().getSimpleName() + ": " + e.getMessage(),
              "look at the files in " + folder),
          ExitCode.PROBLEM,
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.PROBLEM.status();
    }
  }

  private static void copy(RandomAccessFile out, RandomAccessFile err, Terminal terminal)
      throws IOException {
    byte[] piece = new byte[PIECE];
    for (int n = out.read(piece); n > 0; n = out.read(piece)) {
      terminal.show(java.util.Arrays.copyOf(piece, n));
    }
    for (int n = err.read(piece); n > 0; n = err.read(piece)) {
      terminal.showProblems(java.util.Arrays.copyOf(piece, n));
    }
  }
}
