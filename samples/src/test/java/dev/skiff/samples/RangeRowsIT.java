package dev.skiff.samples;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The same rows as `PeerRowsIT`, as an ordinary user with subordinate ids.
final class RangeRowsIT {

  static List<PeerRows.Row> rows() {
    return PeerRows.all();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void aUserWithSubordinateIdsSeesWhatTheRowSays(PeerRows.Row row) {
    PeerRows.check(row, HostUser.RANGE, PeerRows.Fuse.PRESENT);
  }
}
