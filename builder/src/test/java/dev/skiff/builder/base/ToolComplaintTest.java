package dev.skiff.builder.base;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.builder.progress.BuildEvent;
import dev.skiff.builder.progress.BuildEvent.OutputLine;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ToolComplaintTest {

  private final List<BuildEvent> passed = new ArrayList<>();
  private final ToolComplaint complaint = new ToolComplaint(passed::add);

  private void said(String... lines) {
    for (String line : lines) {
      complaint.on(new OutputLine(BuildEvent.Stream.ERROR, line));
    }
    assertThat(passed).hasSameSizeAs(lines);
  }

  @Test
  void whatIsToldIsTheErrorAndNotTheEnd() {
    said(
        "E: setup failed: E: dpkg --install " + "x.deb ".repeat(100),
        "I: main() received signal PIPE: waiting for setup...",
        "E: mmdebstrap failed to run");
    assertThat(complaint.error("the end")).startsWith("setup failed: E: dpkg").hasSize(241);
    assertThat(complaint.unknownKey()).isEmpty();
  }

  @Test
  void withoutAnErrorItIsTheLastLine() {
    said(
        "I: Valid Release signature (key id FB64C61A083FEA06)", "W: Failure trying to run: chroot");
    assertThat(complaint.unknownKey()).isEmpty();
    assertThat(complaint.error("the end")).isEqualTo("the end");
  }

  @Test
  void aKeyThatIsMissingIsNoted() {
    said("W: GPG error: http://m bookworm InRelease: NO_PUBKEY FB64C61A083FEA06", "E: not signed");
    assertThat(complaint.unknownKey()).contains("FB64C61A083FEA06");
    ToolComplaint other = new ToolComplaint(passed::add);
    other.on(
        new OutputLine(
            BuildEvent.Stream.ERROR, "E: Release signed by unknown key (key id FB64C61A083FEA06)"));
    assertThat(other.unknownKey()).contains("FB64C61A083FEA06");
  }
}
