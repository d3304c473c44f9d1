package dev.skiff.builder.registry;

import dev.skiff.runtime.config.RegistrySettings;
import dev.skiff.runtime.doctor.Fact;
import dev.skiff.runtime.doctor.Fact.State;
import dev.skiff.runtime.doctor.Fact.Topic;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Whether the registries that the configuration names answer. No other host is asked.
public final class RegistryReach {

  private static final Duration PATIENCE = Duration.ofSeconds(4);

  private final RegistrySettings settings;
  private final Map<String, String> environment;

  /// @param environment the caller's, for proxies
  public RegistryReach(RegistrySettings settings, Map<String, String> environment) {
    this.settings = settings;
    this.environment = environment;
  }

  /// The addresses that would be asked, in no particular order.
  Set<URI> addresses() {
    Set<URI> addresses = new LinkedHashSet<>();
    settings.mirrors().values().forEach(addresses::addAll);
    settings.insecure().forEach(host -> addresses.add(URI.create("http://" + host)));
    settings.certificates().keySet().forEach(host -> addresses.add(URI.create("https://" + host)));
    settings
        .clientCertificates()
        .keySet()
        .forEach(host -> addresses.add(URI.create("https://" + host)));
    settings.unverified().forEach(host -> addresses.add(URI.create("https://" + host)));
    return addresses;
  }

  /// A fact for each.
  public List<Fact> facts() {
    Set<URI> addresses = addresses();
    if (addresses.isEmpty()) {
      return List.of(
          new Fact(
              Topic.NETWORK,
              "registries",
              State.ABSENT,
              "none are configured, so none were asked",
              "images come from the registries that their names say",
              ""));
    }
    List<Fact> facts = new ArrayList<>();
    try (HttpConnections connections = new HttpConnections(settings, environment)) {
      for (URI address : addresses) {
        facts.add(ask(connections, address));
      }
    }
    return facts;
  }

  private static Fact ask(HttpConnections connections, URI address) {
    String base = address.toString().replaceFirst("/+$", "");
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + "/v2/")).timeout(PATIENCE).GET().build();
    try {
      HttpResponse<InputStream> answer = connections.send(request);
      answer.body().close();
      int status = answer.statusCode();
      boolean registry = status == 200 || status == 401 || status == 403;
      return registry
          ? Fact.good(Topic.NETWORK, base, "answers", "images can be fetched")
          : unreachable(base, "answers with status " + status + ", as no registry does");
    } catch (IOException e) {
      return unreachable(base, String.valueOf(e.getMessage()));
    }
  }

  private static Fact unreachable(String base, String why) {
    return new Fact(
        Topic.NETWORK,
        base,
        State.LIMITED,
        "does not answer: " + why,
        "images of it cannot be fetched now",
        "see skiff config list for who names it, and set https_proxy if this machine needs one");
  }
}
