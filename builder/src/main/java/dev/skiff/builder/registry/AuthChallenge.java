package dev.skiff.builder.registry;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a `WWW-Authenticate` header asks for.
///
/// @param scheme `bearer` or `basic`
/// @param parameters name in lower case to value
/// @see <a href="https://distribution.github.io/distribution/spec/auth/token/">token
///   authentication</a>
record AuthChallenge(String scheme, Map<String, String> parameters) {

  private static final Pattern PARAMETER =
      Pattern.compile("([A-Za-z_]{1,32})=(?:\"([^\"]{0,2000})\"|([^\\s,\"]{1,2000}))");

  AuthChallenge {
    parameters = Map.copyOf(parameters);
  }

  /// The first challenge that we can answer; a token is preferred to a password.
  static Optional<AuthChallenge> parse(List<String> headers) {
    for (String wanted : List.of("bearer", "basic")) {
      for (String header : headers) {
        String text = header.strip();
        if (text.toLowerCase(Locale.ROOT).startsWith(wanted)) {
          return Optional.of(new AuthChallenge(wanted, parameters(text)));
        }
      }
    }
    return Optional.empty();
  }

  private static Map<String, String> parameters(String text) {
    Map<String, String> parameters = new HashMap<>();
    Matcher matcher = PARAMETER.matcher(text);
    while (matcher.find()) {
      String value = matcher.group(2) == null ? matcher.group(3) : matcher.group(2);
      parameters.put(matcher.group(1).toLowerCase(Locale.ROOT), value);
    }
    return parameters;
  }
}
