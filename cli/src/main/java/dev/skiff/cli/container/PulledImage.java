package dev.skiff.cli.container;

import java.nio.file.Path;
import java.util.Map;

/// An image named by a reference: `skiff pull` fetches and converts it into the cache, in a process
/// of its own, so that a start from a file never loads what that needs.
final class PulledImage {

  private PulledImage() {}

  static boolean isReference(String name) {
    return name.startsWith("docker://")
        || name.startsWith("oras://")
        || name.startsWith("library://")
        || name.startsWith("shub://")
        || name.startsWith("https://")
        || name.startsWith("http://")
        || name.startsWith("oci-archive:")
        || name.startsWith("docker-archive:")
        || name.startsWith("docker-daemon:")
        || name.startsWith("oci:");
  }

  static Path fetch(String reference, Map<String, String> environment) {
    return OwnProcess.path(environment, "pull", "--into-cache", reference);
  }
}
