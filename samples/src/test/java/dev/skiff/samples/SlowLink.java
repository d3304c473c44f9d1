package dev.skiff.samples;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/// A port that leads to another one, and brings answers slowly.
final class SlowLink implements AutoCloseable {

  private static final int PIECE = 1 << 16;
  private static final int MILLIS = 10;

  private final int port;
  private final ServerSocket door;

  private SlowLink(int port, ServerSocket door) {
    this.port = port;
    this.door = door;
  }

  /// @param host `127.0.0.1:PORT`, to which it leads
  static SlowLink to(String host) throws IOException {
    int port = Integer.parseInt(host.substring(host.indexOf(':') + 1));
    SlowLink link = new SlowLink(port, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    Thread.ofVirtual().start(link::letIn);
    return link;
  }

  /// Where it begins.
  String host() {
    return "127.0.0.1:" + door.getLocalPort();
  }

  private void letIn() {
    while (!door.isClosed()) {
      try {
        Socket caller = door.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
        Thread.ofVirtual().start(() -> carry(caller, server, 0));
        Thread.ofVirtual().start(() -> carry(server, caller, MILLIS));
      } catch (IOException e) {
        return; // it was closed
      }
    }
  }

  private static void carry(Socket from, Socket to, int pauseMillis) {
    byte[] piece = new byte[PIECE];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
        out.write(piece, 0, count);
        Thread.sleep(pauseMillis);
      }
    } catch (IOException e) {
      return; // one of the two has left
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
  }
}
