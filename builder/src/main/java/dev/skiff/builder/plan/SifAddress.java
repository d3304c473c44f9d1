package dev.skiff.builder.plan;

import java.util.Optional;

/// Where a server keeps a SIF file.
///
/// @param protocol which protocol the server speaks
/// @param reference what stands behind `oras://` and its like
/// @param server the address that the definition names, in place of the one that is set
public record SifAddress(Protocol protocol, String reference, Optional<String> server) {

  /// Protocols of servers that keep SIF files.
  public enum Protocol {
    /// A registry of container images.
    ORAS("oras"),
    /// The library API of Singularity's cloud services.
    LIBRARY("library"),
    /// Singularity Hub's.
    SHUB("shub"),
    /// None but the web's: the address is that of the file.
    HTTPS("https"),
    /// The same, unprotected on its way.
    HTTP("http");

    private final String scheme;

    Protocol(String scheme) {
      this.scheme = scheme;
    }

    public String scheme() {
      return scheme;
    }
  }

  /// Reads a URI; empty if it names none of these protocols.
  public static Optional<SifAddress> ofUri(String uri) {
    for (Protocol protocol : Protocol.values()) {
      String start = protocol.scheme() + "://";
      if (uri.startsWith(start)) {
        return Optional.of(
            new SifAddress(protocol, uri.substring(start.length()), Optional.empty()));
      }
    }
    return Optional.empty();
  }

  /// `SCHEME://REFERENCE`.
  public String uri() {
    return protocol.scheme() + "://" + reference;
  }
}
