package dev.skiff.cli.output;

import dev.skiff.builder.BuildSummary;
import dev.skiff.builder.progress.BuildListener;

/// Tells a person or a script of a build while it runs, and what it came to.
public sealed interface BuildReport extends BuildListener, AutoCloseable
    permits BuildProgress, BuildJson {

  /// The build is done.
  void finished(BuildSummary summary);

  /// Leaves the terminal as others expect it.
  @Override
  void close();
}
