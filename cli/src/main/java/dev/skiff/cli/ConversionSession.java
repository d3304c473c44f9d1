package dev.skiff.cli;

import dev.skiff.builder.base.OciImages;
import dev.skiff.builder.convert.ImageConversion;
import dev.skiff.builder.convert.SourceReader;
import dev.skiff.builder.convert.SourceReader.Wish;
import dev.skiff.builder.convert.SourceSpec;
import dev.skiff.builder.docker.Daemons;
import dev.skiff.builder.oci.LayeredTargets;
import dev.skiff.builder.plan.Target;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.registry.BlobCache;
import dev.skiff.builder.root.WorkingDirectory;
import dev.skiff.builder.store.StoreCleaning;
import dev.skiff.builder.store.StoreLease;
import dev.skiff.cli.output.Terminal;
import dev.skiff.image.oci.Platform;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// One image sent, or written in another form. As long as it lasts nothing it takes from the cache
/// is cleaned away.
///
/// @param temporary `--tmpdir`
/// @param platform of images that have several
record ConversionSession(
    Terminal terminal, RegistryOptions options, Optional<Path> temporary, Platform platform) {

  /// Carries it out.
  ///
  /// @param target of layers
  void run(SourceSpec source, Target target, Wish wish, BuildListener listener) {
    Map<String, String> environment = options.environment(terminal);
    Path cache = BlobCache.of(environment).root();
    try (StoreLease _ = StoreLease.begin(cache);
        RegistryClients clients = new RegistryClients(options, terminal, listener)) {
      WorkingDirectory where = WorkingDirectory.choose(temporary, environment);
      Daemons daemons = new Daemons(environment, listener);
      SourceReader reader =
          new SourceReader(
              new OciImages(clients, daemons, where), platform, where, environment, listener);
      LayeredTargets targets = new LayeredTargets(clients, daemons, listener);
      new ImageConversion(reader, targets, environment, listener).run(source, target, wish);
    }
    StoreCleaning.trim(cache, environment);
  }
}
