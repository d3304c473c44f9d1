package dev.skiff.runtime.plan;

/// What `--explain-mounts` says of a step: source, destination, why, result.
public final class MountText {

  private MountText() {}

  /// One line without its end; empty for a step that makes nothing visible.
  ///
  /// @param result what became of it, such as `mounted`
  public static String line(SetupStep step, String result) {
    return switch (step) {
      case SetupStep.SessionDirectory it ->
          line("tmpfs", it.directory().toString(), "session, seen by nobody", result);
      case SetupStep.MountImage it ->
          line(it.image().toString(), it.target().toString(), "image", result);
      case SetupStep.MountVolume it ->
          line(
              it.file() + " from byte " + it.offsetBytes(),
              it.target().toString(),
              "file system in a file",
              result);
      case SetupStep.MountDirectory it ->
          line(it.directory().toString(), it.target().toString(), "directory as it is", result);
      case SetupStep.CopyMounts it ->
          line("all of process " + it.process(), "/", "instance", result);
      case SetupStep.MountOverlay it ->
          line(it.lower() + ", changes to " + it.upper(), "/", "root", result);
      case SetupStep.Bind it ->
          line(it.source().toString(), it.target().value(), it.reason(), result);
      case SetupStep.BindInside it ->
          line(it.path() + " of " + it.volume(), it.target().value(), it.reason(), result);
      case SetupStep.Tmpfs it -> line("tmpfs", it.target().value(), "in memory", result);
      case SetupStep.Proc it -> line("proc", it.target().value(), "--pid", result);
      case SetupStep.MinimalDev it ->
          line("a minimal /dev", it.target().value(), "contain", result);
      case SetupStep.ShowText it -> line("a text", it.path().value(), "default", result);
      case SetupStep.AmendAccounts it ->
          line("the image's, with the caller", it.path().value(), "default", result);
      case SetupStep.SealRoot _ -> line("/", "/", "nothing may be written", result);
      case SetupStep.IsolateMounts _,
          SetupStep.MakeDirectory _,
          SetupStep.MakeHostDirectory _,
          SetupStep.AddFile _,
          SetupStep.SetHostName _,
          SetupStep.MakeSymlink _,
          SetupStep.EnterRoot _ ->
          "";
    };
  }

  private static String line(String source, String destination, String why, String result) {
    return "mount: " + source + " on " + destination + " (" + why + "): " + result;
  }
}
