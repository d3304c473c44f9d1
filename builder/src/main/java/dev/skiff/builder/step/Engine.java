package dev.skiff.builder.step;

/// What runs the scripts of a build inside the image.
public enum Engine {
  /// Our own runtime.
  OWN,
  /// A Docker daemon's containers.
  DOCKER
}
