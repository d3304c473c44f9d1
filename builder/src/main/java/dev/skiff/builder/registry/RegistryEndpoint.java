package dev.skiff.builder.registry;

import dev.skiff.image.oci.ImageReference;
import dev.skiff.runtime.config.RegistrySettings;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/// One place where the images of a registry may be had.
///
/// @param base `http[s]://host[:port][/path]`, without a slash at its end
/// @param role whether it is the registry itself
record RegistryEndpoint(String base, Role role) {

  /// What a place is to the registry that an image's name names.
  enum Role {
    REGISTRY,
    MIRROR
  }

  /// The places to ask, in order: the mirrors, then the registry.
  static List<RegistryEndpoint> of(String registry, RegistrySettings config) {
    List<RegistryEndpoint> endpoints = new ArrayList<>();
    for (URI mirror : config.mirrorsOf(registry)) {
      endpoints.add(new RegistryEndpoint(mirror.toString().replaceAll("/+$", ""), Role.MIRROR));
    }
    String host = registry.equals(ImageReference.DOCKER_HUB) ? "registry-1.docker.io" : registry;
    String scheme = config.isInsecure(registry) ? "http://" : "https://";
    endpoints.add(new RegistryEndpoint(scheme + host, Role.REGISTRY));
    return endpoints;
  }

  /// `host` or `host:port`.
  String host() {
    return URI.create(base).getAuthority();
  }

  boolean isPlainHttp() {
    return base.startsWith("http:");
  }

  /// The address of something under a repository: `manifests/latest`, `blobs/sha256:...`.
  URI uri(String repository, String what) {
    URI uri = URI.create(base);
    String path = uri.getRawPath() == null ? "" : uri.getRawPath();
    String start = base.substring(0, base.length() - path.length());
    String prefix = path.isEmpty() ? "" : path.substring(1) + "/";
    return URI.create(start + "/v2/" + prefix + repository + "/" + what);
  }
}
