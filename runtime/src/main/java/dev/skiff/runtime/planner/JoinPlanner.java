package dev.skiff.runtime.planner;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.runtime.host.HostFacts;
import dev.skiff.runtime.instance.InstanceRecord;
import dev.skiff.runtime.plan.Confinement;
import dev.skiff.runtime.plan.ContainerPlan;
import dev.skiff.runtime.plan.Isolation;
import dev.skiff.runtime.plan.Payload;
import dev.skiff.runtime.plan.SetupStep;
import dev.skiff.runtime.request.ExecRequest;
import dev.skiff.runtime.request.ProcessRequest.Identity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Decides how a command goes into a running instance: mounts and namespaces are the instance's,
/// the environment is made anew from its image and the caller's.
public final class JoinPlanner {

  private JoinPlanner() {}

  /// The plan for one request whose image is an instance. Touches nothing.
  public static ContainerPlan plan(ExecRequest request, HostFacts host, InstanceRecord instance) {
    List<Problem> notices = new ArrayList<>();
    Path place = SessionLayout.choose(host.sessionCandidates(), List.of()).directory();
    int slash = instance.image().lastIndexOf('/');
    PayloadScript.Inside inside =
        new PayloadScript.Inside(
            instance.image(),
            instance.image().substring(slash + 1),
            Optional.of(instance.name()),
            instance.home(),
            instance.binds(),
            instance.users().isEmpty() ? Identity.ROOT : Identity.CALLER);
    Confinement.Ids ids =
        instance.users().isEmpty()
            ? new Confinement.Root()
            : new Confinement.Mapped(host.account().uid(), host.account().gid());
    Confinement confinement =
        new ConfinementPlan(request.process().privileges(), host, ids).confinement();
    return new ContainerPlan(
        List.of(
            new SetupStep.IsolateMounts(),
            new SetupStep.CopyMounts(instance.process().pid(), place),
            new SetupStep.EnterRoot(place)),
        Isolation.MOUNTS_ONLY,
        new Payload(
            new PayloadScript(request, host, inside).text(confinement.ids(), notices),
            request.arguments(),
            Payload.Filter.NONE,
            confinement),
        notices);
  }
}
