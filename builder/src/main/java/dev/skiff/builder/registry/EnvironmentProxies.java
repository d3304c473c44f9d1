package dev.skiff.builder.registry;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
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

  EnvironmentProxies(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  @Override
  public List<Proxy> select(URI uri) {
    String proxy = variable(uri.getScheme() + "_proxy");
    proxy = proxy.isEmpty() ? variable("all_proxy") : proxy;
    if (proxy.isEmpty() || isExempt(String.valueOf(uri.getHost()))) {
      return List.of(Proxy.NO_PROXY);
    }
    return address(proxy)
        .map(at -> new InetSocketAddress(at.getHost(), port(at)))
        .map(at -> List.of(new Proxy(Proxy.Type.HTTP, at)))
        .orElse(List.of(Proxy.NO_PROXY));
  }

  /// Whether a proxy wants a password that is known.
  boolean havePasswords() {
    return List.of("https_proxy", "http_proxy", "all_proxy").stream()
        .anyMatch(name -> variable(name).contains("@"));
  }

  /// What is said to a proxy that asks who is there.
  Optional<PasswordAuthentication> password(String host, int port) {
    for (String name : List.of("https_proxy", "http_proxy", "all_proxy")) {
      Optional<URI> address = address(variable(name));
      String user = address.map(URI::getUserInfo).orElse("");
      boolean same =
          address.filter(proxy -> host.equals(proxy.getHost()) && port == port(proxy)).isPresent();
      if (same && user.contains(":")) {
        String[] parts = user.split(":", 2);
        return Optional.of(new PasswordAuthentication(parts[0], parts[1].toCharArray()));
      }
    }
    return Optional.empty();
  }

  private static Optional<URI> address(String proxy) {
    try {
      URI address = URI.create(proxy.contains("://") ? proxy : "http://" + proxy);
      return address.getHost() == null ? Optional.empty() : Optional.of(address);
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // as curl does with what is no address
    }
  }

  private static int port(URI proxy) {
    return proxy.getPort() < 0 ? 80 : proxy.getPort();
  }

  private boolean isExempt(String host) {
    if (host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]")) {
      return true;
    }
    for (String exempt : variable("no_proxy").split("[,\\s]+", -1)) {
      String suffix = exempt.startsWith(".") ? exempt.substring(1) : exempt;
      if (exempt.equals("*")
          || (!suffix.isEmpty() && (host.equals(suffix) || host.endsWith("." + suffix)))) {
        return true;
      }
    }
    return false;
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
