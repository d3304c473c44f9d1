package dev.skiff.runtime.setup;

import dev.skiff.runtime.plan.SetupStep;

/// Told of every step once it is carried out or left out.
public interface MountLog {

  /// For who does not want to know.
  MountLog NONE = new Unheard();

  /// A step is done.
  ///
  /// @param result what became of it, in a few words
  void done(SetupStep step, String result);

  /// Not a lambda: those cost start-up time.
  final class Unheard implements MountLog {
    private Unheard() {}

    @Override
    public void done(SetupStep step, String result) {}
  }
}
