package dev.skiff.samples;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The same rows as `PeerRowsIT`, as root: no user namespace, and loop devices.
final class RootRowsIT {

  static List<PeerRows.Row> rows() {
    return PeerRows.all();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void rootSeesWhatTheRowSays(PeerRows.Row row) {
    PeerRows.check(row, HostUser.ROOT, PeerRows.Fuse.PRESENT);
  }
}
