package dev.skiff.builder.oci;

import dev.skiff.builder.metadata.ImageTexts;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileContent;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileTree;
import dev.skiff.runtime.plan.ContainerPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// What makes an OCI image run as `skiff run` runs the SIF: a script that reads the environment
/// scripts and then becomes the runscript. The runscript stands beside it once more, because tools
/// that turn the OCI image into a SIF put another in its place, which calls this one. Both stand in
/// a folder named by the runscript: an image made of that SIF has the other as its runscript, and
/// the two must not become one that calls itself.
///
/// @param runscript its text
public record EntryPoint(String runscript) {

  private static final String TOP = ".skiff.d";
  private static final int NAME_DIGITS = 16;

  /// Of an image that has a runscript.
  static Optional<EntryPoint> of(ImageTexts texts) throws IOException {
    return texts.read(new ContainerPath("/.singularity.d/runscript")).map(EntryPoint::new);
  }

  private String name() {
    byte[] bytes = runscript.getBytes(StandardCharsets.UTF_8);
    return Digest.sha256(bytes).hex().substring(0, NAME_DIGITS);
  }

  private String folder() {
    return "/" + TOP + "/" + name();
  }

  /// The script's path.
  public String run() {
    return folder() + "/run";
  }

  private String script() {
    return """
    #!/bin/sh
    for file in /.singularity.d/env/*.sh; do
        if [ -f "$file" ]; then . "$file"; fi
    done
    exec %s/runscript "$@"
    """
        .formatted(folder());
  }

  /// The two files as a layer.
  ///
  /// @param root the attributes that the root directory has anyway
  FileTree layer(Attributes root, long mtimeSeconds) {
    Attributes program = Attributes.of(0755, 0, 0, mtimeSeconds);
    Directory folder = new Directory(program);
    put(folder, "run", script(), program);
    put(folder, "runscript", runscript, program);
    Directory folders = new Directory(program);
    folders.children().put(FileName.of(name()), folder);
    Directory top = new Directory(root);
    top.children().put(FileName.of(TOP), folders);
    return new FileTree(top);
  }

  private static void put(Directory folder, String name, String text, Attributes attributes) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    folder.children().put(FileName.of(name), new RegularFile(attributes, FileContent.of(bytes)));
  }
}
