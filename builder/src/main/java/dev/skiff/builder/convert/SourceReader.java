package dev.skiff.builder.convert;

import dev.skiff.builder.base.LocalImages;
import dev.skiff.builder.base.OciImages;
import dev.skiff.builder.base.OpenedBase;
import dev.skiff.builder.cache.StepStore;
import dev.skiff.builder.plan.Base;
import dev.skiff.builder.plan.SifAddress;
import dev.skiff.builder.plan.Target;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.registry.RegistryProblems;
import dev.skiff.builder.root.Leftover;
import dev.skiff.builder.root.WorkingDirectory;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.ImageSource;
import dev.skiff.image.oci.NoSuchImageException;
import dev.skiff.image.oci.OciImage;
import dev.skiff.image.oci.Platform;
import dev.skiff.image.oci.archive.ImageContent;
import dev.skiff.image.sif.ImageKind;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Opens images as layers.
///
/// @param images opens those that are OCI images already
/// @param platform of images that have several
/// @param where layers that have to be made are put meanwhile
/// @param environment the caller's
/// @param listener told of phases
public record SourceReader(
    OciImages images,
    Platform platform,
    WorkingDirectory where,
    Map<String, String> environment,
    BuildListener listener) {

  /// Whether the layers that a file was made of are asked for.
  public enum Wish {
    KNOWN_LAYERS,
    ONE_LAYER
  }

  /// Opens an image for a form of target; the caller closes it.
  ///
  /// @param wish of no account for OCI images
  /// @throws ProblemException if it is none, or cannot be had
  public OpenedImage open(SourceSpec source, Target.Form form, Wish wish) throws IOException {
    return switch (source) {
      case SourceSpec.Oci(String _, Base base) -> oci(base, form);
      case SourceSpec.Local local -> local(local, form, wish);
      case SourceSpec.Served(String word, SifAddress address) -> {
        Path file = images.sif(address, platform);
        yield local(new SourceSpec.Local(word, file, ImageKind.of(file)), form, wish);
      }
    };
  }

  private OpenedImage oci(Base base, Target.Form form) throws IOException {
    OpenedBase.Layers found = find(base);
    OciImage image = found.opened();
    Leftover scratch = scratch();
    try {
      OciContent.Layers stored =
          OciImages.isSaved(base) ? OciContent.Layers.SAVED : OciContent.Layers.BLOBS;
      ImageContent content = new OciContent(found.source(), image, store(scratch)).of(form, stored);
      return new OpenedImage(
          content,
          created(image.config().created()),
          Optional.empty(),
          List.of(found, scratch::close));
    } catch (IOException e) {
      scratch.close();
      found.close();
      throw e;
    }
  }

  private OpenedBase.Layers find(Base base) throws IOException {
    ImageSource source = images.open(base);
    try {
      return new OpenedBase.Layers(source, OciImage.find(source, platform));
    } catch (MalformedImageException | NoSuchImageException e) {
      source.close();
      throw RegistryProblems.unusable(source.name(), e);
    } catch (IOException e) {
      source.close();
      throw e;
    }
  }

  private static Instant created(Optional<String> said) {
    try {
      return said.map(text -> OffsetDateTime.parse(text).toInstant()).orElse(Instant.EPOCH);
    } catch (DateTimeParseException e) {
      return Instant.EPOCH;
    }
  }

  private OpenedImage local(SourceSpec.Local source, Target.Form form, Wish wish)
      throws IOException {
    LocalImages.tellOverlay(source.path(), listener);
    String why;
    switch (OriginLayers.of(source, wish)) {
      case OriginLayers.None none -> why = none.why();
      case OriginLayers.Known known -> {
        Base origin = new Base.Registry(known.reference().toString());
        try {
          return known.changed() ? above(origin, source) : oci(origin, form);
        } catch (ProblemException e) {
          why = OriginDifference.unhad(e);
        } catch (OriginDifference.Unreadable e) {
          why = e.why();
        }
      }
    }
    Optional<String> told = Optional.of(why).filter(text -> !text.isEmpty());
    return packed(source, (packing, scratch) -> packing.pack(told, scratch));
  }

  /// The layers that a file was made of, and one of what it has besides.
  private OpenedImage above(Base origin, SourceSpec.Local source) throws IOException {
    OpenedBase.Layers below = find(origin);
    try {
      return packed(source, (packing, scratch) -> packing.packAbove(below, scratch));
    } catch (IOException | RuntimeException e) {
      below.close();
      throw e;
    }
  }

  /// How an image file becomes layers.
  private interface Packer {
    OpenedImage pack(PackedFile packing, Closeable scratch) throws IOException;
  }

  private OpenedImage packed(SourceSpec.Local source, Packer packer) throws IOException {
    Leftover scratch = scratch();
    try {
      Path layer = scratch.path().resolve("layer");
      return packer.pack(new PackedFile(source, platform, layer, where, listener), scratch::close);
    } catch (IOException | RuntimeException e) {
      scratch.close();
      throw e;
    }
  }

  private Leftover scratch() throws IOException {
    return Leftover.at(Files.createTempDirectory(where.directory(), "skiff-convert-"));
  }

  private StepStore store(Leftover scratch) {
    StepStore kept = StepStore.of(environment);
    return kept.failure().isEmpty() ? kept : StepStore.within(scratch.path());
  }
}
