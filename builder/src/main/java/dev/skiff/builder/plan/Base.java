package dev.skiff.builder.plan;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where a stage's root file system comes from.
public sealed interface Base {

  /// An image of a registry.
  ///
  /// @param reference as the definition says it, `Registry` and `Namespace` put in front
  record Registry(String reference) implements Base {}

  /// A directory in OCI image layout.
  ///
  /// @param name the tag; empty means the only image
  record OciLayout(Path directory, Optional<String> name) implements Base {}

  /// A tar file of an OCI image layout.
  ///
  /// @param name the tag; empty means the only image
  record OciArchive(Path file, Optional<String> name) implements Base {}

  /// A file that `docker save` wrote.
  ///
  /// @param name `repository:tag`; empty means the only image
  record DockerArchive(Path file, Optional<String> name) implements Base {}

  /// An image of a Docker daemon.
  ///
  /// @param name with or without a tag, or an id
  record DaemonImage(String name) implements Base {}

  /// An image that a Docker daemon builds.
  ///
  /// @param file the Dockerfile
  /// @param context the directory whose files it may copy
  /// @param target the stage that becomes the image; empty means the last
  /// @param arguments `ARG`s by name
  record Dockerfile(Path file, Path context, Optional<String> target, Map<String, String> arguments)
      implements Base {
    public Dockerfile {
      arguments = Map.copyOf(arguments);
    }
  }

  /// A SIF, a SquashFS image, or a sandbox directory.
  ///
  /// @param fetchedFrom the URI that the file was fetched from, if it is one of a server's
  record LocalImage(Path path, Optional<String> fetchedFrom) implements Base {

    /// An image that a person named by its path.
    public LocalImage(Path path) {
      this(path, Optional.empty());
    }
  }

  /// A SIF file that a server keeps. It is fetched before anything else, and a `LocalImage` then.
  record ServedSif(SifAddress address) implements Base {}

  /// An empty directory.
  record Scratch() implements Base {}

  /// Debian packages, put together by the host's mmdebstrap or debootstrap.
  ///
  /// @param suite the release, such as `bookworm`
  /// @param mirror where packages come from; empty means the host's own apt sources
  /// @param include further packages
  record Debootstrap(String suite, Optional<URI> mirror, List<String> include) implements Base {
    public Debootstrap {
      include = List.copyOf(include);
    }
  }

  /// Packages that a tool of the host installs.
  record Packages(PackageSource source) implements Base {}

  /// A static busybox with links for its applets.
  ///
  /// @param binary the address of the program itself
  record Busybox(URI binary) implements Base {}

  /// The sandbox that is being updated, as it is.
  record Update(Path sandbox) implements Base {}
}
