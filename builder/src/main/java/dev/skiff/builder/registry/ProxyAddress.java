package dev.skiff.builder.registry;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where a proxy is, and what it is told about who is there.
///
/// @param authorization the value of a header
record ProxyAddress(String host, int port, Optional<Secret> authorization) {

  private static final Pattern FORM =
      Pattern.compile(
          "(?:(?<scheme>[A-Za-z0-9+.-]+)://)?(?:(?<user>.*)@)?(?<host>\\[[0-9A-Fa-f:.]+]|[^\\s:/@\\[\\]]+)"
              + "(?::(?<port>[0-9]{1,5}))?/?");

  /// Reads `[http://][USER:PASSWORD@]HOST[:PORT]`.
  ///
  /// @throws IllegalArgumentException with the reason, which does not quote the text: it may hold a
  ///   password
  static ProxyAddress parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("it is no address of the form http://HOST:PORT");
    }
    String scheme =
        Optional.ofNullable(matcher.group("scheme")).orElse("http").toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new IllegalArgumentException("%s:// is no proxy that speaks http".formatted(scheme));
    }
    Optional<String> port = Optional.ofNullable(matcher.group("port"));
    int usual = scheme.equals("https") ? 443 : 80;
    int number = port.map(Integer::parseInt).orElse(usual);
    if (number > 65_535) {
      throw new IllegalArgumentException("there is no port %d".formatted(number));
    }
    return new ProxyAddress(
        matcher.group("host"),
        number,
        Optional.ofNullable(matcher.group("user")).map(ProxyAddress::basic));
  }

  private static Secret basic(String user) {
    String[] parts = user.split(":", 2);
    String pair = decoded(parts[0]) + ":" + (parts.length > 1 ? decoded(parts[1]) : "");
    byte[] bytes = pair.getBytes(StandardCharsets.UTF_8);
    return new Secret("Basic " + Base64.getEncoder().encodeToString(bytes));
  }

  /// What is no percent-encoding means itself, as people write it.
  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  /// `host:port`, for messages.
  String shown() {
    return host + ":" + port;
  }
}
