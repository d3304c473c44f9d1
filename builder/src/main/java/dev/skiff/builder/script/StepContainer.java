package dev.skiff.builder.script;

import dev.skiff.builder.progress.BuildEvent.Stream;
import dev.skiff.builder.progress.BuildEvent.Warned;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.root.TreeRemoval;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.launch.ChildContainer;
import dev.skiff.runtime.launch.ChildIo;
import dev.skiff.runtime.plan.ContainerPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Runs a program in a root directory that is being made, or on the host under a filter, and waits
/// for its end.
public final class StepContainer {

  private final BuildListener listener;

  public StepContainer(BuildListener listener) {
    this.listener = listener;
  }

  /// Runs it; it has no input.
  ///
  /// @param session an empty host directory for what the container needs besides its root; removed
  /// @return its exit status, 128 and the signal's number if a signal ended it
  /// @throws ProblemException if the container cannot be set up
  public int run(ContainerPlan plan, Path session, OutputLines lines) throws IOException {
    Files.createDirectories(session);
    try {
      plan.notices().forEach(notice -> listener.on(new Warned(notice)));
      ChildContainer container = new ChildContainer(problem -> listener.on(new Warned(problem)));
      return container.run(plan, new ChildIo.Lines(line -> lines.accept(Stream.ERROR, line)));
    } catch (ProblemException e) {
      // That a container did not start is a code of its own only where one was asked for.
      throw e.exitCode() == ExitCode.NOT_STARTED
          ? new ProblemException(e.problem(), ExitCode.PROBLEM, e)
          : e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a container was running", e);
    } finally {
      TreeRemoval.remove(session);
    }
  }
}
