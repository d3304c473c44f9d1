package dev.skiff.runtime.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class IdMappingTest {

  private static final List<String> ROOT_STATUS =
      List.of("Uid:\t0\t0\t0\t0", "CapEff:\t000001ffffffffff");

  @Test
  void everyIdIsTheMachinesRoot() {
    assertThat(IdMapping.of(List.of("         0          0 4294967295"), ROOT_STATUS))
        .isEqualTo(IdMapping.ROOT);
  }

  @Test
  void aRangeOfSubordinateIdsIsARange() {
    assertThat(IdMapping.of(List.of("0 1001 1", "1 100000 65536"), ROOT_STATUS))
        .isEqualTo(IdMapping.RANGE);
  }

  @Test
  void oneIdIsSingle() {
    assertThat(IdMapping.of(List.of("0 1001 1"), ROOT_STATUS)).isEqualTo(IdMapping.SINGLE);
  }

  @Test
  void anOrdinaryUserHasNone() {
    assertThat(
            IdMapping.of(
                List.of("0 0 4294967295"),
                List.of("Uid:\t1001\t1001\t1001\t1001", "CapEff:\t0000000000000000")))
        .isEqualTo(IdMapping.NONE);
  }

  @Test
  void rootWithoutTheRightToMountHasNone() {
    assertThat(
            IdMapping.of(
                List.of("0 0 4294967295"),
                List.of("Uid:\t0\t0\t0\t0", "CapEff:\t00000000a80425fb")))
        .isEqualTo(IdMapping.NONE);
  }

  @Test
  void idsAreTranslatedThroughTheMap() {
    List<String> map = List.of("0 1001 1", "1 100000 65536");
    assertThat(IdMapping.outside(map, 0)).isEqualTo(1001);
    assertThat(IdMapping.outside(map, 5)).isEqualTo(100004);
    assertThat(IdMapping.outside(map, 65537)).isEqualTo(-1);
  }
}
