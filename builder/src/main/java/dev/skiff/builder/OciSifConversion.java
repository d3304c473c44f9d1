package dev.skiff.builder;

import dev.skiff.builder.assemble.ImageOptions;
import dev.skiff.builder.assemble.LayeredAssembly;
import dev.skiff.builder.assemble.SifAssembly;
import dev.skiff.builder.metadata.ImageEntry;
import dev.skiff.builder.metadata.ImageEntry.WhenPresent;
import dev.skiff.builder.metadata.OciScripts;
import dev.skiff.builder.metadata.Skeleton;
import dev.skiff.builder.time.ImageTime;
import dev.skiff.definitions.ImageDefinition;
import dev.skiff.image.oci.Platform;
import dev.skiff.image.ocisif.OciSif;
import dev.skiff.image.sif.SifReader;
import dev.skiff.image.squashfs.SquashfsOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Makes an ordinary SIF file, which every runtime starts, of one that holds an OCI image in
/// several layers.
public final class OciSifConversion {

  private OciSifConversion() {}

  /// Writes `target`, of the same content whenever it is written.
  ///
  /// @throws dev.skiff.image.MalformedImageException if the file holds no such image
  public static void convert(Path file, Path target) throws IOException {
    try (SifReader sif = SifReader.open(file)) {
      OciSif image = OciSif.read(file, sif, Platform.host());
      List<ImageEntry> entries = new ArrayList<>(Skeleton.entries(WhenPresent.REPLACE));
      entries.addAll(OciScripts.entries(image.config()));
      SifAssembly assembly =
          new SifAssembly(
              target,
              ImageDefinition.ofLocalImage(file.toString()),
              Optional.of(image.config()),
              Optional.empty(),
              new ImageOptions(
                  SquashfsOptions.defaults(),
                  Optional.empty(),
                  ImageTime.of(Files.getLastModifiedTime(file).toInstant())));
      new LayeredAssembly(assembly, entries).write(file, image);
    }
  }
}
