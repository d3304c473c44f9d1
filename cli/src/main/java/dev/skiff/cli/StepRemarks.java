package dev.skiff.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/// What a step of `srun` prints to standard error, without srun's own line about an exit status
/// that is passed on anyway. All else goes through byte by byte, as it comes.
final class StepRemarks {

  private static final byte[] START = "srun: error: ".getBytes(StandardCharsets.US_ASCII);
  private static final int LONGEST = 1000;
  private static final Pattern STATUS =
      Pattern.compile("srun: error: \\S+: tasks? \\S+: Exited with exit code \\d+");

  private final OutputStream to;
  private final ByteArrayOutputStream held = new ByteArrayOutputStream();
  private boolean atStart = true;

  private StepRemarks(OutputStream to) {
    this.to = to;
  }

  /// Copies all of a stream.
  static void copy(InputStream from, OutputStream to) throws IOException {
    StepRemarks remarks = new StepRemarks(to);
    byte[] buffer = new byte[8192];
    for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
      for (int i = 0; i < count; i++) {
        remarks.take(buffer[i]);
      }
      to.flush();
    }
    remarks.endLine();
    to.flush();
  }

  private void take(byte one) throws IOException {
    if (!atStart) {
      to.write(one);
      atStart = one == '\n';
      return;
    }
    held.write(one);
    int size = held.size();
    if (one == '\n') {
      endLine();
    } else if (size > LONGEST || (size <= START.length && one != START[size - 1])) {
      passOn();
      atStart = false;
    }
  }

  private void endLine() throws IOException {
    String line = held.toString(StandardCharsets.UTF_8).strip();
    if (STATUS.matcher(line).matches()) {
      held.reset();
    }
    passOn();
  }

  private void passOn() throws IOException {
    held.writeTo(to);
    held.reset();
  }
}
