package dev.skiff.builder.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skiff.builder.registry.RegistryFailure.Kind;
import dev.skiff.runtime.config.RegistrySettings;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/// Sends requests: follows redirects without carrying secrets to other hosts, reads error answers
/// to a bound, and tells failures apart. Closing ends all connections.
final class RegistryHttp implements Closeable {

  private static final int MOST_REDIRECTS = 5;
  private static final int LARGEST_ERROR = 64 << 10; // registries put whole web pages there
  private static final Duration ANSWER = Duration.ofSeconds(60);
  private static final Pattern WANTS_CERTIFICATE =
      Pattern.compile("<title>400 (No required SSL certificate|The SSL certificate error)");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpConnections connections;

  RegistryHttp(RegistrySettings settings, Map<String, String> environment) {
    connections = new HttpConnections(settings, environment);
  }

  /// A GET.
  ///
  /// @param headers sent to every host on the way
  /// @param authorization sent to the first host only
  record Get(URI uri, Map<String, String> headers, Optional<Secret> authorization) {}

  /// Sends a GET; the caller closes the body. Any status but 3xx is an answer.
  HttpResponse<InputStream> get(Get get) throws IOException {
    URI here = get.uri;
    for (int i = 0; i <= MOST_REDIRECTS; i++) {
      HttpRequest.Builder request = HttpRequest.newBuilder(here).timeout(ANSWER).GET();
      get.headers.forEach(request::setHeader);
      if (isSameHost(here, get.uri) && get.authorization.isPresent()) {
        request.setHeader("Authorization", get.authorization.get().reveal());
      }
      HttpResponse<InputStream> response = connections.send(request.build());
      Optional<String> location = response.headers().firstValue("Location");
      if (response.statusCode() / 100 != 3 || location.isEmpty()) {
        return response;
      }
      response.body().close();
      here = redirected(here, location.get());
    }
    throw new RegistryFailure(
        Kind.PROTOCOL, host(get.uri), "it redirects more than %d times".formatted(MOST_REDIRECTS));
  }

  private static URI redirected(URI from, String location) throws RegistryFailure {
    try {
      URI to = from.resolve(location);
      boolean http = "http".equals(to.getScheme()) || "https".equals(to.getScheme());
      boolean downgrade = "https".equals(from.getScheme()) && !"https".equals(to.getScheme());
      if (http && !downgrade && to.getHost() != null) {
        return to;
      }
    } catch (IllegalArgumentException e) {
      // told below, as every other place that is not gone to
    }
    throw new RegistryFailure(
        Kind.PROTOCOL, host(from), "it redirects to '%s'".formatted(clean(location, 200)));
  }

  private static boolean isSameHost(URI a, URI b) {
    return Objects.equals(a.getScheme(), b.getScheme())
        && Objects.equals(a.getAuthority(), b.getAuthority());
  }

  /// Sends a POST of form fields and gives its answer.
  HttpResponse<InputStream> post(URI uri, String form) throws IOException {
    return connections.send(
        HttpRequest.newBuilder(uri)
            .timeout(ANSWER)
            .setHeader("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build());
  }

  /// Sends a request that goes to one host and is not redirected; the caller closes the answer.
  HttpResponse<InputStream> send(HttpRequest request) throws IOException {
    return connections.send(request);
  }

  static String host(URI uri) {
    return String.valueOf(uri.getAuthority());
  }

  /// What an error answer means; reads and closes its body.
  static RegistryFailure failure(HttpResponse<InputStream> response) throws IOException {
    int status = response.statusCode();
    Kind kind =
        switch (status) {
          case 401, 403 -> Kind.DENIED;
          case 404, 410 -> Kind.NOT_FOUND;
          case 408 -> Kind.TIMED_OUT;
          case 429 -> Kind.RATE_LIMITED;
          default -> status >= 500 ? Kind.UNAVAILABLE : Kind.PROTOCOL;
        };
    String said = said(response);
    if (status == 400 && said.equals(HttpConnections.ONLY_KNOWN)) {
      return new RegistryFailure(Kind.CALLER, host(response.uri()), said);
    }
    String limit = kind == Kind.RATE_LIMITED ? RateLimit.of(response.headers()).text() : "";
    return new RegistryFailure(
        kind,
        host(response.uri()),
        "it answers %d%s%s".formatted(status, said.isEmpty() ? "" : ": " + said, limit));
  }

  /// The registry's own words, if it has any in the form the specification asks for; those of an
  /// nginx before it that wants to see a certificate are put into ours.
  private static String said(HttpResponse<InputStream> response) {
    try (InputStream in = response.body()) {
      byte[] body = in.readNBytes(LARGEST_ERROR);
      if (WANTS_CERTIFICATE.matcher(new String(body, StandardCharsets.ISO_8859_1)).find()) {
        return HttpConnections.ONLY_KNOWN;
      }
      JsonNode error = JSON.readTree(body).path("errors").path(0);
      String code = error.path("code").asText("");
      String message = error.path("message").asText("");
      String text = message.isEmpty() ? code : code + ", " + message;
      return clean(text, 300).replaceFirst("\\.$", "");
    } catch (JsonProcessingException e) {
      return "";
    } catch (IOException e) {
      return "";
    }
  }

  /// Text from elsewhere, fit for a terminal.
  static String clean(String text, int longest) {
    String plain = text.replaceAll("\\p{Cntrl}", " ").strip();
    return plain.length() <= longest ? plain : plain.substring(0, longest) + "…";
  }

  /// A small JSON answer.
  static JsonNode json(HttpResponse<InputStream> response, int most) throws IOException {
    try (InputStream in = response.body()) {
      byte[] body = in.readNBytes(most + 1);
      if (body.length > most) {
        throw new RegistryFailure(Kind.PROTOCOL, host(response.uri()), "its answer is too large");
      }
      return JSON.readTree(new String(body, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new RegistryFailure(Kind.PROTOCOL, host(response.uri()), "its answer is no JSON");
    }
  }

  @Override
  public void close() {
    connections.close();
  }
}
