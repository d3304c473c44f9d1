package dev.skiff.builder.registry;

import dev.skiff.builder.registry.RegistryFailure.Kind;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Proxies as other programs take them from `https_proxy`, `http_proxy` and `no_proxy`, which Java
/// by itself does not look at.
final class EnvironmentProxies extends ProxySelector {

  private final Map<String, String> environment;
  private final ProxyExemptions exempt;

  EnvironmentProxies(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
    this.exempt = ProxyExemptions.parse(variable("no_proxy"));
  }

  /// The proxy on the way to a host, if there is one.
  ///
  /// @throws RegistryFailure if a variable names something that is none
  Optional<ProxyAddress> of(URI uri) throws RegistryFailure {
    String own = uri.getScheme() + "_proxy";
    String name = variable(own).isEmpty() ? "all_proxy" : own;
    String text = variable(name);
    if (text.isEmpty() || exempt.contain(uri)) {
      return Optional.empty();
    }
    try {
      return Optional.of(ProxyAddress.parse(text));
    } catch (IllegalArgumentException e) {
      throw new RegistryFailure(
          Kind.PROXY,
          RegistryHttp.host(uri),
          "the proxy that %s names cannot be used: %s".formatted(name, e.getMessage()));
    }
  }

  @Override
  public List<Proxy> select(URI uri) {
    try {
      return of(uri)
          .map(at -> new InetSocketAddress(at.host(), at.port()))
          .map(at -> List.of(new Proxy(Proxy.Type.HTTP, at)))
          .orElse(List.of(Proxy.NO_PROXY));
    } catch (RegistryFailure e) {
      throw new IllegalStateException("whoever sends asks first", e);
    }
  }

  private String variable(String name) {
    String upper = environment.getOrDefault(name.toUpperCase(Locale.ROOT), "");
    return environment.getOrDefault(name, upper);
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException failure) {
    // the request itself fails, and says so
  }
}
