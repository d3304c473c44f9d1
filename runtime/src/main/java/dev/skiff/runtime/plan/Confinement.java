package dev.skiff.runtime.plan;

import java.util.List;
import java.util.Optional;

/// Which rights the payload has, and what the kernel refuses it.
///
/// @param ids whose ids it gets, and how
/// @param capabilities those it may ever have; as they come when empty
/// @param appArmor the profile that it runs under
/// @param seLinux its label
/// @param asked whether the person asked for any of this; otherwise the launcher has done all of it
public record Confinement(
    Ids ids,
    Optional<CapabilitySet> capabilities,
    Optional<String> appArmor,
    Optional<String> seLinux,
    boolean asked) {

  /// What every payload gets that nobody asked anything special for.
  public static Confinement usual(Ids ids) {
    return new Confinement(ids, Optional.empty(), Optional.empty(), Optional.empty(), false);
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
