package dev.skiff.builder.assemble;

import dev.skiff.builder.metadata.EntryTexts;
import dev.skiff.builder.metadata.ImageEntry;
import dev.skiff.builder.metadata.InspectMetadata;
import dev.skiff.image.ocisif.LayerStack;
import dev.skiff.image.ocisif.OciSif;
import dev.skiff.image.sif.Architecture;
import dev.skiff.image.sif.SifWriter;
import dev.skiff.image.tree.FileTree;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// Makes a SIF file with one root of an image whose layers are file systems, without a directory in
/// between.
///
/// @param sif what the file holds besides
/// @param entries what is added to the image's own files
public record LayeredAssembly(SifAssembly sif, List<ImageEntry> entries) {

  public LayeredAssembly {
    entries = List.copyOf(entries);
  }

  /// Writes the file.
  ///
  /// @param file what holds the layers
  public void write(Path file, OciSif image) throws IOException {
    long created = sif.options().time().seconds();
    try (Place place = Place.beside(sif.target());
        LayerStack layers = LayerStack.open(file, image.layers())) {
      Path made = place.of("image.sif");
      FileTree merged = layers.merge();
      new TreeGraft(merged, created).add(entries);
      try (SifWriter writer = SifWriter.create(made, created)) {
        sif.describe(writer, InspectMetadata.json(new EntryTexts(entries)));
        writer.writeRoot(
            AssembledTree.of(merged, sif.options().time().latest(), content -> content),
            Architecture.ofGoName(image.config().platform().architecture()),
            sif.squashfs());
      }
      try (FileChannel channel = FileChannel.open(made, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      place.settle(made);
    }
  }
}
