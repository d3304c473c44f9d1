package dev.skiff.cli;

import dev.skiff.builder.library.HubReference;
import dev.skiff.builder.library.LibraryReference;
import dev.skiff.builder.library.WebFile;
import dev.skiff.builder.plan.SifAddress;
import dev.skiff.builder.plan.Target.Existing;
import dev.skiff.builder.push.SifDownload;
import dev.skiff.builder.registry.BlobCache;
import dev.skiff.builder.registry.DefaultImageName;
import dev.skiff.builder.store.StoreCleaning;
import dev.skiff.builder.store.StoreLease;
import dev.skiff.builder.store.UseMark;
import dev.skiff.cli.output.Amounts;
import dev.skiff.cli.output.BuildProgress;
import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.oci.Platform;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/// `skiff pull oras://...`, `library://...`, `shub://...`, `https://...`: a SIF file that a server
/// keeps is fetched as it is.
///
/// @param platform wanted, where the server has several
record SifPull(Terminal terminal, RegistryOptions registry, String uri, Platform platform) {

  /// Whether a URI names such a file.
  static boolean isMeant(String uri) {
    return SifAddress.ofUri(uri).isPresent();
  }

  /// The name of the file where nobody says another.
  ///
  /// @throws ProblemException if the URI names nothing
  static String fileName(String uri) {
    SifAddress address = SifAddress.ofUri(uri).orElseThrow();
    try {
      return switch (address.protocol()) {
        case ORAS -> DefaultImageName.of(RegistryClients.reference(uri));
        case LIBRARY -> LibraryReference.parse(address.reference()).fileName();
        case SHUB -> HubReference.parse(address.reference()).fileName();
        case HTTPS, HTTP -> WebFile.parse(address).fileName();
      };
    } catch (IllegalArgumentException e) {
      throw new ProblemException(
          new Problem(
              "cannot pull '%s'".formatted(uri),
              String.valueOf(e.getMessage()),
              "write library://ENTITY/COLLECTION/IMAGE:TAG, shub://SERVER/USER/NAME:TAG, or"
                  + " https://HOST/PATH.sif"));
    }
  }

  /// The file in the cache.
  Path cached() {
    return with(file -> UseMark.put(file, registry.environment(terminal)));
  }

  /// Fetches it to where a person wants it.
  void to(Path target, Existing existing) {
    if (existing == Existing.REFUSE && Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new ProblemException(
          new Problem(
              "cannot pull '%s'".formatted(uri),
              "'%s' already exists".formatted(target),
              "use --force to replace it, or name another file"));
    }
    Path _ = with(cached -> SifDownload.copy(cached, target));
    terminal.inform("pulled %s: %s".formatted(target, Amounts.size(target.toFile().length())));
  }

  /// @param work done while the file is sure to stay
  private Path with(Consumer<Path> work) {
    SifAddress address = SifAddress.ofUri(uri).orElseThrow();
    Map<String, String> environment = registry.environment(terminal);
    Path root = BlobCache.of(environment).root();
    Path file;
    try (BuildProgress progress = new BuildProgress(terminal);
        StoreLease _ = StoreLease.begin(root);
        RegistryClients clients = new RegistryClients(registry, terminal, progress)) {
      file = clients.sif(address, platform);
      work.accept(file);
    }
    StoreCleaning.trim(root, environment);
    return file;
  }
}
