package dev.skiff.runtime.doctor;

import dev.skiff.runtime.doctor.Fact.State;
import dev.skiff.runtime.doctor.Fact.Topic;
import java.util.ArrayList;
import java.util.List;

/// Which schedulers jobs can be handed to from here.
final class ClusterChecks {

  private static final String SLURM = "Slurm";
  private static final String KUBERNETES = "Kubernetes";
  private static final String ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount/token";

  private final Machine machine;

  ClusterChecks(Machine machine) {
    this.machine = machine;
  }

  private static Fact fact(
      String subject, State state, String finding, String consequence, String fix) {
    return new Fact(Topic.CLUSTER, subject, state, finding, consequence, fix);
  }

  /// @param network whether it may be asked
  Fact slurm(boolean network) {
    List<String> missing = new ArrayList<>();
    for (String program : List.of("sbatch", "srun", "squeue", "scontrol")) {
      if (machine.program(program) == null) {
        missing.add(program);
      }
    }
    if (missing.size() == 4) {
      return fact(SLURM, State.ABSENT, "none of its commands are here", "no jobs go there", "");
    }
    if (!missing.isEmpty()) {
      return fact(
          SLURM,
          State.LIMITED,
          "there is no " + String.join(", ", missing),
          "jobs cannot be sent or looked after from here",
          "install slurm-client, or work on a login node");
    }
    if (!network) {
      return fact(SLURM, State.GOOD, "its commands are here; it was not asked", "", "");
    }
    if (machine.succeeds("timeout", "4", "scontrol", "ping")) {
      return fact(SLURM, State.GOOD, "its controller answers", "jobs can be sent", "");
    }
    return fact(
        SLURM,
        State.LIMITED,
        "its commands are here, but its controller does not answer",
        "jobs cannot be sent now",
        "see what 'scontrol ping' says; SLURM_CONF names another configuration");
  }

  Fact kubernetes() {
    String named = machine.variable("KUBECONFIG");
    String file = named.isEmpty() ? machine.variable("HOME") + "/.kube/config" : named;
    if (machine.text(file) != null) {
      return fact(KUBERNETES, State.GOOD, file, "jobs can be sent", "");
    }
    if (machine.exists(ACCOUNT)) {
      return fact(KUBERNETES, State.GOOD, "this pod's service account", "jobs can be sent", "");
    }
    if (!named.isEmpty()) {
      return fact(
          KUBERNETES,
          State.LIMITED,
          "KUBECONFIG is '" + named + "', which cannot be read",
          "no jobs go there",
          "unset KUBECONFIG, or name a file that is there");
    }
    return fact(KUBERNETES, State.ABSENT, "no ~/.kube/config", "no jobs go there", "");
  }
}
