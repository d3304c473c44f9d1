package dev.skiff.builder.registry;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;

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
    try {
      URI address = URI.create(proxy.contains("://") ? proxy : "http://" + proxy);
      if (address.getHost() != null) {
        int port = address.getPort() < 0 ? 80 : address.getPort();
        return List.of(new Proxy(Proxy.Type.HTTP, new InetSocketAddress(address.getHost(), port)));
      }
    } catch (IllegalArgumentException e) {
      return List.of(Proxy.NO_PROXY); // as curl does with what is no address
    }
    return List.of(Proxy.NO_PROXY);
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
