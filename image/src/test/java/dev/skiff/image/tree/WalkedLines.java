package dev.skiff.image.tree;

/// What a visitor is told, a line each, indented by depth.
public final class WalkedLines implements TreeVisitor {

  private final StringBuilder text = new StringBuilder();
  private int depth;
  private long bytes;
  private long storedBytes;

  public String text() {
    return text.toString();
  }

  public long bytes() {
    return bytes;
  }

  public long storedBytes() {
    return storedBytes;
  }

  @Override
  public void enter(FileName name) {
    line(name + "/");
    depth++;
  }

  @Override
  public void leave() {
    depth--;
  }

  @Override
  public void file(FileName name, long sizeBytes, long storedBytesOfFile) {
    line(name + " " + sizeBytes);
    bytes += sizeBytes;
    storedBytes += storedBytesOfFile;
  }

  @Override
  public void unreadable(FileName name) {
    line(name + " unreadable");
  }

  private void line(String line) {
    text.append("  ".repeat(depth)).append(line).append('\n');
  }
}
