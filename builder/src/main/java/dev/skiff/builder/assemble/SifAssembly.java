package dev.skiff.builder.assemble;

import dev.skiff.builder.metadata.ImageLayers;
import dev.skiff.builder.metadata.InspectMetadata;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.progress.MovedBytes;
import dev.skiff.builder.progress.Phases;
import dev.skiff.builder.root.ElfArchitecture;
import dev.skiff.builder.root.ImageArchitecture;
import dev.skiff.builder.root.RootFilesystem;
import dev.skiff.builder.root.RootPaths;
import dev.skiff.builder.root.RootTexts;
import dev.skiff.definitions.syntax.DefinitionFile;
import dev.skiff.image.oci.ImageConfig;
import dev.skiff.image.sif.Architecture;
import dev.skiff.image.sif.SifWriter;
import dev.skiff.image.squashfs.SquashfsOptions;
import dev.skiff.image.squashfs.SquashfsWriter;
import dev.skiff.image.tree.DirectoryTree;
import dev.skiff.image.tree.FileTree;
import dev.skiff.image.tree.TreeTotals;
import dev.skiff.runtime.launch.IdMapping;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;

/// Makes a SIF file of a finished root directory.
///
/// @param target the file's final name
/// @param definition kept as it is, byte for byte
/// @param config how the base wanted to be run, if it was an OCI image
/// @param layers where the base's files came from, if they were unpacked from an OCI image
public record SifAssembly(
    Path target,
    DefinitionFile definition,
    Optional<ImageConfig> config,
    Optional<ImageLayers> layers,
    ImageOptions options) {

  /// Writes the file.
  ///
  /// @param root files that no step has changed since they came from an image file are copied from
  ///   there as they are compressed, where that is possible
  /// @param ids which owners the files in the root have
  /// @return how many bytes its files have in all
  public long write(RootFilesystem root, IdMapping ids, BuildListener listener) throws IOException {
    boolean real = ids == IdMapping.ROOT || ids == IdMapping.RANGE;
    FileTree read =
        DirectoryTree.read(
            root.directory(),
            new DirectoryTree.Options(
                real ? DirectoryTree.Owners.AS_ON_HOST : DirectoryTree.Owners.ROOT,
                Set.of(),
                stamp ->
                    root.extracted().contentOf(stamp).filter(options.squashfs()::copiesBlocksOf),
                options.time()::secondsOf));
    return write(read, root.paths(), listener);
  }

  /// Writes the file of a tree.
  ///
  /// @param read files of open images in it are copied as they are compressed, where that is
  ///   possible
  /// @param root the same files, for looking things up
  /// @return how many bytes its files have in all
  public long write(FileTree read, RootPaths root, BuildListener listener) throws IOException {
    Phases phases = new Phases(listener);
    TreeTotals totals = TreeTotals.of(read);
    long total = totals.bytes();
    FileTree tree = AssembledTree.of(read, options.time().latest());
    Architecture architecture =
        ImageArchitecture.of(options.architecture(), ElfArchitecture.of(root));
    try (Place place = Place.beside(target)) {
      RoomEstimate.ofFiles(total, options.squashfs().compression()).check(place.parent(), listener);
      Path made = place.of("image.sif");
      try (SifWriter writer = SifWriter.create(made, options.time().seconds())) {
        describe(writer, InspectMetadata.json(new RootTexts(root)));
        SquashfsWriter image = writer.openRoot(architecture, squashfs());
        takeIn(image, tree, totals.files(), listener);
        phases.time("tables", -1, () -> image.finish(tree));
        LostXattrs.tell(image, listener);
        layers.ifPresent(
            base -> record(writer, changes() ? base.below(totals.files(), total) : base));
        writer.commit();
      }
      place.settle(made);
    }
    return total;
  }

  /// Takes in the contents that are not the image's yet: as they are compressed where that is
  /// possible and there is memory for it.
  ///
  /// @param tree is changed
  /// @param files how many it has
  void takeIn(SquashfsWriter image, FileTree tree, long files, BuildListener listener)
      throws IOException {
    boolean copies = SquashfsWriter.canCopy(files);
    long compressed =
        TreeTotals.bytes(
            tree,
            content ->
                !image.holds(content) && !(copies && options.squashfs().copiesBlocksOf(content)));
    MovedBytes moved = new MovedBytes("compress", compressed, listener);
    FileTree _ =
        new Phases(listener).time("compress", compressed, () -> takeIn(image, tree, copies, moved));
  }

  private static FileTree takeIn(
      SquashfsWriter image, FileTree tree, boolean copies, LongConsumer read) throws IOException {
    if (copies) {
      image.adoptAll(tree, read);
    } else {
      image.storeAll(tree, read);
    }
    return tree;
  }

  /// Whether the definition does anything but name a base.
  boolean changes() {
    return definition.stages().size() > 1 || !definition.finalStage().sections().all().isEmpty();
  }

  void describe(SifWriter writer, String inspectJson) {
    writer.definition(definition.bytes(definition.text()));
    writer.json(InspectMetadata.OBJECT, inspectJson.getBytes(StandardCharsets.UTF_8));
    config
        .map(ImageConfig::runJson)
        .filter(json -> !json.equals("{}"))
        .ifPresent(json -> writer.json("oci-config.json", json.getBytes(StandardCharsets.UTF_8)));
  }

  /// Behind the root in every file, since a conversion knows it no sooner.
  static void record(SifWriter writer, ImageLayers origin) {
    writer.jsonBehindRoot(ImageLayers.OBJECT, origin.json());
  }

  SquashfsOptions squashfs() {
    return options
        .squashfs()
        .withMkfsTimeSeconds(Math.clamp(options.time().seconds(), 0, 0xFFFF_FFFFL));
  }
}
