package dev.skiff.cli;

import dev.skiff.builder.BuildRequest;
import dev.skiff.builder.BuildSpec;
import dev.skiff.builder.docker.Daemons;
import dev.skiff.builder.plan.Target;
import dev.skiff.builder.registry.BlobCache;
import dev.skiff.builder.store.FileFailure;
import dev.skiff.builder.store.FirstCopy;
import dev.skiff.builder.store.StoreLease;
import dev.skiff.builder.store.UseMark;
import dev.skiff.builder.store.WorkLock;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// The converted form of a registry image in the cache, under the digest of its manifest: converted
/// once, whatever the tag was.
final class CachedImage {

  /// Only between our own processes: a SIF file that holds an OCI image.
  private static final String OCI_SIF = "oci-sif:";

  private static final String DAEMON = "docker-daemon:";

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
    Path root = BlobCache.of(environment).root();
    try (StoreLease _ = StoreLease.begin(root)) {
      Path file = file(uri, root.resolve("images"));
      if (isUsable(file)) {
        UseMark.put(file, environment); // before looking whether it is there: now it stays
      }
      if (!isUsable(file)) {
        convertOnce(uri, file, root);
      }
      terminal.out().println(file);
      return ExitCode.DONE.status();
    } catch (IOException e) {
      throw new ProblemException(
          new Problem(
              "cannot fetch '%s'".formatted(uri),
              FileFailure.reason(e),
              "set SKIFF_CACHEDIR to a directory that you can write to"),
          ExitCode.PROBLEM,
          e);
    }
  }

  /// One of all processes that want it converts it, the others wait.
  private void convertOnce(String uri, Path file, Path root) throws IOException {
    Path images = Files.createDirectories(file.getParent());
    String called =
        String.valueOf(file.getFileName()); // the cache lies elsewhere on other machines
    Digest name = Digest.sha256(called.getBytes(StandardCharsets.UTF_8));
    try (WorkLock _ = lock(root, name).orElse(null)) {
      FirstCopy.lookAgain(images); // for what we waited for
      if (!isUsable(file)) {
        convert(uri, file);
      }
      UseMark.put(file, environment);
    }
  }

  /// Whether it is there, and as it was made.
  private static boolean isUsable(Path file) {
    return FirstCopy.isThere(file) && !UseMark.isChanged(file);
  }

  private Optional<WorkLock> lock(Path root, Digest name) {
    try {
      Optional<WorkLock> free = WorkLock.tryTake(root, "image", name);
      if (free.isPresent()) {
        return free;
      }
      terminal.inform("waiting for another skiff, which converts this image");
      return Optional.of(WorkLock.await(root, "image", name));
    } catch (IOException e) {
      return Optional.empty(); // no locks there: both write beside, and the renames give one file
    }
  }

  private void convert(String uri, Path file) throws IOException {
    String spec = uri.startsWith(OCI_SIF) ? uri.substring(OCI_SIF.length()) : uri;
    if (!(BuildSpec.read(spec, BuildArguments.none()) instanceof Reading.Accepted accepted)) {
      throw new ProblemException(
          new Problem("cannot fetch '" + uri + "'", "it is no image", "name docker://NAME:TAG"));
    }
    Target target = new Target(file, Target.Form.SIF, Target.Existing.REPLACE);
    BuildRequest plain = BuildRequest.of(accepted.definition(), target, environment);
    int _ =
        new BuildSession(terminal, registry).build(plain.with(image), new BuildProgress(terminal));
  }

  private Path file(String uri, Path images) throws IOException {
    if (uri.startsWith(OCI_SIF)) {
      Path source = Path.of(uri.substring(OCI_SIF.length()));
      try (SifReader sif = SifReader.open(source)) {
        return images.resolve(OciSif.read(source, sif, Platform.host()).digest().hex() + ".sif");
      }
    }
    if (uri.startsWith(DAEMON)) {
      String name = uri.substring(DAEMON.length()).replaceFirst("^//", "");
      String id = new Daemons(environment, event -> {}).id(name);
      return images.resolve(Digest.sha256(id.getBytes(StandardCharsets.UTF_8)).hex() + ".sif");
    }
    if (!uri.startsWith("docker://")) {
      Path source = Path.of(uri.substring(uri.indexOf(':') + 1).split(":", 2)[0]).toRealPath();
      String key = source + "\0" + uri + "\0" + Files.getLastModifiedTime(source);
      return images.resolve(Digest.sha256(key.getBytes(StandardCharsets.UTF_8)).hex() + ".sif");
    }
    ImageReference reference = RegistryClients.reference(uri);
    if (reference.digest().isPresent()) {
      return images.resolve(reference.digest().get().hex() + ".sif");
    }
    BuildSession session = new BuildSession(terminal, registry);
    try (BuildProgress progress = new BuildProgress(terminal);
        RegistryClients clients = session.clients(progress);
        ImageSource source = clients.open(reference)) {
      return images.resolve(source.root().digest().hex() + ".sif");
    }
  }
}
