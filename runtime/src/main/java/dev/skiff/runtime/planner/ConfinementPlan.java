package dev.skiff.runtime.planner;

import dev.skiff.runtime.host.HostFacts;
import dev.skiff.runtime.kernel.Architecture;
import dev.skiff.runtime.kernel.FilterProgram;
import dev.skiff.runtime.plan.CapabilitySet;
import dev.skiff.runtime.plan.Confinement;
import dev.skiff.runtime.request.PrivilegeRequest;
import dev.skiff.runtime.seccomp.SeccompFilter;
import dev.skiff.runtime.seccomp.SeccompReader;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// Decides which rights a payload has.
final class ConfinementPlan {

  private final PrivilegeRequest request;
  private final HostFacts host;
  private final Confinement.Ids usual;

  /// @param usual whose ids it has when nobody asks for others
  ConfinementPlan(PrivilegeRequest request, HostFacts host, Confinement.Ids usual) {
    this.request = request;
    this.host = host;
    this.usual = usual;
  }

  Confinement confinement() {
    if (request.isUsual()) {
      return Confinement.usual(usual);
    }
    if (request.start() == PrivilegeRequest.Start.KEPT && host.account().uid() != 0) {
      throw PlannerProblems.rootOnly(
          "--keep-privs", "use --fakeroot, or name what is needed with --add-caps");
    }
    require(request.appArmor(), host.security().appArmor(), "AppArmor", "apparmor");
    require(request.seLinux(), host.security().seLinux(), "SELinux", "selinux");
    Confinement.Ids ids = ids();
    CapabilitySet held = capabilities();
    boolean other = ids instanceof Confinement.Assumed(long uid, List<Long> _) && uid != 0;
    if (other && !held.isEmpty()) {
      throw PlannerProblems.capabilitiesOfOthers();
    }
    Optional<Confinement.Filter> filter =
        host.security().profile().map(profile -> filter(profile, held));
    return new Confinement(
        ids, Optional.of(held), request.appArmor(), request.seLinux(), filter, true);
  }

  private Confinement.Filter filter(HostFacts.FileText profile, CapabilitySet held) {
    try {
      FilterProgram program =
          SeccompFilter.of(
              SeccompReader.parse(profile.text()),
              Architecture.host(),
              held,
              host.security().kernel());
      if (program.size() > FilterProgram.MOST) {
        throw PlannerProblems.profile(
            profile.file(),
            "the kernel takes " + FilterProgram.MOST + " instructions, and it needs more");
      }
      return new Confinement.Filter(profile.file(), HexFormat.of().formatHex(program.bytes()));
    } catch (SeccompReader.MalformedProfile e) {
      throw PlannerProblems.profile(profile.file(), String.valueOf(e.getMessage()));
    }
  }

  private static void require(Optional<String> value, boolean present, String module, String kind) {
    if (value.isPresent() && !present) {
      throw PlannerProblems.securityModule(module, kind + ":" + value.get());
    }
  }

  private Confinement.Ids ids() {
    if (request.uid().isEmpty() && request.gids().isEmpty()) {
      return usual;
    }
    if (usual instanceof Confinement.Mapped(long uid, long gid)) {
      if (request.gids().size() > 1) {
        throw PlannerProblems.rootOnly(
            "--security gid: with several groups", "name one group: the kernel maps no more");
      }
      long group = request.gids().isEmpty() ? gid : request.gids().getFirst();
      return new Confinement.Mapped(request.uid().orElse(uid), group);
    }
    List<Long> groups = request.gids().isEmpty() ? List.of(0L) : request.gids();
    return new Confinement.Assumed(request.uid().orElse(0L), groups);
  }

  private CapabilitySet capabilities() {
    boolean all = usual instanceof Confinement.Root && request.uid().orElse(0L) == 0;
    boolean begin = all && request.start() != PrivilegeRequest.Start.NONE;
    CapabilitySet set = begin ? CapabilitySet.ALL : CapabilitySet.NONE;
    return set.with(request.added()).without(request.dropped());
  }
}
