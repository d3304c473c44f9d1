package dev.skiff.builder.assemble;

import dev.skiff.builder.metadata.EntryTexts;
import dev.skiff.builder.metadata.ImageEntry;
import dev.skiff.builder.metadata.ImageLayers;
import dev.skiff.builder.metadata.ImageTexts;
import dev.skiff.builder.metadata.InspectMetadata;
import dev.skiff.builder.progress.BuildEvent;
import dev.skiff.builder.progress.BuildEvent.OutputLine;
import dev.skiff.builder.progress.BuildEvent.Warned;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.progress.Phases;
import dev.skiff.builder.reuse.ConversionMemory;
import dev.skiff.builder.reuse.ConversionMemory.Made;
import dev.skiff.builder.reuse.EarlierConversions;
import dev.skiff.builder.reuse.EarlierConversions.Whole;
import dev.skiff.builder.root.ElfArchitecture;
import dev.skiff.builder.root.ImageArchitecture;
import dev.skiff.builder.root.ProgramHeader;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.Descriptor;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.ImageSource;
import dev.skiff.image.oci.OciImage;
import dev.skiff.image.oci.layer.ContentSink;
import dev.skiff.image.oci.layer.LayerCensus;
import dev.skiff.image.oci.layer.LayerMerge;
import dev.skiff.image.oci.layer.ListedLayer;
import dev.skiff.image.oci.layer.MergeLimits;
import dev.skiff.image.sif.Architecture;
import dev.skiff.image.sif.SifWriter;
import dev.skiff.image.squashfs.SquashfsWriter;
import dev.skiff.image.tar.listing.TarListingWriter;
import dev.skiff.image.tree.ContentKey;
import dev.skiff.image.tree.FileContent;
import dev.skiff.image.tree.FileTree;
import dev.skiff.image.tree.TreeTotals;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Makes a SIF file of an OCI image without a directory in between: layers are merged straight into
/// the file system that is being written. Owners are those of the layers, whoever converts.
///
/// @param sif what the file holds besides
/// @param additions to the image's own files
/// @param origin where the layers come from; empty means that they are all the image's own
/// @param lower what they lie on, if that has no layers
/// @param memory of other conversions
public record StreamedAssembly(
    SifAssembly sif,
    Additions additions,
    Optional<LayerOrigin> origin,
    Optional<LowerTree> lower,
    ConversionMemory memory) {

  /// What the file says of itself.
  ///
  /// @param entries what is added to the layers' files
  /// @param texts what the finished image says
  record Additions(List<ImageEntry> entries, ImageTexts texts) {
    Additions {
      entries = List.copyOf(entries);
    }
  }

  /// Of an image as it is, with metadata added.
  public static StreamedAssembly ofImage(
      SifAssembly sif, List<ImageEntry> entries, ConversionMemory memory) {
    return new StreamedAssembly(
        sif,
        new Additions(entries, new EntryTexts(entries)),
        Optional.empty(),
        Optional.empty(),
        memory);
  }

  /// Of layers that a definition put on a base, metadata among them.
  ///
  /// @param texts what the finished image says
  /// @param base the image that the lowest layers are of
  public static StreamedAssembly ofLayers(
      SifAssembly sif, ImageTexts texts, Optional<OciImage> base, ConversionMemory memory) {
    LayerOrigin origin =
        base.isPresent()
            ? new LayerOrigin.OfImage(base.get(), LayerOrigin.Extent.LOWER_PART)
            : new LayerOrigin.Recorded(Optional.empty(), LayerOrigin.Extent.LOWER_PART);
    return new StreamedAssembly(
        sif, new Additions(List.of(), texts), Optional.of(origin), Optional.empty(), memory);
  }

  /// Of layers that a definition put on an image file, metadata among them.
  ///
  /// @param texts what the finished image says
  /// @param recorded what the file says of the image that it was made of
  public static StreamedAssembly onFile(
      SifAssembly sif,
      ImageTexts texts,
      LowerTree file,
      Optional<ImageLayers> recorded,
      ConversionMemory memory) {
    LayerOrigin.Extent extent =
        sif.changes() ? LayerOrigin.Extent.LOWER_PART : LayerOrigin.Extent.WHOLE;
    return new StreamedAssembly(
        sif,
        new Additions(List.of(), texts),
        Optional.of(new LayerOrigin.Recorded(recorded, extent)),
        Optional.of(file),
        memory);
  }

  /// What progress calls the reading of the layers.
  public static final String CONVERT = "convert";

  /// A small download must not become a file that fills the disk.
  private static final int MOST_EXPANSION = 20;

  private LayerOrigin origin(OciImage image) {
    return origin.orElse(new LayerOrigin.OfImage(image, LayerOrigin.Extent.WHOLE));
  }

  /// What the file is made of, each by its digest, lowest first.
  private List<Digest> parts(OciImage image) {
    List<Digest> layers = image.config().diffIds();
    return lower.isEmpty()
        ? layers
        : Stream.concat(Stream.of(lower.get().key()), layers.stream()).toList();
  }

  /// Writes the file. What is remembered of its layers is used if it proves right; if not, the file
  /// is begun anew without.
  ///
  /// @param source which is told of the layers that are to be fetched
  /// @return how many bytes the layers have, as they are stored
  public long write(ImageSource source, OciImage image, BuildListener listener) throws IOException {
    long total = image.manifest().layers().stream().mapToLong(Descriptor::sizeBytes).sum();
    List<Digest> parts = parts(image);
    try (EarlierConversions earlier = memory.find(parts, sif.squashfs())) {
      image.announce(source, layer -> !earlier.knows(layer));
      Optional<Whole> whole = earlier.whole(parts);
      if (whole.isPresent() && copies(whole.get(), image, listener)) {
        return total;
      }
      if (!earlier.isEmpty()) {
        listener.on(
            new OutputLine(BuildEvent.Stream.OUTPUT, told(image.config().diffIds(), earlier)));
        try {
          write(image, earlier, listener);
          return total;
        } catch (MalformedImageException e) {
          earlier.forget();
        }
      }
    }
    try (EarlierConversions none = memory.none()) {
      write(image, none, listener);
    }
    return total;
  }

  /// Copies the SIF that the same image became before, if it would become the same again: so that
  /// equal input gives equal bytes, which taking only blocks over does not.
  private boolean copies(Whole whole, OciImage image, BuildListener listener) throws IOException {
    try (Place place = Place.beside(sif.target())) {
      Path made = place.of("image.sif");
      try (SifWriter writer = SifWriter.create(made, sif.options().time().seconds())) {
        sif.describe(writer, InspectMetadata.json(additions.texts()));
        SquashfsWriter _ = writer.openRoot(architecture(image), sif.squashfs());
        if (!origin(image).isRecordedIn(whole.sif()) || !writer.beginsLike(whole.sif())) {
          return false;
        }
        listener.on(
            new OutputLine(
                BuildEvent.Stream.OUTPUT,
                "the image is already in %s, which is copied".formatted(whole.path())));
        writer.commitCopy(whole.sif());
      }
      place.settle(made);
      memory.keepCopy(whole, sif.target());
      return true;
    }
  }

  private static String told(List<Digest> layers, EarlierConversions earlier) {
    return "%d of %d layers are known from %s"
        .formatted(
            layers.stream().filter(earlier::knows).count(),
            layers.size(),
            earlier.images().stream().map(Path::toString).collect(Collectors.joining(", ")));
  }

  private void write(OciImage image, EarlierConversions earlier, BuildListener listener)
      throws IOException {
    List<Digest> layers = image.config().diffIds();
    Phases phases = new Phases(listener);
    long stored = unknownBytes(image, earlier);
    List<ListedLayer> listed = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      listed.add(earlier.listed(image.layers().get(i), layers.get(i), new TarListingWriter()));
    }
    try (Place place = Place.beside(sif.target())) {
      RoomEstimate.ofLayers(image.manifest().layers(), sif.squashfs().compression())
          .plus(lower.map(LowerTree::sizeBytes).orElse(0L))
          .check(place.parent(), listener);
      Path made = place.of("image.sif");
      long usable = Files.getFileStore(place.parent()).getUsableSpace();
      MergeLimits limits = MergeLimits.within(usable, MOST_EXPANSION);
      byte[] table;
      try (SifWriter writer = SifWriter.create(made, sif.options().time().seconds())) {
        sif.describe(writer, InspectMetadata.json(additions.texts()));
        Architecture said = architecture(image);
        SquashfsWriter root = writer.openRoot(said, sif.squashfs());
        LayerCensus census = new LayerCensus();
        ContentSink sink = new Contents(root, earlier);
        FileTree merged = phases.time(CONVERT, stored, () -> merge(listed, sink, limits, census));
        tell(said, image, ElfArchitecture.of(merged), listener);
        new TreeGraft(merged, sif.options().time().seconds()).add(additions.entries());
        FileTree tree = AssembledTree.of(merged, sif.options().time().latest());
        finish(root, tree, listener);
        origin(image)
            .record(census.counts(), tree)
            .ifPresent(found -> SifAssembly.record(writer, found));
        table = memory.isKept() ? root.blockTable() : new byte[0];
        writer.commit();
      }
      place.settle(made);
      memory.keep(new Made(sif.target(), sif.squashfs(), parts(image), listed), table);
    }
  }

  private void finish(SquashfsWriter root, FileTree tree, BuildListener listener)
      throws IOException {
    if (lower.isPresent()) {
      sif.takeIn(root, tree, TreeTotals.of(tree).files(), listener);
    }
    long _ = new Phases(listener).time("tables", -1, () -> root.finish(tree));
    LostXattrs.tell(root, listener);
  }

  private FileTree merge(
      List<ListedLayer> layers, ContentSink sink, MergeLimits limits, LayerCensus census)
      throws IOException {
    return lower.isPresent()
        ? LayerMerge.onto(lower.get().source().read(), layers, sink, limits, census)
        : LayerMerge.merge(layers, sink, limits, census);
  }

  private static long unknownBytes(OciImage image, EarlierConversions earlier) {
    List<Digest> layers = image.config().diffIds();
    return IntStream.range(0, layers.size())
        .filter(i -> !earlier.knows(layers.get(i)))
        .mapToLong(i -> image.manifest().layers().get(i).sizeBytes())
        .sum();
  }

  /// Where the files' bytes go, if they are not there already.
  private record Contents(SquashfsWriter root, EarlierConversions earlier) implements ContentSink {

    @Override
    public FileContent store(InputStream in, long sizeBytes) throws IOException {
      return root.store(in, sizeBytes);
    }

    @Override
    public Optional<FileContent> known(ContentKey key) throws IOException {
      return earlier.content(key, root);
    }
  }

  /// An image that says nothing of its processor has to fit what was asked.
  private void tell(
      Architecture said, OciImage image, Optional<ProgramHeader> program, BuildListener listener) {
    if (image.config().platform().architecture().isEmpty()) {
      Architecture _ = ImageArchitecture.of(sif.options().architecture(), program);
    }
    ImageArchitecture.disagreement(said, program)
        .ifPresent(problem -> listener.on(new Warned(problem)));
  }

  private Architecture architecture(OciImage image) {
    String own = image.config().platform().architecture();
    return own.isEmpty()
        ? sif.options()
            .architecture()
            .map(Architecture::ofGoName)
            .orElse(Architecture.ofThisMachine())
        : Architecture.ofGoName(own);
  }
}
