package dev.skiff.builder.progress;

/// Is told what a build does. Called from several threads, one at a time.
@FunctionalInterface
public interface BuildListener {

  void on(BuildEvent event);

  /// A listener that is called by one thread at a time, whoever tells.
  static BuildListener oneAtATime(BuildListener listener) {
    Object lock = new Object();
    return event -> {
      synchronized (lock) {
        listener.on(event);
      }
    };
  }
}
