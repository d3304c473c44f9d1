package dev.skiff.builder;

import dev.skiff.builder.base.Registries;
import dev.skiff.builder.progress.BuildEvent.BytesMoved;
import dev.skiff.builder.progress.BuildEvent.Warned;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.registry.PullListener;
import dev.skiff.builder.registry.RegistryClient;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.ImageReference;
import dev.skiff.image.oci.ImageSource;
import dev.skiff.runtime.config.SkiffConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The registries of this network, by a client that is made when the first image is asked for.
/// Close it when the build is over.
public final class PulledImages implements Registries, AutoCloseable {

  private final SkiffConfig config;
  private final Map<String, String> environment;
  private final BuildListener listener;
  private @Nullable RegistryClient client;

  /// @param config mirrors, and where plain http may be spoken
  /// @param environment the process' environment: credentials, proxies, the cache's place
  /// @param listener told of downloads
  public PulledImages(SkiffConfig config, Map<String, String> environment, BuildListener listener) {
    this.config = config;
    this.environment = Map.copyOf(environment);
    this.listener = BuildListener.oneAtATime(listener);
  }

  @Override
  public ImageSource open(ImageReference reference) {
    RegistryClient opened = client;
    if (opened == null) {
      opened =
          RegistryClient.open(
              RegistryClient.Settings.of(config, environment, new Downloads(listener)));
      client = opened;
    }
    return opened.image(reference);
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
    }
  }

  /// All blobs of a build as one transfer.
  private static final class Downloads implements PullListener {
    private final BuildListener listener;
    private final Map<Digest, Progress> blobs = new HashMap<>();

    private record Progress(long done, long total) {}

    Downloads(BuildListener listener) {
      this.listener = listener;
    }

    @Override
    public synchronized void moved(Digest blob, long done, long total) {
      blobs.put(blob, new Progress(done, total));
      long allDone = blobs.values().stream().mapToLong(Progress::done).sum();
      long all = blobs.values().stream().mapToLong(Progress::total).sum();
      listener.on(new BytesMoved("download", allDone, all));
    }

    @Override
    public void retrying(String why, Duration pause) {
      listener.on(
          new Warned(
              new Problem(
                  "a download is tried again in %d s".formatted(pause.toSeconds()),
                  why,
                  "wait, or stop with Ctrl-C; what is there is kept")));
    }
  }
}
