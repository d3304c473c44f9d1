package dev.skiff.builder.registry;

import dev.skiff.builder.registry.RegistryFailure.Kind;
import dev.skiff.runtime.config.RegistrySettings;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/// Connections to hosts: each is believed as the settings say, and reached through the proxy that
/// the environment names. Tells failures apart. Closing ends them all.
final class HttpConnections implements Closeable {

  /// How the JDK says that an answer was no TLS record.
  private static final String NOT_TLS = "plaintext connection";

  /// What TLS is told by a host that does not know who asks.
  private static final Pattern UNKNOWN_CALLER =
      Pattern.compile(
          "fatal alert: (certificate_\\w+|(?:bad|unsupported)_certificate|unknown_ca|access_denied)");

  static final String ONLY_KNOWN = "it lets in only who shows a certificate that it knows";

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
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(CONNECT)
        .proxy(proxies);
  }

  /// Sends a request; the caller closes the answer's body.
  ///
  /// @throws RegistryFailure if there is no answer
  HttpResponse<InputStream> send(HttpRequest request) throws IOException {
    String host = RegistryHttp.host(request.uri());
    if (offline) {
      throw new RegistryFailure(Kind.OFFLINE, host, Offline.WHY);
    }
    Optional<ProxyAddress> proxy = proxies.of(request.uri());
    Way way = new Way(host, proxy, proxy.map(at -> withProxy(request, at)).orElse(request));
    HttpClient own = special.computeIfAbsent(host, this::clientOf);
    try {
      return told(own, way);
    } catch (RegistryFailure e) {
      boolean usualOnes = own.equals(usual) && e.kind() == Kind.TLS;
      Optional<HttpClient> machine = usualOnes ? machine() : Optional.empty();
      if (machine.isEmpty()) {
        throw e;
      }
      HttpResponse<InputStream> response = told(machine.get(), way);
      special.put(host, machine.get());
      return response;
    }
  }

  /// A request, and whom it passes. Java's own answer to proxies is not used: it would answer
  /// registries as well, and end their requests when it has nothing to say to them.
  private record Way(String host, Optional<ProxyAddress> proxy, HttpRequest request) {}

  /// What stands in this header goes to the proxy alone, also before a tunnel.
  private static HttpRequest withProxy(HttpRequest request, ProxyAddress proxy) {
    return proxy
        .authorization()
        .map(secret ->
            HttpRequest.newBuilder(request, (_, _) -> true)
                .setHeader("Proxy-Authorization", secret.reveal())
                .build())
        .orElse(request);
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

  private static HttpResponse<InputStream> told(HttpClient client, Way way) throws IOException {
    String host = way.host;
    try {
      HttpResponse<InputStream> response = client.send(way.request, BodyHandlers.ofInputStream());
      if (response.statusCode() == 407) {
        throw asked(way, response);
      }
      return response;
    } catch (HttpConnectTimeoutException e) {
      throw new RegistryFailure(
          Kind.TIMED_OUT, host, "no connection within 15 seconds" + behind(way));
    } catch (HttpTimeoutException e) {
      throw new RegistryFailure(Kind.TIMED_OUT, host, "no answer in time" + behind(way));
    } catch (SSLException e) {
      String message = RegistryFailure.firstLine(e);
      if (message.contains(NOT_TLS)) {
        throw new RegistryFailure(Kind.PLAIN_HTTP, host, "it speaks plain http");
      }
      Matcher alert = UNKNOWN_CALLER.matcher(message);
      throw alert.find()
          ? new RegistryFailure(Kind.CALLER, host, ONLY_KNOWN + " (" + alert.group(1) + ")")
          : new RegistryFailure(Kind.TLS, host, distrust(message));
    } catch (ConnectException e) {
      throw unconnected(way, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryFailure(Kind.TIMED_OUT, host, "it was stopped");
    } catch (RegistryFailure e) {
      throw e;
    } catch (IOException e) {
      throw new RegistryFailure(Kind.UNREACHABLE, host, RegistryFailure.firstLine(e) + behind(way));
    }
  }

  private static String behind(Way way) {
    return way.proxy.map(at -> ", by way of the proxy " + at.shown()).orElse("");
  }

  private static RegistryFailure unconnected(Way way, ConnectException e) {
    boolean unknown =
        e.getCause() instanceof UnresolvedAddressException
            || (e.getCause() instanceof ConnectException inner
                && inner.getCause() instanceof UnresolvedAddressException);
    String why = unknown ? "there is no host of this name" : "the connection is refused";
    return way.proxy
        .map(at ->
            new RegistryFailure(
                unknown ? Kind.PROXY : Kind.UNREACHABLE,
                way.host,
                "the proxy before it, %s: %s".formatted(at.shown(), why)))
        .orElseGet(() ->
            new RegistryFailure(unknown ? Kind.UNKNOWN_HOST : Kind.UNREACHABLE, way.host, why));
  }

  /// A proxy wants to know who is there. Before a tunnel, its answer has no body.
  private static RegistryFailure asked(Way way, HttpResponse<InputStream> response)
      throws IOException {
    Optional<InputStream> body = Optional.ofNullable(response.body());
    if (body.isPresent()) {
      body.get().close();
    }
    boolean said = way.proxy.flatMap(ProxyAddress::authorization).isPresent();
    return new RegistryFailure(
        Kind.PROXY,
        way.host,
        "the proxy before it, %s, %s"
            .formatted(
                way.proxy.map(ProxyAddress::shown).orElse("which nobody named"),
                said
                    ? "does not take the user name and password that were said"
                    : "asks for a user name and a password"));
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
