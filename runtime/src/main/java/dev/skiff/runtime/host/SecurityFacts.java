package dev.skiff.runtime.host;

import java.nio.file.Files;
import java.nio.file.Path;

/// What of the kernel's access control can be used for a payload.
///
/// @param appArmor whether AppArmor is in force
/// @param seLinux whether SELinux is
public record SecurityFacts(boolean appArmor, boolean seLinux) {

  /// Nothing was looked at, since nobody asked.
  public static final SecurityFacts NONE = new SecurityFacts(false, false);

  /// Looks at the host whose root directory is `root`.
  static SecurityFacts probe(Path root) {
    return new SecurityFacts(
        HostProbe.textOrNothing(root.resolve("sys/module/apparmor/parameters/enabled"))
            .startsWith("Y"),
        Files.exists(root.resolve("sys/fs/selinux/enforce")));
  }
}
