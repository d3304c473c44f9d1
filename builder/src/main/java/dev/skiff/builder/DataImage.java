package dev.skiff.builder;

import dev.skiff.builder.assemble.DataAssembly;
import dev.skiff.builder.assemble.ImageOptions;
import dev.skiff.builder.assemble.ReplacedDirectory;
import dev.skiff.builder.plan.Target;
import dev.skiff.builder.time.ImageTime;
import dev.skiff.builder.time.ImageTime.Origin;
import dev.skiff.definitions.ImageDefinition;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.sif.ImageKind;
import dev.skiff.image.squashfs.SquashfsOptions;
import dev.skiff.runtime.launch.IdMapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// `skiff build --data`: a SIF file with a data partition.
///
/// @param source a SquashFS image, or a directory
/// @param target what is made
/// @param squashfs how a directory is compressed
/// @param environment `SOURCE_DATE_EPOCH` makes the file reproducible
public record DataImage(
    Path source, Path target, SquashfsOptions squashfs, Map<String, String> environment) {

  private static final UUID NO_ID = new UUID(0, 0);

  /// Makes the file.
  ///
  /// @param existing whether what has the target's name is replaced
  /// @throws ProblemException if it fails; what had the name is as it was then
  public void build(Target.Existing existing) {
    if (existing == Target.Existing.REFUSE && Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw BuildProblems.exists(target);
    }
    ReplacedDirectory.check(target);
    Path parent = target.toAbsolutePath().normalize().getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw BuildProblems.noDirectory(target);
    }
    Optional<Instant> epoch = Builder.epoch(environment);
    ImageTime time = ImageTime.begin(epoch, Origin.CLOCK, InstantSource.system());
    long seconds = Math.clamp(time.seconds(), 0, 0xFFFF_FFFFL);
    ImageOptions options =
        new ImageOptions(squashfs.withMkfsTimeSeconds(seconds), Optional.empty(), time);
    DataAssembly assembly =
        new DataAssembly(
            target,
            ImageDefinition.ofLocalImage(source.toString()),
            epoch.isPresent() ? NO_ID : UUID.randomUUID(),
            options);
    try {
      switch (ImageKind.of(source)) {
        case SQUASHFS -> assembly.ofSquashfs(source);
        case DIRECTORY -> assembly.ofDirectory(source, IdMapping.current());
        case SIF, EXT3, OTHER -> throw problem("it is neither a SquashFS image nor a directory");
      }
    } catch (NoSuchFileException e) {
      throw problem("there is no file '" + e.getFile() + "'");
    } catch (IOException e) {
      throw BuildProblems.disk(target, parent, e);
    }
  }

  private ProblemException problem(String why) {
    return new ProblemException(
        new Problem(
            "cannot make a data image of '%s'".formatted(source),
            why,
            "name a directory, or make an image of it first: mksquashfs DIR data.squashfs"));
  }
}
