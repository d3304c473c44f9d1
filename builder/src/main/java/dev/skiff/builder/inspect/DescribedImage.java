package dev.skiff.builder.inspect;

import dev.skiff.builder.inspect.Selection.Scope;
import dev.skiff.builder.metadata.Description;
import dev.skiff.builder.metadata.Description.Part;
import dev.skiff.builder.metadata.EntryTexts;
import dev.skiff.builder.metadata.ImageDescription;
import dev.skiff.builder.metadata.InspectMetadata;
import dev.skiff.builder.metadata.OciScripts;
import dev.skiff.builder.root.RootPaths;
import dev.skiff.builder.root.RootTexts;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.OciImage;
import dev.skiff.image.ocisif.OciSif;
import dev.skiff.image.sif.ImageKind;
import dev.skiff.image.sif.ObjectType;
import dev.skiff.image.sif.RootImage;
import dev.skiff.image.sif.SifDescriptor;
import dev.skiff.image.sif.SifReader;
import dev.skiff.image.squashfs.LayerStack;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// An image's description, and where it was found: the peer's `inspect`, which scripts rely on,
/// answers a little differently for the two places.
///
/// @param whole everything that is said
/// @param damage why an object of the SIF that should hold it was passed over
public record DescribedImage(ImageDescription whole, Place place, Optional<String> damage) {

  /// Where a description is kept.
  public enum Place {
    /// In an object of a SIF file.
    OBJECT,
    /// In files of the image, but for the definition, which is an object of the SIF file.
    FILES_AND_DEFINITION,
    /// In files of the image.
    FILES
  }

  private static final int LARGEST_OBJECT = 8 << 20;

  /// Reads the description of a SIF file, a SquashFS image or a sandbox.
  ///
  /// @throws MalformedImageException if it is none of them, or cannot be understood
  public static DescribedImage read(Path image) throws IOException {
    return switch (ImageKind.of(image)) {
      case SIF -> ofSif(image);
      case SQUASHFS -> ofFiles(image);
      case DIRECTORY ->
          inFiles(InspectMetadata.of(new RootTexts(new RootPaths(image.toRealPath()))));
      case EXT3, OTHER ->
          throw new MalformedImageException(
              image.toString(), 0, "magic", "neither a SIF file nor a SquashFS image");
    };
  }

  private static DescribedImage inFiles(ImageDescription whole) {
    return new DescribedImage(whole, Place.FILES, Optional.empty());
  }

  private static DescribedImage ofFiles(Path image) throws IOException {
    try (LayerStack root = LayerStack.of(RootImage.open(image))) {
      return inFiles(InspectMetadata.of(new SquashfsTexts(root)));
    }
  }

  private static DescribedImage ofSif(Path image) throws IOException {
    try (SifReader sif = SifReader.open(image)) {
      Optional<SifDescriptor> object = sif.find(ObjectType.JSON, InspectMetadata.OBJECT);
      Optional<String> damage = Optional.empty();
      if (object.isPresent()) {
        try {
          byte[] json = sif.bytes(object.get(), LARGEST_OBJECT);
          return new DescribedImage(InspectMetadata.parse(json), Place.OBJECT, Optional.empty());
        } catch (MalformedImageException e) {
          damage = Optional.of(String.valueOf(e.getMessage()));
        }
      }
      ImageDescription found = ofFiles(image).whole();
      Optional<ImageDescription> completed = withDefinition(found, sif);
      return new DescribedImage(
          completed.orElse(found),
          completed.isPresent() ? Place.FILES_AND_DEFINITION : Place.FILES,
          damage);
    }
  }

  /// The object's definition counts for more than that in the image's files.
  private static Optional<ImageDescription> withDefinition(ImageDescription found, SifReader sif)
      throws IOException {
    for (SifDescriptor object : sif.descriptors()) {
      if (object.type() == ObjectType.DEFINITION_FILE) {
        Map<Part, String> texts = new EnumMap<>(Part.class);
        texts.putAll(found.own().texts());
        byte[] definition = sif.bytes(object, LARGEST_OBJECT);
        texts.put(Part.DEFFILE, new String(definition, StandardCharsets.UTF_8));
        Description own = new Description(found.own().environment(), found.own().labels(), texts);
        return Optional.of(new ImageDescription(found.apps(), own));
      }
    }
    return Optional.empty();
  }

  /// The description that a SIF file made of an OCI image would have, as far as the image's
  /// configuration decides it.
  public static DescribedImage of(OciImage image) throws IOException {
    EntryTexts texts = new EntryTexts(OciScripts.entries(image.config()));
    Description own = InspectMetadata.of(texts).own();
    SortedMap<String, String> labels = new TreeMap<>(image.config().labels());
    return new DescribedImage(
        new ImageDescription(
            new TreeMap<>(), new Description(own.environment(), labels, own.texts())),
        Place.OBJECT,
        Optional.empty());
  }

  /// The description of an OCI image in a SIF file: what its configuration says comes before what
  /// stands in its files, as when it is run.
  public static DescribedImage of(OciSif image, LayerStack files) throws IOException {
    EntryTexts said = new EntryTexts(OciScripts.entries(image.config()));
    ImageDescription found = InspectMetadata.of(new TextsAbove(said, new SquashfsTexts(files)));
    Description own =
        new Description(
            found.own().environment(), new TreeMap<>(image.config().labels()), found.own().texts());
    return inFiles(new ImageDescription(found.apps(), own));
  }

  /// What is asked for, as the peer selects it.
  public ImageDescription select(Selection wanted) {
    if (wanted.scope() == Scope.ALL) {
      return whole;
    }
    ImageDescription selected =
        wanted
            .app()
            .map(name -> whole.ofApp(name, partsOfApp(wanted.parts())))
            .orElseGet(() -> whole.ofImage(wanted.parts()));
    if (wanted.scope() == Scope.PARTS) {
      return selected;
    }
    if (place == Place.OBJECT) {
      return new ImageDescription(whole.apps(), selected.own()); // with all that they say
    }
    SortedMap<String, Description> names = new TreeMap<>();
    whole.apps().keySet().forEach(name -> names.put(name, Description.EMPTY));
    return selected.withApps(names);
  }

  /// The definition among an image's files is not that of its apps.
  private Set<Part> partsOfApp(Set<Part> parts) {
    Set<Part> kept = EnumSet.noneOf(Part.class);
    kept.addAll(parts);
    if (place == Place.FILES) {
      kept.remove(Part.DEFFILE);
    }
    return kept;
  }
}
