package dev.skiff.samples;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The rows that `PeerRows` types at Skiff, typed at Apptainer.
final class ApptainerRowsIT extends BesideThePeer {

  static List<PeerRows.Row> rows() {
    return PeerRows.all();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void theRowSaysWhatApptainerDoes(PeerRows.Row row) throws IOException {
    boolean files = row.title().startsWith("R21");
    assumeTrue(!files || typed("command -v mkfs.ext3").status() == 0, "no mkfs.ext3 beside it");
    share(BusyboxImage.sif());
    typed(
            "d=$(mktemp -d) && cd $d && a='apptainer -q' i=%s/x.sif && export a i\n%srm -rf $d"
                .formatted(seen, row.script()))
        .prints(row.expected());
  }

  private Outcome typed(String script) {
    return beside("sh", "-c", script);
  }
}
