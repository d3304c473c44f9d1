package dev.skiff.builder.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skiff.builder.cache.StepStore;
import dev.skiff.builder.oci.LowerLayers.Lower;
import dev.skiff.builder.stage.BuiltStage;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.ImageConfig;
import dev.skiff.image.oci.JsonDocument;
import dev.skiff.image.oci.LayerBlob;
import dev.skiff.image.oci.MediaTypes;
import dev.skiff.image.oci.archive.ImageContent;
import dev.skiff.image.oci.archive.ImageContent.Document;
import dev.skiff.image.oci.archive.ImageDocuments;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Makes an OCI image of a built stage: the base's layers, and the steps' own above them, packed
/// with gzip.
///
/// @param store that has the steps' layers
/// @param time that the image carries
/// @param version this program's
/// @param root the attributes of the image's root directory
public record StageExport(StepStore store, Instant time, String version, Attributes root) {

  /// The image with everything it needs, open as long as stage and lower layers are.
  ///
  /// @param lower what the stage's base is
  /// @param run how it wants to be run
  public ImageContent image(BuiltStage stage, LowerLayers lower, RunConfig run) throws IOException {
    List<Lower> steps = new ArrayList<>(lower.layers());
    for (BuiltStage.Layer layer : stage.layers()) {
      steps.add(step(layer.title(), layer.blob()));
    }
    if (run.entry().isPresent()) {
      FileTree added = run.entry().get().layer(root, time.getEpochSecond());
      steps.add(step("let the runscript be the entry point", store.add(added)));
    }
    List<ImageContent.Layer> layers = steps.stream().map(Lower::layer).toList();
    Document config = config(lower.config(), stage, run, steps);
    SortedMap<String, String> annotations = annotations(lower.digest());
    return new ImageContent(
        config, ImageDocuments.manifest(config.descriptor(), layers, annotations), layers);
  }

  private Lower step(String title, LayerBlob kept) throws IOException {
    return packed(store, title, kept);
  }

  /// A kept layer, packed with gzip.
  ///
  /// @param title of what made it
  public static Lower packed(StepStore store, String title, LayerBlob kept) throws IOException {
    LayerBlob packed = store.gzipped(kept);
    Path file = store.file(packed);
    return new Lower(
        "skiff: " + title,
        new ImageContent.Layer(packed.stored(), packed.diffId(), () -> Files.newInputStream(file)));
  }

  private SortedMap<String, String> annotations(Optional<Digest> base) {
    SortedMap<String, String> annotations = new TreeMap<>();
    annotations.put("org.opencontainers.image.created", time.toString());
    base.ifPresent(
        digest -> annotations.put("org.opencontainers.image.base.digest", digest.toString()));
    return annotations;
  }

  private Document config(
      Optional<ImageConfig> base, BuiltStage stage, RunConfig run, List<Lower> steps)
      throws MalformedImageException {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("created", time.toString());
    root.put("architecture", stage.architecture());
    base.map(from -> from.platform().variant())
        .filter(variant -> !variant.isEmpty())
        .ifPresent(variant -> root.put("variant", variant));
    root.put("os", "linux");
    root.set("config", runConfig(base, run));
    ObjectNode rootfs = root.putObject("rootfs").put("type", "layers");
    ArrayNode diffIds = rootfs.putArray("diff_ids");
    ArrayNode history = root.putArray("history");
    int inherited = base.map(from -> from.diffIds().size()).orElse(0);
    for (Lower step : steps) {
      diffIds.add(step.layer().diffId().toString());
      ObjectNode entry = history.addObject();
      Optional<String> created =
          diffIds.size() <= inherited ? base.flatMap(ImageConfig::created) : Optional.of(time + "");
      created.ifPresent(when -> entry.put("created", when));
      entry.put("created_by", step.createdBy());
      if (diffIds.size() > inherited) {
        entry.put("comment", "skiff " + version);
      }
    }
    return Document.of(MediaTypes.OCI_CONFIG, root.toString().getBytes(StandardCharsets.UTF_8));
  }

  /// What the base says, where nothing else is said: volumes, ports, the signal to stop by.
  private static ObjectNode runConfig(Optional<ImageConfig> base, RunConfig run)
      throws MalformedImageException {
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    if (base.isPresent()) {
      byte[] json = base.get().runJson().getBytes(StandardCharsets.UTF_8);
      JsonNode before = new JsonDocument("configuration").read(json, JsonNodeType.OBJECT);
      before.properties().forEach(member -> config.set(member.getKey(), member.getValue()));
    }
    texts(config, "Env", run.env());
    texts(config, "Entrypoint", run.entrypoint());
    texts(config, "Cmd", run.cmd());
    config.remove("Labels");
    if (!run.labels().isEmpty()) {
      ObjectNode labels = config.putObject("Labels");
      run.labels().forEach(labels::put);
    }
    return config;
  }

  private static void texts(ObjectNode config, String member, List<String> texts) {
    config.remove(member);
    if (!texts.isEmpty()) {
      ArrayNode array = config.putArray(member);
      texts.forEach(array::add);
    }
  }
}
