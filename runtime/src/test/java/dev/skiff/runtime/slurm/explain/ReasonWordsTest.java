package dev.skiff.runtime.slurm.explain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReasonWordsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "None",
        "Priority",
        "Resources",
        "Dependency",
        "DependencyNeverSatisfied",
        "JobArrayTaskLimit",
        "BeginTime",
        "JobHeldUser",
        "JobHeldAdmin",
        "JobHoldMaxRequeue",
        "JobLaunchFailure",
        "PartitionTimeLimit",
        "PartitionNodeLimit",
        "PartitionDown",
        "PartitionInactive",
        "ReqNodeNotAvail",
        "ReqNodeNotAvail, UnavailableNodes:n[1-4]",
        "ReqNodeNotAvail, May be reserved for other job",
        "BadConstraints",
        "Licenses",
        "Reservation",
        "ReservationDeleted",
        "InvalidAccount",
        "AccountNotAllowed",
        "InvalidQOS",
        "QOSNotAllowed",
        "QOSUsageThreshold",
        "MaxMemPerLimit",
        "DeadLine",
        "SystemFailure",
        "Prolog",
        "Cleaning",
        "AssociationJobLimit",
        "AssocGrpBB",
        "AssocGrpBillingMinutes",
        "AssocGrpCPUMinutesLimit",
        "AssocGrpCPURunMinutesLimit",
        "AssocGrpCpuLimit",
        "AssocGrpEnergy",
        "AssocGrpGRES",
        "AssocGrpGRESMinutes",
        "AssocGrpGRESRunMinutes",
        "AssocGrpJobsLimit",
        "AssocGrpLicense",
        "AssocGrpMemLimit",
        "AssocGrpMemRunMinutes",
        "AssocGrpNodeLimit",
        "AssocGrpSubmitJobsLimit",
        "AssocGrpWallLimit",
        "AssocMaxJobsLimit",
        "AssocMaxCpuPerJobLimit",
        "AssocMaxGRESPerJob",
        "AssocMaxMemPerNode",
        "AssocMaxNodePerJobLimit",
        "AssocMaxWallDurationPerJobLimit",
        "AssocMaxSubmitJobLimit",
        "MaxCpuPerAccount",
        "MaxGRESPerAccount",
        "MaxMemoryPerAccount",
        "MaxNodePerAccount",
        "MaxJobsPerAccount",
        "QOSGrpCpuLimit",
        "QOSGrpGRES",
        "QOSGrpMemLimit",
        "QOSGrpNodeLimit",
        "QOSGrpJobsLimit",
        "QOSGrpWallLimit",
        "QOSMaxCpuPerJobLimit",
        "QOSMaxCpuPerUserLimit",
        "QOSMaxGRESPerJob",
        "QOSMaxGRESPerUser",
        "QOSMaxJobsPerUserLimit",
        "QOSMaxMemoryPerUser",
        "QOSMaxNodePerUserLimit",
        "QOSMaxSubmitJobPerUserLimit",
        "QOSMaxWallDurationPerJobLimit",
        "QOSMinCpuNotSatisfied",
        "QOSMinGRES",
        "QOSMinMemory"
      })
  void everyReasonHasWords(String code) {
    assertThat(ReasonWords.of(code)).as(code).isPresent();
    assertThat(ReasonWords.of(code).orElseThrow().why()).isNotBlank();
  }

  @Test
  void limitsAreToldByWhoseAndWhat() {
    assertThat(ReasonWords.of("QOSMaxGRESPerUser").orElseThrow().why())
        .isEqualTo(
            "its quality of service limits the GPUs of each user, and with this job it would be"
                + " more");
    assertThat(ReasonWords.of("AssocGrpMemLimit").orElseThrow().why())
        .startsWith("your account limits the memory of all who share it");
    assertThat(ReasonWords.of("QOSMinGRES").orElseThrow().why())
        .isEqualTo("it asks for fewer GPUs than its quality of service wants of a job");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Grp", "Max", "AssocGrp", "Novelty", "MaxPer", "\u001b[2J", "QOS"})
  void anUnknownReasonIsSaidToBeOne(String code) {
    assertThat(ReasonWords.of(code)).isEmpty();
  }
}
