package dev.skiff.cli;

import dev.skiff.builder.base.Registries;
import dev.skiff.builder.library.SifServers;
import dev.skiff.builder.plan.SifAddress;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.push.SifDownload;
import dev.skiff.builder.registry.RegistryClient;
import dev.skiff.builder.registry.RegistryProblems;
import dev.skiff.builder.registry.RegistryPush;
import dev.skiff.builder.registry.ServedFiles;
import dev.skiff.builder.registry.Uploads;
import dev.skiff.cli.output.DownloadProgress;
import dev.skiff.cli.output.DownloadProgress.Detail;
import dev.skiff.cli.output.Terminal;
import dev.skiff.cli.output.Terminal.Verbosity;
import dev.skiff.image.oci.ImageReference;
import dev.skiff.image.oci.ImageSource;
import dev.skiff.image.oci.InvalidImageReferenceException;
import dev.skiff.image.oci.Platform;
import dev.skiff.runtime.config.SkiffConfig;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The registries of one build. The configuration is read, and a client opened, when the first
/// image is asked for: a build without a registry needs neither.
final class RegistryClients implements Registries, Uploads, AutoCloseable {

  private final RegistryOptions options;
  private final Terminal terminal;
  private final BuildListener listener;
  private final List<Closeable> open = new ArrayList<>();

  /// Which way the bytes go.
  enum Direction {
    PULL("download"),
    PUSH("upload");

    private final String word;

    Direction(String word) {
      this.word = word;
    }
  }

  RegistryClients(RegistryOptions options, Terminal terminal, BuildListener listener) {
    this.options = options;
    this.terminal = terminal;
    this.listener = BuildListener.oneAtATime(listener);
  }

  /// Reads what stands behind `docker://` or `oras://`.
  ///
  /// @throws dev.skiff.definitions.problem.ProblemException if it names no image
  static ImageReference reference(String uri) {
    try {
      return ImageReference.parse(uri.replaceFirst("^(docker|oras)://", ""));
    } catch (InvalidImageReferenceException e) {
      throw RegistryProblems.invalidReference(e);
    }
  }

  @Override
  public ImageSource open(ImageReference reference) {
    return client(reference, Direction.PULL).image(reference);
  }

  @Override
  public RegistryPush push(ImageReference reference) {
    return client(reference, Direction.PUSH).push(reference);
  }

  /// Speaks to the registry of an image; closed with all others.
  synchronized RegistryClient client(ImageReference reference, Direction direction) {
    SkiffConfig config = options.config(terminal);
    Map<String, String> environment = options.registryEnvironment(terminal);
    if (options.plainHttp(environment)) {
      config = config.withInsecure(reference.registry());
    }
    RegistryClient client = RegistryClient.open(settings(config, environment, direction));
    open.add(client);
    return client;
  }

  private RegistryClient.Settings settings(
      SkiffConfig config, Map<String, String> environment, Direction direction) {
    Detail detail = terminal.says(Verbosity.VERBOSE) ? Detail.BLOBS : Detail.TOTAL;
    return RegistryClient.Settings.of(
        config, environment, new DownloadProgress(direction.word, detail, listener));
  }

  @Override
  public Path sif(SifAddress address, Platform platform) {
    if (address.protocol() == SifAddress.Protocol.ORAS) {
      ImageReference reference = reference(address.uri());
      return new SifDownload(client(reference, Direction.PULL), reference).cached();
    }
    return servers().fetch(address, platform);
  }

  private synchronized SifServers servers() {
    SkiffConfig config = options.config(terminal);
    Map<String, String> environment = options.environment(terminal);
    boolean plain = options.plainHttp(environment);
    ServedFiles files = ServedFiles.open(settings(config, environment, Direction.PULL));
    open.add(files);
    return new SifServers(
        files, environment, host -> plain || config.registries().isInsecure(host));
  }

  @Override
  public void close() {
    for (Closeable client : open) {
      try {
        client.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
