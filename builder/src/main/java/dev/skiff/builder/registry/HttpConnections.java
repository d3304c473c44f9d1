package dev.skiff.builder.registry;

import dev.skiff.builder.registry.RegistryFailure.Kind;
import dev.skiff.runtime.config.RegistrySettings;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.Authenticator;
import java.net.ConnectException;
import java.net.PasswordAuthentication;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Connections to hosts: each is believed as the settings say, and reached through the proxy that
/// the environment names. Tells failures apart. Closing ends them all.
final class HttpConnections implements Closeable {

  /// How the JDK says that an answer was no TLS record.
  private static final String NOT_TLS = "plaintext connection";

  private static final Duration CONNECT = Duration.ofSeconds(15);

  static {
    // Java would not say a proxy's password before a tunnel; a person who names one means it.
    String property = "jdk.http.auth.tunneling.disabledSchemes";
    if (System.getProperty(property) == null) {
      System.setProperty(property, "");
    }
  }

  private final boolean offline;
  private final EnvironmentProxies proxies;
  private final RegistryTls tls;
  private final HttpClient usual;
  private final Map<String, HttpClient> special = new ConcurrentHashMap<>();
  private volatile Optional<HttpClient> ofTheMachine = Optional.empty();

  HttpConnections(RegistrySettings settings, Map<String, String> environment) {
    offline = Offline.isAsked(environment);
    proxies = new EnvironmentProxies(environment);
    tls = new RegistryTls(settings, environment);
    usual = builder().build();
  }

  private HttpClient.Builder builder() {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT)
            .proxy(proxies);
    if (proxies.havePasswords()) {
      builder.authenticator(new ProxyPasswords(proxies));
    }
    return builder;
  }

  /// Answers proxies only: what registries ask for is answered elsewhere.
  private static final class ProxyPasswords extends Authenticator {

    private final EnvironmentProxies proxies;

    ProxyPasswords(EnvironmentProxies proxies) {
      this.proxies = proxies;
    }

    @Override
    protected @Nullable PasswordAuthentication getPasswordAuthentication() {
      return getRequestorType() == RequestorType.PROXY
          ? proxies.password(getRequestingHost(), getRequestingPort()).orElse(null)
          : null;
    }
  }

  /// Sends a request; the caller closes the answer's body.
  ///
  /// @throws RegistryFailure if there is no answer
  HttpResponse<InputStream> send(HttpRequest request) throws IOException {
    String host = RegistryHttp.host(request.uri());
    if (offline) {
      throw new RegistryFailure(Kind.OFFLINE, host, Offline.WHY);
    }
    HttpClient own = special.computeIfAbsent(host, this::clientOf);
    try {
      return told(own, request, host);
    } catch (RegistryFailure e) {
      boolean usualOnes = own.equals(usual) && e.kind() == Kind.TLS;
      Optional<HttpClient> machine = usualOnes ? machine() : Optional.empty();
      if (machine.isEmpty()) {
        throw e;
      }
      HttpResponse<InputStream> response = told(machine.get(), request, host);
      special.put(host, machine.get());
      return response;
    }
  }

  private HttpClient clientOf(String host) {
    return tls.of(host).map(this::believing).orElse(usual);
  }

  private HttpClient believing(SSLContext context) {
    return builder().sslContext(context).build();
  }

  private synchronized Optional<HttpClient> machine() {
    if (ofTheMachine.isEmpty()) {
      ofTheMachine = tls.ofTheMachine().map(this::believing);
    }
    return ofTheMachine;
  }

  private static HttpResponse<InputStream> told(HttpClient client, HttpRequest request, String host)
      throws IOException {
    try {
      return client.send(request, BodyHandlers.ofInputStream());
    } catch (HttpConnectTimeoutException e) {
      throw new RegistryFailure(Kind.TIMED_OUT, host, "no connection within 15 seconds");
    } catch (HttpTimeoutException e) {
      throw new RegistryFailure(Kind.TIMED_OUT, host, "no answer in time");
    } catch (SSLException e) {
      String message = RegistryFailure.firstLine(e);
      if (message.contains(NOT_TLS)) {
        throw new RegistryFailure(Kind.PLAIN_HTTP, host, "it speaks plain http");
      }
      throw new RegistryFailure(Kind.TLS, host, distrust(message));
    } catch (ConnectException e) {
      boolean unknown =
          e.getCause() instanceof ConnectException inner
              && inner.getCause() instanceof UnresolvedAddressException;
      boolean unresolved = e.getCause() instanceof UnresolvedAddressException;
      throw unknown || unresolved
          ? new RegistryFailure(Kind.UNKNOWN_HOST, host, "there is no host of this name")
          : new RegistryFailure(Kind.UNREACHABLE, host, "the connection is refused");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryFailure(Kind.TIMED_OUT, host, "it was stopped");
    } catch (IOException e) {
      throw new RegistryFailure(Kind.UNREACHABLE, host, RegistryFailure.firstLine(e));
    }
  }

  /// Java's words for a certificate that is not believed, in a person's.
  private static String distrust(String said) {
    if (said.contains("unable to find valid certification path")
        || said.contains("PKIX path building failed")) {
      return "nobody who is trusted here vouches for its certificate";
    }
    if (said.contains("No subject alternative") || said.contains("No name matching")) {
      return "its certificate is for other names: " + said;
    }
    if (said.contains("Unsupported or unrecognized SSL message")) {
      return "it does not speak TLS";
    }
    return said.contains("validity check failed") ? "its certificate has expired" : said;
  }

  @Override
  public void close() {
    special.values().stream().distinct().forEach(HttpConnections::end);
    ofTheMachine.ifPresent(HttpConnections::end);
    end(usual);
  }

  private static void end(HttpClient client) {
    client.shutdownNow();
    client.close();
  }
}
