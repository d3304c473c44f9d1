package dev.skiff.cli;

import dev.skiff.builder.BuildRequest;
import dev.skiff.builder.BuildSpec;
import dev.skiff.builder.plan.Target;
import dev.skiff.builder.registry.BlobCache;
import dev.skiff.cli.output.BuildProgress;
import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.Reading;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.definitions.template.BuildArguments;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.ImageReference;
import dev.skiff.image.oci.ImageSource;
import dev.skiff.image.oci.Platform;
import dev.skiff.image.ocisif.OciSif;
import dev.skiff.image.sif.SifReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// The converted form of a registry image in the cache, under the digest of its manifest: converted
/// once, whatever the tag was.
final class CachedImage {

  /// Only between our own processes: a SIF file that holds an OCI image.
  private static final String OCI_SIF = "oci-sif:";

  private final Terminal terminal;
  private final Map<String, String> environment;
  private final RegistryOptions registry;
  private final BuildRequest.Image image;

  /// @param image how it is written
  CachedImage(
      Terminal terminal,
      Map<String, String> environment,
      RegistryOptions registry,
      BuildRequest.Image image) {
    this.image = image;
    this.terminal = terminal;
    this.environment = environment;
    this.registry = registry;
  }

  /// Prints the path, converting first where that was not done before.
  int print(String uri) {
    try {
      Path file = file(uri);
      if (!Files.exists(file)) {
        Files.createDirectories(file.getParent());
        convert(uri, file);
      }
      terminal.out().println(file);
      return ExitCode.DONE.status();
    } catch (IOException e) {
      throw new ProblemException(
          new Problem(
              "cannot fetch '%s'".formatted(uri),
              String.valueOf(e.getMessage()),
              "set SKIFF_CACHEDIR to a directory that you can write to"),
          ExitCode.PROBLEM,
          e);
    }
  }

  private void convert(String uri, Path file) throws IOException {
    String spec = uri.startsWith(OCI_SIF) ? uri.substring(OCI_SIF.length()) : uri;
    if (!(BuildSpec.read(spec, BuildArguments.none()) instanceof Reading.Accepted accepted)) {
      throw new ProblemException(
          new Problem("cannot fetch '" + uri + "'", "it is no image", "name docker://NAME:TAG"));
    }
    // Two processes may convert at once: both write beside, and the renames give the same file.
    Target target = new Target(file, Target.Form.SIF, Target.Existing.REPLACE);
    BuildRequest plain = BuildRequest.of(accepted.definition(), target, environment);
    int _ =
        new BuildSession(terminal, environment, registry)
            .build(plain.with(image), new BuildProgress(terminal));
  }

  private Path file(String uri) throws IOException {
    Path images = BlobCache.of(environment).root().resolve("images");
    if (uri.startsWith(OCI_SIF)) {
      Path source = Path.of(uri.substring(OCI_SIF.length()));
      try (SifReader sif = SifReader.open(source)) {
        return images.resolve(OciSif.read(source, sif, Platform.host()).digest().hex() + ".sif");
      }
    }
    if (!uri.startsWith("docker://")) {
      Path source = Path.of(uri.substring(uri.indexOf(':') + 1).split(":", 2)[0]).toRealPath();
      String key = source + "\0" + uri + "\0" + Files.getLastModifiedTime(source);
      return images.resolve(
          Digest.sha256(key.getBytes(java.nio.charset.StandardCharsets.UTF_8)).hex() + ".sif");
    }
    BuildSession session = new BuildSession(terminal, environment, registry);
    try (BuildProgress progress = new BuildProgress(terminal);
        RegistryClients clients = session.clients(progress);
        ImageSource source = clients.open(ImageReference.parse(uri))) {
      return images.resolve(source.root().digest().hex() + ".sif");
    }
  }
}
