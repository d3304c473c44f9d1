package dev.skiff.runtime.launch;

import java.util.function.Consumer;

/// What a child container's standard streams are connected to.
public sealed interface ChildIo {

  /// This JVM's own streams.
  record Inherited() implements ChildIo {}

  /// No input; each line of output or error, in order, without its line end. A line longer than 64
  /// Ki characters comes in pieces.
  ///
  /// @param listener called on the thread that called `run`
  record Lines(Consumer<String> listener) implements ChildIo {}
}
