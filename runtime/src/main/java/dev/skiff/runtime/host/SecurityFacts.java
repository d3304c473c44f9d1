package dev.skiff.runtime.host;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.request.PrivilegeRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// What of the kernel's access control can be used for a payload.
///
/// @param appArmor whether AppArmor is in force
/// @param seLinux whether SELinux is
/// @param kernel the kernel's release, such as `6.1.0-25-amd64`
/// @param profile the seccomp profile that the request names
public record SecurityFacts(
    boolean appArmor, boolean seLinux, String kernel, Optional<HostFacts.FileText> profile) {

  /// Nothing was looked at, since nobody asked.
  public static final SecurityFacts NONE = new SecurityFacts(false, false, "", Optional.empty());

  /// Looks at the host whose root directory is `root`.
  ///
  /// @param directory against which the request's paths are
  /// @throws ProblemException when the profile cannot be read
  static SecurityFacts probe(Path root, Path directory, PrivilegeRequest request) {
    if (request.isUsual()) {
      return NONE;
    }
    return new SecurityFacts(
        HostProbe.textOrNothing(root.resolve("sys/module/apparmor/parameters/enabled"))
            .startsWith("Y"),
        Files.exists(root.resolve("sys/fs/selinux/enforce")),
        HostProbe.textOrNothing(root.resolve("proc/sys/kernel/osrelease")).strip(),
        request.seccomp().map(file -> profile(root, directory, file)));
  }

  private static HostFacts.FileText profile(Path root, Path directory, Path file) {
    Path absolute = directory.resolve(file);
    try {
      return new HostFacts.FileText(
          file, HostProbe.text(root.resolve(absolute.toString().substring(1))));
    } catch (IOException e) {
      throw new ProblemException(
          new Problem(
              "cannot use the seccomp profile '" + file + "'",
              "'" + absolute + "' cannot be read: " + e.getMessage(),
              "name a readable file of at most 1 MiB with --security seccomp:FILE"),
          ExitCode.NOT_STARTED,
          e);
    }
  }
}
