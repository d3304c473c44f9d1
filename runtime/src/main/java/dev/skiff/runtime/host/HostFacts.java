package dev.skiff.runtime.host;

import dev.skiff.runtime.gpu.GpuFindings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// This machine and the caller, as far as a plan depends on them.
///
/// @param account who called, by the host's own tables
/// @param environment the caller's, without what the launcher changed for the JVM
/// @param directory where the caller stands, as the shell says it: symbolic links included
/// @param physicalDirectory the same without symbolic links
/// @param resolvConf the text of /etc/resolv.conf, empty when there is none
/// @param sessionCandidates host directories that a tmpfs may hide inside our own mount namespace,
///   the best first
/// @param imageMount how a SquashFS image can be mounted here
/// @param environmentFiles the texts of the request's `--env-file`s, in their order
/// @param gpu what was found of a driver; nothing when nobody asked
/// @param security what can confine a payload; nothing when nobody asked
public record HostFacts(
    Account account,
    Map<String, String> environment,
    Path directory,
    Path physicalDirectory,
    String resolvConf,
    List<Path> sessionCandidates,
    ImageMount imageMount,
    List<FileText> environmentFiles,
    GpuFindings gpu,
    SecurityFacts security) {

  public HostFacts {
    environment = Map.copyOf(environment);
    sessionCandidates = List.copyOf(sessionCandidates);
    environmentFiles = List.copyOf(environmentFiles);
  }

  /// The caller's account.
  ///
  /// @param uid the real one, not that of a user namespace
  /// @param gid the real one
  /// @param home absolute
  /// @param shell the login shell, absolute; `/bin/sh` when unknown
  /// @param groups those the caller belongs to, the own group first
  public record Account(
      long uid, long gid, String name, Path home, String shell, List<Group> groups) {
    public Account {
      groups = List.copyOf(groups);
    }
  }

  /// A group of the host.
  public record Group(String name, long gid) {}

  /// A file that was read whole.
  public record FileText(Path file, String text) {}

  /// How a SquashFS image can be mounted.
  public enum ImageMount {
    /// By the kernel: we are root and there are loop devices.
    LOOP,
    FUSE,
    /// Not at all: it has to be unpacked first.
    NONE
  }
}
