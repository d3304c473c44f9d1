package dev.skiff.runtime.config;

/// A value, and who gave it.
///
/// @param place `file:line`, or a variable's name
public record Given(SettingValue value, Layer layer, String place) {

  /// Who can set things; each comes over those before it.
  public enum Layer {
    SITE,
    USER,
    PROJECT,
    /// The file that `SKIFF_CONFIG` names, which stands for the three.
    NAMED,
    ENVIRONMENT
  }
}
