package dev.skiff.cli;

import dev.skiff.builder.plan.Target.Existing;
import dev.skiff.builder.push.SifDownload;
import dev.skiff.builder.registry.BlobCache;
import dev.skiff.builder.store.StoreCleaning;
import dev.skiff.builder.store.StoreLease;
import dev.skiff.builder.store.UseMark;
import dev.skiff.cli.output.Amounts;
import dev.skiff.cli.output.BuildProgress;
import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.oci.ImageReference;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;

/// `skiff pull oras://...`: a SIF file that a registry keeps is fetched as it is.
record SifPull(Terminal terminal, RegistryOptions registry, String uri) {

  static final String ORAS = "oras://";

  /// Whether a URI names such a file.
  static boolean isMeant(String uri) {
    return uri.startsWith(ORAS);
  }

  /// The file in the cache.
  Path cached() {
    return with(download -> {
      Path file = download.cached();
      UseMark.put(file);
      return file;
    });
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
    with(download -> {
      download.copyTo(target);
      return target;
    });
    terminal.inform("pulled %s: %s".formatted(target, Amounts.size(target.toFile().length())));
  }

  private Path with(Function<SifDownload, Path> work) {
    ImageReference reference = RegistryClients.reference(uri);
    Map<String, String> environment = registry.environment(terminal);
    Path root = BlobCache.of(environment).root();
    Path file;
    try (BuildProgress progress = new BuildProgress(terminal);
        StoreLease _ = StoreLease.begin(root);
        RegistryClients clients = new RegistryClients(registry, terminal, progress)) {
      file =
          work.apply(
              new SifDownload(
                  clients.client(reference, RegistryClients.Direction.PULL), reference));
    }
    StoreCleaning.trim(root, environment);
    return file;
  }
}
