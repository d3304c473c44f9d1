package dev.skiff.runtime.slurm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ClusterConfigTest {

  @Test
  void theConfigurationSaysWhetherLimitsAreHeld() {
    String text =
        """
        Configuration data as of 2026-11-22T10:00:00
        AccountingStorageEnforce = associations,limits,qos
        ClusterName             = skynet
        SlurmdUser              = root(0)
        """;
    assertThat(ClusterConfig.parse(text)).isEqualTo(new ClusterConfig("skynet", false, true));
    assertThat(ClusterConfig.parse("AccountingStorageEnforce = none\nSlurmdUser = al(7)\n"))
        .isEqualTo(new ClusterConfig("", true, false));
  }
}
