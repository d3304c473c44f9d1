package dev.skiff.builder.registry;

import dev.skiff.image.oci.ImageReference;
import dev.skiff.runtime.config.SkiffConfig;
import java.io.Closeable;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Pulls and pushes images. To be closed, or the process ends a third of a second late.
public final class RegistryClient implements Closeable {

  private final SkiffConfig config;
  private final BlobCache cache;
  private final boolean offline;
  private final RegistryHttp http;
  private final RegistryAuth auth;
  private final RetryPolicy policy;
  private final RegistryRequests requests;
  private final BlobDownload download;
  private final PullListener listener;
  private final ExecutorService downloads;
  private final ExecutorService uploads; // which may wait for downloads

  /// What a client works with.
  ///
  /// @param config mirrors, and where plain http may be spoken
  /// @param environment the process' environment: credentials and proxies
  /// @param cache where blobs are kept
  /// @param policy how patient it is
  /// @param listener is told of progress
  public record Settings(
      SkiffConfig config,
      Map<String, String> environment,
      BlobCache cache,
      RetryPolicy policy,
      PullListener listener) {

    /// The user's own cache and the usual patience.
    public static Settings of(
        SkiffConfig config, Map<String, String> environment, PullListener listener) {
      return new Settings(
          config,
          environment,
          BlobCache.of(environment),
          RetryPolicy.STANDARD.withRetries(config.registries().retries()),
          listener);
    }
  }

  private RegistryClient(Settings settings) {
    config = settings.config;
    listener = settings.listener;
    cache = settings.cache;
    offline = Offline.isAsked(settings.environment);
    http = new RegistryHttp(config.registries(), settings.environment);
    policy = settings.policy;
    auth = new RegistryAuth(http, new CredentialLookup(settings.environment, listener::warned));
    requests = new RegistryRequests(http, auth, policy, settings.listener);
    downloads = threads("download-");
    uploads = threads("upload-");
    download = new BlobDownload(requests, cache, settings.policy, settings.listener);
  }

  private ExecutorService threads(String name) {
    return Executors.newFixedThreadPool(
        config.registries().parallel(), Thread.ofPlatform().name(name, 1).daemon().factory());
  }

  public static RegistryClient open(Settings settings) {
    return new RegistryClient(settings);
  }

  /// An image of a registry; nothing is asked yet. Usable until the client is closed.
  public RegistryImage image(ImageReference reference) {
    return new RegistryImage(
        this, reference, RegistryEndpoint.of(reference.registry(), config.registries()));
  }

  /// Sends images to a repository, never to its mirrors. Usable until the client is closed.
  public RegistryPush push(ImageReference reference) {
    RegistryEndpoint endpoint =
        RegistryEndpoint.of(reference.registry(), config.registries()).getLast();
    PushRequests sending =
        new PushRequests(
            http,
            auth,
            requests,
            policy,
            new PushRequests.Target(endpoint, reference.repository()));
    return new RegistryPush(reference, sending, new BlobUpload(sending, policy, listener), uploads);
  }

  BlobCache cache() {
    return cache;
  }

  /// Whether nobody may be asked.
  boolean isOffline() {
    return offline;
  }

  KnownTags tags() {
    return new KnownTags(cache);
  }

  RegistryRequests requests() {
    return requests;
  }

  PullListener listener() {
    return listener;
  }

  BlobDownload download() {
    return download;
  }

  ExecutorService downloads() {
    return downloads;
  }

  @Override
  public void close() {
    downloads.shutdownNow();
    uploads.shutdownNow();
    http.close();
  }
}
