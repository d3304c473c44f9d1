package dev.skiff.builder.assemble;

import dev.skiff.builder.metadata.ImageEntry;
import dev.skiff.builder.metadata.ImageEntry.TextFile;
import dev.skiff.builder.metadata.ImageTexts;
import dev.skiff.builder.metadata.InspectMetadata;
import dev.skiff.builder.progress.BuildEvent.Warned;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.progress.Phases;
import dev.skiff.builder.root.ElfArchitecture;
import dev.skiff.builder.root.ImageArchitecture;
import dev.skiff.builder.root.ProgramHeader;
import dev.skiff.image.oci.Descriptor;
import dev.skiff.image.oci.OciImage;
import dev.skiff.image.oci.layer.LayerMerge;
import dev.skiff.image.oci.layer.MergeLimits;
import dev.skiff.image.sif.Architecture;
import dev.skiff.image.sif.SifWriter;
import dev.skiff.image.squashfs.SquashfsWriter;
import dev.skiff.image.tree.FileTree;
import dev.skiff.runtime.plan.ContainerPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Makes a SIF file of an OCI image without a directory in between: layers are merged straight into
/// the file system that is being written. Owners are those of the layers, whoever converts.
///
/// @param sif what the file holds besides
/// @param entries what is added to the image's own files
public record StreamedAssembly(SifAssembly sif, List<ImageEntry> entries) {

  /// What progress calls the reading of the layers.
  public static final String CONVERT = "convert";

  /// A small download must not become a file that fills the disk.
  private static final int MOST_EXPANSION = 20;

  public StreamedAssembly {
    entries = List.copyOf(entries);
  }

  /// Writes the file.
  ///
  /// @return how many bytes the layers have, as they are stored
  public long write(OciImage image, BuildListener listener) throws IOException {
    List<Descriptor> layers = image.manifest().layers();
    long total = layers.stream().mapToLong(Descriptor::sizeBytes).sum();
    Phases phases = new Phases(listener);
    try (Place place = Place.beside(sif.target())) {
      RoomEstimate.ofLayers(layers, sif.squashfs().compression()).check(place.parent(), listener);
      Path made = place.of("image.sif");
      long usable = Files.getFileStore(place.parent()).getUsableSpace();
      try (SifWriter writer = SifWriter.create(made, sif.options().time().seconds())) {
        sif.describe(writer, InspectMetadata.json(texts()));
        SquashfsWriter root = writer.openRoot(architecture(image), sif.squashfs());
        MergeLimits limits = MergeLimits.within(usable, MOST_EXPANSION);
        FileTree merged =
            phases.time(
                CONVERT, total, () -> LayerMerge.merge(image.layers(), root::store, limits));
        Architecture said = architecture(image);
        tell(said, image, ElfArchitecture.of(merged), listener);
        new TreeGraft(merged, sif.options().time().seconds()).add(entries);
        FileTree tree = AssembledTree.of(merged, sif.options().time().latest(), content -> content);
        phases.time("tables", -1, () -> root.finish(tree));
        writer.commit();
      }
      phases.time("write", Files.size(made), () -> place.settleOnDisk(made));
    }
    return total;
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

  private ImageTexts texts() {
    Map<String, String> files = new TreeMap<>();
    for (ImageEntry entry : entries) {
      if (entry instanceof TextFile file) {
        files.put(file.path().value(), file.text());
      }
    }
    return new ImageTexts() {
      @Override
      public Optional<String> read(ContainerPath file) {
        return Optional.ofNullable(files.get(file.value()));
      }

      @Override
      public List<String> names(ContainerPath directory) {
        String prefix = directory.value() + "/";
        return files.keySet().stream()
            .filter(path -> path.startsWith(prefix) && path.indexOf('/', prefix.length()) < 0)
            .map(path -> path.substring(prefix.length()))
            .toList();
      }
    };
  }
}
