package dev.skiff.definitions.syntax;

/// The sections that hold a script.
public enum ScriptKind {
  /// Runs on the host, before the base is fetched.
  PRE("pre"),
  /// Runs on the host, once the base is unpacked.
  SETUP("setup"),
  /// Runs inside the new root file system.
  POST("post"),
  /// Sourced by sh whenever the container starts; not run at build time.
  ENVIRONMENT("environment"),
  RUNSCRIPT("runscript"),
  STARTSCRIPT("startscript"),
  /// Runs at the end of the build, and by `skiff test`.
  TEST("test"),
  APP_INSTALL("appinstall"),
  APP_ENVIRONMENT("appenv"),
  APP_RUN("apprun"),
  APP_START("appstart"),
  APP_TEST("apptest");

  private final String word;

  ScriptKind(String word) {
    this.word = word;
  }

  /// The section's name without its `%`.
  public String word() {
    return word;
  }
}
