package dev.skiff.runtime.plan;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Which rights the payload has, and what the kernel refuses it.
///
/// @param ids whose ids it gets, and how
/// @param capabilities those it may ever have; as they come when empty
/// @param appArmor the profile that it runs under
/// @param seLinux its label
/// @param filter which of its system calls the kernel carries out
/// @param asked whether the person asked for any of this; otherwise the launcher has done all of it
public record Confinement(
    Ids ids,
    Optional<CapabilitySet> capabilities,
    Optional<String> appArmor,
    Optional<String> seLinux,
    Optional<Filter> filter,
    boolean asked) {

  /// What every payload gets that nobody asked anything special for.
  public static Confinement usual(Ids ids) {
    return new Confinement(
        ids, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), false);
  }

  /// A system call filter.
  ///
  /// @param profile the file that it was made of
  /// @param program `struct sock_filter`s, 8 bytes each, in hexadecimal digits
  public record Filter(Path profile, String program) {

    /// How many instructions it has.
    public int size() {
      return program.length() / 16;
    }
  }

  /// Which ids the payload gets.
  public sealed interface Ids {}

  /// Those of root of the container's user namespace, or the real root's.
  public record Root() implements Ids {}

  /// These, in a user namespace of its own that knows no others.
  public record Mapped(long uid, long gid) implements Ids {}

  /// These, which root becomes.
  ///
  /// @param gids the group, then supplementary ones
  public record Assumed(long uid, List<Long> gids) implements Ids {
    public Assumed {
      gids = List.copyOf(gids);
    }
  }
}
