package dev.skiff.builder.assemble;

import dev.skiff.builder.metadata.ImageEntry;
import dev.skiff.builder.metadata.InspectMetadata;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.image.oci.OciImage;
import dev.skiff.image.oci.layer.LayerMerge;
import dev.skiff.image.oci.layer.MergeLimits;
import dev.skiff.image.sif.Architecture;
import dev.skiff.image.sif.SifWriter;
import dev.skiff.image.squashfs.SquashfsWriter;
import dev.skiff.image.tree.FileTree;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// Makes a SIF file of an OCI image without a directory in between: layers are merged straight into
/// the file system that is being written. Owners are those of the layers, whoever converts.
///
/// @param sif what the file holds besides
/// @param entries what is added to the image's own files
public record StreamedAssembly(SifAssembly sif, List<ImageEntry> entries) {

  /// A small download must not become a file that fills the disk.
  private static final int MOST_EXPANSION = 20;

  public StreamedAssembly {
    entries = List.copyOf(entries);
  }

  /// Writes the file.
  public void write(OciImage image, BuildListener listener) throws IOException {
    try (Place place = Place.beside(sif.target())) {
      Path made = place.of("image.sif");
      long usable = Files.getFileStore(sif.target().toAbsolutePath().getParent()).getUsableSpace();
      try (SifWriter writer = SifWriter.create(made, sif.options().created().getEpochSecond())) {
        sif.describe(writer, InspectMetadata.json(new EntryTexts(entries)));
        SquashfsWriter root = writer.openRoot(architecture(image), sif.squashfs());
        WatchedContent watched = new WatchedContent("convert", -1, listener);
        FileTree merged =
            LayerMerge.merge(
                image.layers(),
                (in, sizeBytes) -> root.store(watched.watch(in), sizeBytes),
                MergeLimits.within(usable, MOST_EXPANSION));
        new TreeGraft(merged, sif.options().created().getEpochSecond()).add(entries);
        FileTree tree = AssembledTree.of(merged, sif.options().latest(), content -> content);
        long _ = root.finish(tree);
        writer.commit();
      }
      try (FileChannel channel = FileChannel.open(made, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      place.settle(made);
    }
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
