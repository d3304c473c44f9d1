package dev.skiff.builder.push;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skiff.builder.inspect.DescribedImage;
import dev.skiff.builder.inspect.RecordedLayers;
import dev.skiff.image.oci.JsonDocument;
import dev.skiff.image.oci.LayerBlob;
import dev.skiff.image.oci.MediaTypes;
import dev.skiff.image.oci.archive.ImageContent;
import dev.skiff.image.oci.archive.ImageContent.Document;
import dev.skiff.image.oci.archive.ImageDocuments;
import dev.skiff.image.sif.Architecture;
import dev.skiff.image.sif.ImageKind;
import dev.skiff.image.sif.ObjectType;
import dev.skiff.image.sif.RootImage;
import dev.skiff.image.sif.SifDescriptor;
import dev.skiff.image.sif.SifReader;
import dev.skiff.image.squashfs.SquashfsReader;
import dev.skiff.image.tree.FileTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A SIF file or SquashFS image as an OCI image of one layer. What runs it starts what `skiff run`
/// starts: the command of the OCI image that it was made of, where no definition changed it; else
/// the image's own scripts, which set its environment too.
///
/// @param layer as it was written
record LayerImage(LayerBlob layer, Document config, Document manifest) {

  private static final int LARGEST_CONFIG = 8 << 20;
  private static final List<String> KEPT =
      List.of("Env", "User", "WorkingDir", "ExposedPorts", "Volumes", "StopSignal");
  private static final List<String> COMMAND = List.of("Entrypoint", "Cmd");
  private static final String PATH =
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /// Packs an image's root.
  ///
  /// @param file where the layer is written
  static LayerImage pack(Path image, Path file) throws IOException {
    try (SquashfsReader root = RootImage.open(image)) {
      FileTree tree = root.tree();
      JsonNode own = ownConfig(image);
      boolean changed =
          RecordedLayers.of(image).filter(layers -> layers.change().isEmpty()).isEmpty();
      ObjectNode run = run(own);
      if (changed || own.isEmpty()) {
        Optional<String> scripts = PushedScripts.add(tree);
        run.putArray(scripts.isPresent() ? "Entrypoint" : "Cmd").add(scripts.orElse("/bin/sh"));
      } else {
        keep(own, COMMAND, run);
      }
      labels(image, run);
      LayerBlob layer = LayerBlob.write(tree, file, LayerBlob.Packing.GZIP);
      Document config = config(image, layer, run);
      ImageContent.Layer stored =
          new ImageContent.Layer(layer.stored(), layer.diffId(), () -> Files.newInputStream(file));
      Document manifest =
          ImageDocuments.manifest(config.descriptor(), List.of(stored), new TreeMap<>());
      return new LayerImage(layer, config, manifest);
    }
  }

  private static ObjectNode run(JsonNode own) {
    ObjectNode run = JsonNodeFactory.instance.objectNode();
    run.putArray("Env").add(PATH);
    keep(own, KEPT, run);
    return run;
  }

  private static void keep(JsonNode own, List<String> names, ObjectNode run) {
    names.stream().filter(own::has).forEach(name -> run.set(name, own.get(name)));
  }

  private static void labels(Path image, ObjectNode run) throws IOException {
    Map<String, String> labels = DescribedImage.read(image).whole().own().labels();
    if (!labels.isEmpty()) {
      ObjectNode node = run.putObject("Labels");
      labels.forEach(node::put);
    }
  }

  private static Document config(Path image, LayerBlob layer, ObjectNode run) throws IOException {
    String created = Instant.ofEpochSecond(RootImage.createdSeconds(image)).toString();
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("created", created);
    Architecture architecture = RootImage.find(image).architecture();
    boolean known = architecture != Architecture.UNKNOWN;
    root.put("architecture", (known ? architecture : Architecture.ofThisMachine()).goName());
    root.put("os", "linux");
    root.set("config", run);
    ObjectNode rootfs = root.putObject("rootfs");
    rootfs.put("type", "layers");
    rootfs.putArray("diff_ids").add(layer.diffId().toString());
    ObjectNode history = root.putArray("history").addObject();
    history.put("created", created);
    history.put("created_by", "skiff push");
    return Document.of(MediaTypes.OCI_CONFIG, root.toString().getBytes(StandardCharsets.UTF_8));
  }

  /// How the OCI image that it was made of wanted to be run; an empty object if there was none.
  private static JsonNode ownConfig(Path image) throws IOException {
    if (ImageKind.of(image) == ImageKind.SIF) {
      try (SifReader sif = SifReader.open(image)) {
        Optional<SifDescriptor> object = sif.find(ObjectType.JSON, "oci-config.json");
        if (object.isPresent()) {
          return new JsonDocument("oci-config.json of " + image)
              .read(sif.bytes(object.get(), LARGEST_CONFIG), JsonNodeType.OBJECT);
        }
      }
    }
    return JsonNodeFactory.instance.objectNode();
  }
}
