package dev.skiff.builder.registry;

/// A password or token, which no message or log shows.
///
/// @param reveal the secret itself
public record Secret(String reveal) {

  @Override
  public String toString() {
    return "***";
  }
}
