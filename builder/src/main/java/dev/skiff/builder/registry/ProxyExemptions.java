package dev.skiff.builder.registry;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// Hosts that are reached without a proxy: this machine, and those of `no_proxy`, whose entries are
/// names with all below them (`lab`, `.lab`, `*.lab`), addresses and ranges of them (`10.0.0.0/8`),
/// each with or without a port; `*` is every host.
///
/// @param entries in lower case
record ProxyExemptions(List<String> entries) {

  ProxyExemptions {
    entries = List.copyOf(entries);
  }

  /// Reads the variable's value.
  static ProxyExemptions parse(String text) {
    return new ProxyExemptions(
        Stream.of(text.toLowerCase(Locale.ROOT).split("[,\\s]+", -1))
            .filter(entry -> !entry.isEmpty())
            .toList());
  }

  boolean contain(URI uri) {
    String host =
        String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT).replaceAll("^\\[|]$|\\.$", "");
    if (host.equals("localhost") || host.startsWith("127.") || host.equals("::1")) {
      return true;
    }
    int usual = "https".equals(uri.getScheme()) ? 443 : 80;
    int port = uri.getPort() < 0 ? usual : uri.getPort();
    return entries.stream().anyMatch(entry -> matches(entry, host, port));
  }

  private static boolean matches(String entry, String host, int port) {
    if (entry.equals("*")) {
      return true;
    }
    int colon = entry.lastIndexOf(':');
    boolean named = colon > 0 && (entry.indexOf(':') == colon || entry.charAt(colon - 1) == ']');
    if (named && !entry.substring(colon + 1).equals(Integer.toString(port))) {
      return false;
    }
    String name = (named ? entry.substring(0, colon) : entry).replaceAll("^\\[|]$", "");
    int slash = name.indexOf('/');
    if (slash > 0) {
      return isWithin(name.substring(0, slash), name.substring(slash + 1), host);
    }
    String domain = name.replaceFirst("^\\*?\\.", "");
    return !domain.isEmpty() && (host.equals(domain) || host.endsWith("." + domain));
  }

  private static boolean isWithin(String range, String bits, String host) {
    Optional<byte[]> start = address(range);
    Optional<byte[]> asked = address(host);
    if (start.isEmpty() || asked.isEmpty() || !bits.matches("[0-9]{1,3}")) {
      return false;
    }
    int free = start.get().length * 8 - Integer.parseInt(bits);
    return free >= 0
        && start.get().length == asked.get().length
        && new BigInteger(1, start.get())
            .shiftRight(free)
            .equals(new BigInteger(1, asked.get()).shiftRight(free));
  }

  private static Optional<byte[]> address(String text) {
    try {
      return Optional.of(InetAddress.ofLiteral(text).getAddress());
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // a name: nobody is asked for its address
    }
  }
}
