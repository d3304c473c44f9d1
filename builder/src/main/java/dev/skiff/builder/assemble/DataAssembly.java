package dev.skiff.builder.assemble;

import dev.skiff.definitions.syntax.DefinitionFile;
import dev.skiff.image.sif.Architecture;
import dev.skiff.image.sif.Extra;
import dev.skiff.image.sif.FileSystemType;
import dev.skiff.image.sif.NewObject;
import dev.skiff.image.sif.ObjectType;
import dev.skiff.image.sif.PartitionType;
import dev.skiff.image.sif.SifEditor;
import dev.skiff.image.sif.SifWriter;
import dev.skiff.image.squashfs.SquashfsWriter;
import dev.skiff.image.tree.DirectoryTree;
import dev.skiff.image.tree.FileTree;
import dev.skiff.runtime.launch.IdMapping;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.UUID;

/// Makes a SIF file whose file system is data, for containers to bind, and nobody's root.
///
/// @param target the file's final name
/// @param definition says what the data came from
/// @param id tells the file from others; that of a directory's is made from its content
public record DataAssembly(Path target, DefinitionFile definition, UUID id, ImageOptions options) {

  /// Of a directory, which becomes a SquashFS image.
  ///
  /// @param ids which owners its files have
  public void ofDirectory(Path directory, IdMapping ids) throws IOException {
    boolean real = ids == IdMapping.ROOT || ids == IdMapping.RANGE;
    FileTree read =
        DirectoryTree.read(
            directory,
            new DirectoryTree.Options(
                real ? DirectoryTree.Owners.AS_ON_HOST : DirectoryTree.Owners.ROOT, Set.of()));
    FileTree tree = AssembledTree.of(read, options.time().latest());
    try (Place place = Place.beside(target)) {
      Path made = place.of("data.sif");
      try (SifWriter writer = SifWriter.create(made, options.time().seconds())) {
        writer.definition(text());
        SquashfsWriter image =
            writer.openPartition(
                PartitionType.DATA, Architecture.ofThisMachine(), options.squashfs());
        image.adoptAll(tree, bytes -> {});
        var _ = image.finish(tree);
        writer.commit();
      }
      settle(place, made);
    }
  }

  /// Of a SquashFS image, which is copied as it is.
  public void ofSquashfs(Path image) throws IOException {
    long created = options.time().seconds();
    try (Place place = Place.beside(target)) {
      Path made = place.of("data.sif");
      try (SifEditor sif = SifEditor.create(made, id, SifEditor.Launch.RUN_SINGULARITY, created);
          InputStream content = Files.newInputStream(image)) {
        var _ =
            sif.add(
                NewObject.of(ObjectType.DEFINITION_FILE, new Extra.None()),
                new ByteArrayInputStream(text()),
                created);
        var _ =
            sif.add(
                NewObject.of(
                    ObjectType.PARTITION,
                    new Extra.Partition(
                        FileSystemType.SQUASHFS, PartitionType.DATA, Architecture.ofThisMachine())),
                content,
                created);
      }
      settle(place, made);
    }
  }

  private byte[] text() {
    return definition.bytes(definition.text());
  }

  private static void settle(Place place, Path made) throws IOException {
    try (FileChannel channel = FileChannel.open(made, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    place.settle(made);
  }
}
