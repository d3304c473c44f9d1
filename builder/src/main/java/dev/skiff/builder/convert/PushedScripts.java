package dev.skiff.builder.convert;

import dev.skiff.image.oci.Digest;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileContent;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileNode.Directory;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.image.tree.FileTree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/// What starts a pushed image: a copy of its runscript and of its environment scripts.
///
/// Who converts the image back to a SIF file writes a runscript that starts the entry point, in the
/// place of the image's own. So the entry point cannot be that place, nor anything that leads to
/// it; and since the copies are named by their content, no copy can ever lead to itself.
final class PushedScripts {

  private static final String METADATA = "/.singularity.d";
  private static final int LARGEST_SCRIPT = 8 << 20;

  private final Directory folder;
  private final Directory copies;
  private final ByteArrayOutputStream named = new ByteArrayOutputStream();

  private PushedScripts(Directory folder) {
    this.folder = folder;
    this.copies = new Directory(folder.attributes());
  }

  /// Adds the copies to a tree.
  ///
  /// @return the entry point; nothing for an image without such scripts
  static Optional<String> add(FileTree tree) throws IOException {
    if (!(tree.find(METADATA).orElse(null) instanceof Directory folder)
        || !(tree.find(METADATA + "/runscript").orElse(null) instanceof RegularFile runscript)) {
      return Optional.empty();
    }
    return Optional.of(new PushedScripts(folder).add(tree, runscript));
  }

  /// The text of a small file; nothing if there is none.
  static Optional<String> text(FileTree tree, String path) throws IOException {
    if (!(tree.find(path).orElse(null) instanceof RegularFile file)
        || file.content().sizeBytes() > LARGEST_SCRIPT) {
      return Optional.empty();
    }
    try (InputStream in = file.content().open()) {
      return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private String add(FileTree tree, RegularFile runscript) throws IOException {
    copy(copies, FileName.of("runscript"), runscript);
    Directory environment = new Directory(folder.attributes());
    if (tree.find(METADATA + "/env").orElse(null) instanceof Directory env) {
      for (Map.Entry<FileName, FileNode> entry : env.entries()) {
        if (entry.getValue() instanceof RegularFile file) {
          copy(environment, entry.getKey(), file);
        }
      }
    }
    copies.children().put(FileName.of("env"), environment);
    String name = "pushed-" + Digest.sha256(named.toByteArray()).hex().substring(0, 16);
    String place = METADATA + "/" + name;
    String run =
        """
        #!/bin/sh
        for file in %1$s/env/*.sh; do
            if [ -f "$file" ]; then . "$file"; fi
        done
        exec %1$s/runscript "$@"
        """
            .formatted(place);
    byte[] bytes = run.getBytes(StandardCharsets.UTF_8);
    Attributes attributes = Attributes.of(0755, 0, 0, folder.attributes().mtimeSeconds());
    copies.children().put(FileName.of("run"), new RegularFile(attributes, FileContent.of(bytes)));
    folder.children().put(FileName.of(name), copies);
    return place + "/run";
  }

  private void copy(Directory to, FileName name, RegularFile file) throws IOException {
    byte[] bytes;
    try (InputStream in = file.content().open()) {
      bytes = in.readNBytes(LARGEST_SCRIPT + 1);
    }
    if (bytes.length > LARGEST_SCRIPT) {
      throw new IOException("a script of %s has more than 8 MiB".formatted(METADATA));
    }
    named.writeBytes(name.bytes());
    named.write(0);
    named.writeBytes(Digest.sha256(bytes).toString().getBytes(StandardCharsets.US_ASCII));
    to.children().put(name, new RegularFile(file.attributes(), FileContent.of(bytes)));
  }
}
