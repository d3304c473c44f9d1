package dev.skiff.runtime.slurm.explain;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What Slurm's reason codes mean: one row for each of the plain ones, and a rule for those that
/// are put together from who set a limit, for whom, and of what.
///
/// @see <a href="https://slurm.schedmd.com/job_reason_codes.html">Job reason codes</a>
final class ReasonWords {

  /// What a code means.
  ///
  /// @param why a clause about the job
  /// @param remedy what its user can do; empty for nothing but to wait
  record Meaning(String why, String remedy) {}

  /// Code, why, remedy. `{id}` and `{partition}` stand for the job's.
  private static final String PLAIN =
      """
      None | the scheduler has not looked at it yet | ask again in a minute
      Priority | other jobs are before it | ask for less (time, GPUs, memory), so that it fits into a gap
      Resources | what it asks for is not free yet, and it is next in line | ask for less, or for what is free: skiff nodes
      Dependency | it waits for another job to end |
      DependencyNeverSatisfied | the job it waits for did not end as it had to, so its turn never comes | scancel {id}
      JobArrayTaskLimit | as many tasks of this array run as it allows at once | scontrol update JobId={id} ArrayTaskThrottle=0
      BeginTime | the time at which it may start has not come | scontrol update JobId={id} StartTime=now
      JobHeldUser | it is held by its user | scontrol release {id}
      JobHeldAdmin | it is held by an administrator | ask the administrators why
      JobHoldMaxRequeue | it was started again too often, and is now held | look at its log, then: scontrol release {id}
      JobLaunchFailure | it could not be launched on its node, and is now held | look at its log, then: scontrol release {id}
      launch_failed_requeued_held | it could not be launched on its node, and is now held | look at its log, then: scontrol release {id}
      PartitionTimeLimit | it asks for more time than '{partition}' allows | scontrol update JobId={id} TimeLimit=...
      PartitionNodeLimit | it asks for more or fewer nodes than '{partition}' allows | scontrol update JobId={id} NumNodes=...
      PartitionDown | '{partition}' starts no jobs at the moment | choose another partition, or wait until it is up again
      PartitionInactive | '{partition}' is switched off | choose another partition
      ReqNodeNotAvail | the nodes it could run on are down, in maintenance, or set aside for others | skiff nodes -l
      Nodes required for job are DOWN, DRAINED or reserved for jobs in higher priority partitions | the nodes it could run on are down, in maintenance, or set aside for others | skiff nodes -l
      NodeDown | a node that it needs is down | skiff nodes -l
      FrontEndDown | no front-end node is up | ask the administrators
      BadConstraints | no node has what it asks for | scancel {id}, and see what there is: skiff nodes
      Licenses | it waits for a licence that others use |
      Reservation | it waits for the reservation that it names to begin |
      ReservationDeleted | the reservation that it names is gone | scontrol update JobId={id} ReservationName=
      InvalidAccount | its account is not known | scontrol update JobId={id} Account=...
      AccountNotAllowed | its account may not use '{partition}' | choose another partition or account
      InvalidQOS | its quality of service is not known | scontrol update JobId={id} QOS=...
      QOSNotAllowed | its quality of service is not for its account or for '{partition}' | scontrol update JobId={id} QOS=...
      QOSUsageThreshold | its quality of service wants less past use than yours | choose another quality of service
      MaxMemPerLimit | it asks for more memory for each CPU or node than '{partition}' allows | ask for less memory
      DeadLine | it cannot end before its own deadline | scancel {id}
      TimeLimit | its time was over |
      InactiveLimit | it did nothing for too long |
      NonZeroExitCode | its command failed | skiff logs {id}
      OutOfMemory | it used more memory than it asked for | ask for more memory
      RaisedSignal:9(Killed) | it was killed, mostly for using more memory than it asked for | ask for more memory
      SystemFailure | a machine or the system failed | submit it again
      Prolog | the node is being prepared for it | wait a minute
      Cleaning | its earlier run is still being cleaned up | wait a minute
      SchedDefer | the scheduler looks at it only in its next round | wait a minute
      WaitingForScheduling | the scheduler has not looked at it yet | wait a minute
      BurstBufferOperation | a burst-buffer operation failed | ask the administrators
      BurstBufferResources | the burst buffer is full | wait
      BurstBufferStageIn | its data is being copied to the burst buffer | wait
      FedJobLock | another cluster of the federation is looking at it | wait a minute
      AssociationJobLimit | your account has as many jobs as it may | wait for one of them to end
      AssociationResourceLimit | your account uses as much as it may | wait for one of its jobs to end
      AssociationTimeLimit | your account has used all its time | ask the administrators
      QOSJobLimit | its quality of service has as many jobs as it may | wait, or choose another quality of service
      QOSResourceLimit | its quality of service uses as much as it may | wait, or choose another quality of service
      QOSTimeLimit | its quality of service has used all its time | choose another quality of service
      """;

  /// What a limit counts, by the end of the code's name.
  private static final String COUNTED =
      """
      CPUMinutesLimit CPU minutes
      CpuMinutesLimit CPU minutes
      CPUMinsLimit CPU minutes
      CPURunMinutesLimit CPU minutes of running jobs
      CpuRunMinutesLimit CPU minutes of running jobs
      GRESMinutes GPU minutes
      GRESMinutesLimit GPU minutes
      GRESRunMinutes GPU minutes of running jobs
      MemMinutes memory minutes
      MemRunMinutes memory minutes of running jobs
      NodeMinutes node minutes
      BillingMinutes billing minutes
      BillingRunMinutes billing minutes of running jobs
      CpuLimit CPUs
      CPULimit CPUs
      Cpu CPUs
      CPU CPUs
      GRES GPUs
      Gres GPUs
      GRESLimit GPUs
      MemLimit memory
      MemoryLimit memory
      Memory memory
      Mem memory
      NodeLimit nodes
      NodesLimit nodes
      Node nodes
      Nodes nodes
      JobsLimit jobs
      Jobs jobs
      SubmitJobsLimit submitted jobs
      SubmitJobs submitted jobs
      SubmitJobLimit submitted jobs
      SubmitJob submitted jobs
      CpuNotSatisfied CPUs
      GRESNotSatisfied GPUs
      MemoryNotSatisfied memory
      NodeNotSatisfied nodes
      WallLimit time
      WallDurationLimit time
      WallDuration time
      Wall time
      Billing billing units
      BillingLimit billing units
      Energy energy
      EnergyLimit energy
      License licences
      LicenseLimit licences
      BB burst buffer
      BBLimit burst buffer
      UnknownResource of something
      Unknown of something
      """;

  private static final Map<String, Meaning> MEANINGS = meanings();
  private static final Map<String, String> UNITS = units();

  private ReasonWords() {}

  /// Empty for a code that no version of Slurm known here has.
  static Optional<Meaning> of(String reason) {
    Meaning exact = MEANINGS.get(reason);
    if (exact != null) {
      return Optional.of(exact);
    }
    int comma = reason.indexOf(',');
    Meaning first = comma < 0 ? null : MEANINGS.get(reason.substring(0, comma));
    return first == null ? limit(reason) : Optional.of(first);
  }

  /// `AssocGrpGRES`, `AssocMaxJobsLimit`, `QOSMaxGRESPerUser`, `MaxCpuPerAccount`, `QOSMinGRES`.
  private static Optional<Meaning> limit(String code) {
    if (code.startsWith("Assoc")) {
      return limit("your account", code.substring("Assoc".length()));
    }
    if (code.startsWith("QOS")) {
      return limit("its quality of service", code.substring("QOS".length()));
    }
    return code.contains("Per") ? limit("the site", code) : Optional.empty();
  }

  private static Optional<Meaning> limit(String owner, String rest) {
    String bound = rest.length() < 3 ? "" : rest.substring(0, 3);
    if (!List.of("Grp", "Max", "Min").contains(bound)) {
      return Optional.empty();
    }
    int per = rest.indexOf("Per");
    String whom = per < 0 ? "" : rest.substring(per + 3).replace("Limit", "");
    String unit = UNITS.get(rest.substring(3, per < 0 ? rest.length() : Math.max(3, per)));
    return unit == null ? Optional.empty() : Optional.of(meaning(owner, bound, unit, whom));
  }

  private static Meaning meaning(String owner, String bound, String unit, String whom) {
    String scope = scope(bound, whom);
    if (bound.equals("Min")) {
      return new Meaning(
          "it asks for fewer %s than %s wants of a job".formatted(unit, owner), "ask for more");
    }
    boolean ofJob =
        whom.equals("Job") || whom.equals("Node") || (unit.equals("time") && whom.isEmpty());
    return new Meaning(
        "%s limits the %s%s, and with this job it would be more".formatted(owner, unit, scope),
        ofJob ? "ask for less" : "wait for a job there to end, or ask for less");
  }

  private static String scope(String bound, String whom) {
    return switch (whom) {
      case "User" -> " of each user";
      case "Account" -> " of each account";
      case "Job" -> " of each job";
      case "Node" -> " on each node";
      default -> bound.equals("Grp") ? " of all who share it" : "";
    };
  }

  private static Map<String, Meaning> meanings() {
    Map<String, Meaning> meanings = new HashMap<>();
    PLAIN
        .lines()
        .map(line -> line.split("\\|", -1))
        .forEach(cells ->
            meanings.put(cells[0].strip(), new Meaning(cells[1].strip(), cells[2].strip())));
    return meanings;
  }

  private static Map<String, String> units() {
    Map<String, String> units = new HashMap<>();
    COUNTED.lines().map(line -> line.split(" ", 2)).forEach(cells -> units.put(cells[0], cells[1]));
    return units;
  }
}
