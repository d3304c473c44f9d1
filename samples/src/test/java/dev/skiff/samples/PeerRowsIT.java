package dev.skiff.samples;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The rows that a person relies on, as an ordinary user without subordinate ids.
final class PeerRowsIT {

  static List<PeerRows.Row> rows() {
    return PeerRows.all();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void anOrdinaryUserSeesWhatTheRowSays(PeerRows.Row row) {
    PeerRows.check(row, HostUser.SINGLE, PeerRows.Fuse.PRESENT);
  }
}
