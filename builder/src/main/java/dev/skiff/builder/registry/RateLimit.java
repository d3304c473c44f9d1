package dev.skiff.builder.registry;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a registry says of how often it may be asked.
///
/// @param pause how long it asks to wait, zero if it does not say
/// @param limit requests in a span, such as Docker Hub's `100;w=21600`
/// @param source whom it counts them for: an address or an account
/// @see <a href="https://docs.docker.com/docker-hub/usage/pulls/">Docker Hub's headers</a>
record RateLimit(Duration pause, Optional<Limit> limit, Optional<String> source) {

  private static final Pattern LIMIT = Pattern.compile("([0-9]{1,9})(?:;w=([0-9]{1,9}))?");

  /// @param most requests in the span
  /// @param span zero if it is not said
  record Limit(long most, Duration span) {}

  static RateLimit of(HttpHeaders headers) {
    Duration pause = headers.firstValue("Retry-After").map(RateLimit::pause).orElse(Duration.ZERO);
    Optional<Limit> limit = headers.firstValue("ratelimit-limit").flatMap(RateLimit::limit);
    Optional<String> source =
        headers
            .firstValue("docker-ratelimit-source")
            .map(text -> RegistryHttp.clean(text, 100))
            .filter(text -> !text.isEmpty());
    return new RateLimit(pause, limit, source);
  }

  /// Seconds, or a date.
  private static Duration pause(String text) {
    if (text.matches("[0-9]{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(text));
    }
    try {
      Instant then = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration wait = Duration.between(Instant.now(), then);
      return wait.isNegative() ? Duration.ZERO : wait;
    } catch (DateTimeException e) {
      return Duration.ZERO;
    }
  }

  private static Optional<Limit> limit(String text) {
    Matcher matcher = LIMIT.matcher(text);
    if (!matcher.lookingAt()) {
      return Optional.empty();
    }
    String span = matcher.group(2) == null ? "0" : matcher.group(2);
    return Optional.of(
        new Limit(Long.parseLong(matcher.group(1)), Duration.ofSeconds(Long.parseLong(span))));
  }

  /// For a person, to stand behind the failure; nothing if nothing is said.
  String text() {
    StringBuilder text = new StringBuilder();
    limit.ifPresent(known -> {
      text.append("; it allows %d requests".formatted(known.most));
      if (!known.span.isZero()) {
        text.append(" in ").append(span(known.span));
      }
      source.ifPresent(whom -> text.append(" to ").append(whom));
    });
    if (!pause.isZero()) {
      text.append("; it asks to wait ").append(span(pause));
    }
    return text.toString();
  }

  private static String span(Duration span) {
    long seconds = span.toSeconds();
    if (seconds >= 2 * 3600) {
      return "%d hours".formatted((seconds + 1800) / 3600);
    }
    if (seconds >= 120) {
      return "%d minutes".formatted((seconds + 30) / 60);
    }
    return seconds == 1 ? "a second" : seconds + " seconds";
  }
}
