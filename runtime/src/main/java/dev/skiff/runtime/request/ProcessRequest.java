package dev.skiff.runtime.request;

import dev.skiff.runtime.plan.ContainerPath;
import dev.skiff.runtime.plan.Isolation;
import java.util.Optional;

/// What the payload is to be like as a process.
///
/// @param startDirectory where it starts, in place of the caller's directory
/// @param app a SCIF application of the image
/// @param shell the program of `skiff shell`
public record ProcessRequest(
    Isolation isolation,
    Optional<String> hostName,
    Optional<ContainerPath> startDirectory,
    Optional<String> app,
    Optional<String> shell,
    Umask umask,
    Identity identity,
    PrivilegeRequest privileges) {

  /// What a plain `skiff exec` starts.
  public static final ProcessRequest DEFAULT =
      new ProcessRequest(
          Isolation.MOUNTS_ONLY,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Umask.CALLER,
          Identity.CALLER,
          PrivilegeRequest.NONE);

  /// Which file mode creation mask the payload gets.
  public enum Umask {
    CALLER,
    /// 0022, whatever the caller's is.
    STANDARD
  }

  /// Who the payload appears to be.
  public enum Identity {
    CALLER,
    /// Root, by the user namespace's mapping only (`--fakeroot`).
    ROOT
  }
}
