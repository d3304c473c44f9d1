package dev.skiff.cli.output;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// Standard output for bytes of a stranger: a file or a pipe gets them as they are, a terminal gets
/// them as text, which does not drive it. Takes buffers that have an array.
public final class ResultBytes implements WritableByteChannel {

  private static final int LONGEST_CHARACTER_BYTES = 4;

  private final Terminal terminal;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);

  /// What does not make a whole character or line end yet.
  private ByteBuffer rest = ByteBuffer.allocate(0);

  private String lineEnd = "";

  ResultBytes(Terminal terminal) {
    this.terminal = terminal;
  }

  /// @throws IOException if nobody reads any more
  @Override
  public int write(ByteBuffer from) throws IOException {
    int count = from.remaining();
    PrintStream out = terminal.out();
    if (terminal.outKind().isTerminal()) {
      show(from, false);
    } else {
      out.write(from.array(), from.arrayOffset() + from.position(), count);
      from.position(from.limit());
    }
    if (out.checkError()) {
      throw new IOException("standard output takes no more");
    }
    return count;
  }

  private void show(ByteBuffer more, boolean last) {
    ByteBuffer in = ByteBuffer.allocate(rest.remaining() + more.remaining());
    in.put(rest).put(more).flip();
    CharBuffer text = CharBuffer.allocate(in.remaining() + LONGEST_CHARACTER_BYTES);
    var _ = decoder.decode(in, text, last);
    if (last) {
      var _ = decoder.flush(text);
    }
    rest = in;
    String whole = lineEnd + text.flip();
    boolean waits = !last && whole.endsWith("\r");
    lineEnd = waits ? "\r" : "";
    terminal.show(waits ? whole.substring(0, whole.length() - 1) : whole);
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  /// Shows what is left; standard output stays open.
  @Override
  public void close() {
    if (terminal.outKind().isTerminal()) {
      show(ByteBuffer.allocate(0), true);
    }
    terminal.out().flush();
  }
}
