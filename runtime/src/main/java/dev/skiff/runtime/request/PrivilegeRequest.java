package dev.skiff.runtime.request;

import dev.skiff.runtime.plan.CapabilitySet;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Which rights the payload is to have.
///
/// @param start what the other two change
/// @param added capabilities that it gets besides
/// @param dropped capabilities that it does not get
/// @param uid the user it is to be inside
/// @param gids the group, then supplementary ones; empty for the caller's
/// @param seccomp a file that says which system calls are allowed
/// @param appArmor a profile's name
/// @param seLinux a label
public record PrivilegeRequest(
    Start start,
    CapabilitySet added,
    CapabilitySet dropped,
    Optional<Long> uid,
    List<Long> gids,
    Optional<Path> seccomp,
    Optional<String> appArmor,
    Optional<String> seLinux) {

  /// Nothing special.
  public static final PrivilegeRequest NONE =
      new PrivilegeRequest(
          Start.USUAL,
          CapabilitySet.NONE,
          CapabilitySet.NONE,
          Optional.empty(),
          List.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  public PrivilegeRequest {
    gids = List.copyOf(gids);
  }

  /// Whether nothing special was asked for. Each start asks; `equals` of a record takes the JVM 7
  /// ms the first time.
  public boolean isUsual() {
    return start == Start.USUAL
        && added.isEmpty()
        && dropped.isEmpty()
        && uid.isEmpty()
        && gids.isEmpty()
        && seccomp.isEmpty()
        && appArmor.isEmpty()
        && seLinux.isEmpty();
  }

  /// The rights to begin with.
  public enum Start {
    /// All for root, none for others.
    USUAL,
    /// All, which only root may ask for.
    KEPT,
    NONE
  }
}
