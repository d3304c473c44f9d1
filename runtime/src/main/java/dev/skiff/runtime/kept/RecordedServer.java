package dev.skiff.runtime.kept;

import dev.skiff.runtime.plan.SetupStep;
import dev.skiff.runtime.setup.ImageServer;
import dev.skiff.runtime.setup.WaitingServer;

/// Notes which image is served, and by what: its calls are made anew by whoever serves it next.
public final class RecordedServer implements ImageServer {

  private final ImageServer server;
  private final RecordedCalls calls;

  public RecordedServer(ImageServer server, RecordedCalls calls) {
    this.server = server;
    this.calls = calls;
  }

  @Override
  public boolean available() {
    return server.available();
  }

  @Override
  public void serve(SetupStep.MountImage step) {
    server.serve(step);
    String program = WaitingServer.program();
    if (program == null) {
      calls.spoil();
    } else {
      calls.served(step, program);
    }
  }
}
