package dev.skiff.builder.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import dev.skiff.builder.progress.BuildEvent.Stream;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.root.WorkingDirectory;
import dev.skiff.builder.script.OutputLines;
import dev.skiff.image.oci.ImageSource;
import dev.skiff.image.tar.TarWriter;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileContent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A container of a daemon that runs one program for a build. The container goes when this is
/// closed, and when the process ends.
public final class ContainerRun implements AutoCloseable {

  private static final String SCRATCH = "rw,exec,nosuid,nodev,mode=1777";

  private final DockerDaemon daemon;
  private final String container;
  private final Thread atExit;
  private Optional<String> committed = Optional.empty();

  private ContainerRun(DockerDaemon daemon, String container) {
    this.daemon = daemon;
    this.container = container;
    this.atExit = new Thread(this::remove, "remove-container");
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /// Makes a container of an image, as root, with the network of the daemon's machine and an empty
  /// `/tmp` and `/var/tmp` that are no part of it.
  ///
  /// @param command program and arguments
  public static ContainerRun create(DockerDaemon daemon, String image, List<String> command) {
    HostConfig config =
        HostConfig.newHostConfig()
            .withNetworkMode("host")
            .withTmpFs(Map.of("/tmp", SCRATCH, "/var/tmp", SCRATCH));
    String id =
        daemon.ask(
            "make a container",
            () ->
                daemon
                    .client()
                    .createContainerCmd(image)
                    .withEntrypoint(command.getFirst())
                    .withCmd(command.subList(1, command.size()))
                    .withUser("0:0")
                    .withWorkingDir("/")
                    .withHostConfig(config)
                    .exec()
                    .getId());
    return new ContainerRun(daemon, id);
  }

  /// Puts a program into the root directory of the container.
  public void put(String name, byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarWriter tar = new TarWriter(out)) {
      tar.file(
          name.getBytes(StandardCharsets.UTF_8),
          Attributes.of(0755, 0, 0, 0),
          FileContent.of(bytes));
    }
    boolean _ =
        daemon.ask(
            "take a script",
            () -> {
              daemon
                  .client()
                  .copyArchiveToContainerCmd(container)
                  .withRemotePath("/")
                  .withTarInputStream(new ByteArrayInputStream(out.toByteArray()))
                  .exec();
              return true;
            });
  }

  /// Runs the program to its end; it has no input.
  ///
  /// @return its exit status
  public int run(OutputLines lines) {
    return daemon.ask(
        "run a container",
        () -> {
          Output output = new Output(lines);
          try {
            ResultCallback.Adapter<Frame> attached =
                daemon
                    .client()
                    .attachContainerCmd(container)
                    .withStdOut(true)
                    .withStdErr(true)
                    .withFollowStream(true)
                    .exec(output);
            boolean _ = attached.awaitStarted() != null;
            var _ = daemon.client().startContainerCmd(container).exec();
            int status =
                daemon
                    .client()
                    .waitContainerCmd(container)
                    .exec(new WaitContainerResultCallback())
                    .awaitStatusCode();
            var _ = attached.awaitCompletion();
            output.end();
            return status;
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
          }
        });
  }

  /// The image that the container has become; the caller closes it. Its last layer is what the
  /// program changed.
  public ImageSource result(WorkingDirectory where, BuildListener listener) throws IOException {
    String image =
        daemon.ask("commit a container", () -> daemon.client().commitCmd(container).exec());
    committed = Optional.of(image);
    return DaemonImage.save(daemon, image, where, listener);
  }

  private void remove() {
    try {
      daemon.client().removeContainerCmd(container).withForce(true).withRemoveVolumes(true).exec();
      committed.ifPresent(image -> daemon.client().removeImageCmd(image).withForce(true).exec());
    } catch (DockerException e) {
      // it is gone already, or the daemon is
    }
  }

  @Override
  public void close() {
    try {
      boolean _ = Runtime.getRuntime().removeShutdownHook(atExit);
      remove();
    } catch (IllegalStateException e) {
      // the process is ending: the hook is running already
    }
  }

  /// Cuts what the container writes into lines.
  private static final class Output extends ResultCallback.Adapter<Frame> {

    private final OutputLines lines;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    Output(OutputLines lines) {
      this.lines = lines;
    }

    @Override
    public synchronized void onNext(Frame frame) {
      for (byte b : frame.getPayload()) {
        if (b == '\n') {
          lines.accept(Stream.ERROR, line.toString(StandardCharsets.UTF_8));
          line.reset();
        } else {
          line.write(b);
        }
      }
    }

    synchronized void end() {
      if (line.size() > 0) {
        lines.accept(Stream.ERROR, line.toString(StandardCharsets.UTF_8));
      }
    }
  }
}
