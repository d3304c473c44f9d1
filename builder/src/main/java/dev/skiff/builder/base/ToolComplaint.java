package dev.skiff.builder.base;

import dev.skiff.builder.progress.BuildEvent;
import dev.skiff.builder.progress.BuildEvent.OutputLine;
import dev.skiff.builder.progress.BuildListener;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Passes on what a tool says, and keeps what tells why it failed: its last line is often none of
/// that.
final class ToolComplaint implements BuildListener {

  private static final Pattern KEY =
      Pattern.compile("(?:NO_PUBKEY |unknown key \\(key id )([0-9A-F]{8,40})");
  private static final String LAST_WORDS = "E: mmdebstrap failed to run";
  private static final int LONGEST = 240;

  private final BuildListener listener;
  private volatile Optional<String> key = Optional.empty();
  private volatile String error = "";

  ToolComplaint(BuildListener listener) {
    this.listener = listener;
  }

  @Override
  public void on(BuildEvent event) {
    if (event instanceof OutputLine(_, String line, _)) {
      Matcher matcher = KEY.matcher(line);
      if (matcher.find()) {
        key = Optional.of(matcher.group(1));
      }
      if (line.startsWith("E: ") && !line.equals(LAST_WORDS)) {
        error = line.substring(3);
      }
    }
    listener.on(event);
  }

  /// The key that the packages are signed with, and nobody here knows.
  Optional<String> unknownKey() {
    return key;
  }

  /// The last line that it called an error; else the one that is given.
  String error(String last) {
    String said = error.isEmpty() ? last : error;
    return said.length() <= LONGEST ? said : said.substring(0, LONGEST) + "…";
  }
}
