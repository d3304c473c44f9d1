package dev.skiff.builder.registry;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// What a person shows to a registry.
///
/// @param username the account; means nothing for an identity token
/// @param password the password, or the identity token
/// @param kind which of the two
public record Credentials(String username, Secret password, Kind kind) {

  /// How they are shown.
  public enum Kind {
    PASSWORD,
    /// Exchanged for an access token (OAuth 2's refresh token).
    IDENTITY_TOKEN
  }

  Secret basicHeader() {
    byte[] pair = (username + ":" + password.reveal()).getBytes(StandardCharsets.UTF_8);
    return new Secret("Basic " + Base64.getEncoder().encodeToString(pair));
  }
}
