package dev.skiff.builder.registry;

import java.io.IOException;

/// A request that a registry, or the way to it, did not answer as wanted.
final class RegistryFailure extends IOException {

  private static final long serialVersionUID = 1L;

  /// Why, as far as it decides what a person can do.
  enum Kind {
    NOT_FOUND,
    DENIED,
    RATE_LIMITED,
    /// The registry has trouble of its own.
    UNAVAILABLE,
    TIMED_OUT,
    UNREACHABLE,
    UNKNOWN_HOST,
    /// What stands between us and the host cannot be used.
    PROXY,
    TLS,
    /// It wants another certificate of whoever asks, or one at all.
    CALLER,
    /// It answers, but not in TLS.
    PLAIN_HTTP,
    /// The caller does not want it to be asked.
    OFFLINE,
    /// An answer that breaks the protocol.
    PROTOCOL
  }

  private final Kind kind;
  private final String host;
  private final String reason;

  RegistryFailure(Kind kind, String host, String reason) {
    super(host + ": " + reason);
    this.kind = kind;
    this.host = host;
    this.reason = reason;
  }

  static String firstLine(Throwable e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return message.lines().findFirst().orElse("");
  }

  Kind kind() {
    return kind;
  }

  String host() {
    return host;
  }

  String reason() {
    return reason;
  }

  /// Whether the same request may be answered a little later.
  boolean isPassing() {
    return switch (kind) {
      case RATE_LIMITED, UNAVAILABLE, TIMED_OUT, UNREACHABLE -> true;
      case NOT_FOUND, DENIED, UNKNOWN_HOST, PROXY, TLS, CALLER, PLAIN_HTTP, OFFLINE, PROTOCOL ->
          false;
    };
  }
}
