package dev.skiff.samples;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The same rows as `PeerRowsIT`, where there is no FUSE: images are unpacked.
final class UnpackedRowsIT {

  static List<PeerRows.Row> rows() {
    return PeerRows.all();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void aUserWithoutFuseSeesWhatTheRowSays(PeerRows.Row row) {
    PeerRows.check(row, HostUser.SINGLE, PeerRows.Fuse.ABSENT);
  }
}
