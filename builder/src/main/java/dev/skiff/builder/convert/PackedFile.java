package dev.skiff.builder.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skiff.builder.assemble.LostSockets;
import dev.skiff.builder.base.LocalImages;
import dev.skiff.builder.base.OpenedBase;
import dev.skiff.builder.inspect.DescribedImage;
import dev.skiff.builder.inspect.RecordedLayers;
import dev.skiff.builder.oci.LowerLayers;
import dev.skiff.builder.oci.LowerLayers.Lower;
import dev.skiff.builder.oci.RunConfig;
import dev.skiff.builder.progress.BuildEvent.Warned;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.progress.Phases;
import dev.skiff.builder.root.ElfArchitecture;
import dev.skiff.builder.root.ImageArchitecture;
import dev.skiff.builder.root.WorkingDirectory;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.oci.JsonDocument;
import dev.skiff.image.oci.LayerBlob;
import dev.skiff.image.oci.MediaTypes;
import dev.skiff.image.oci.OciImage;
import dev.skiff.image.oci.Platform;
import dev.skiff.image.oci.archive.ImageContent;
import dev.skiff.image.oci.archive.ImageContent.Document;
import dev.skiff.image.oci.archive.ImageDocuments;
import dev.skiff.image.ocisif.OpenedRoot;
import dev.skiff.image.sif.ImageKind;
import dev.skiff.image.tree.DirectoryTree;
import dev.skiff.image.tree.DirectoryTree.Owners;
import dev.skiff.image.tree.FileTree;
import dev.skiff.image.tree.TreeTotals;
import dev.skiff.runtime.launch.IdMapping;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// An image file or sandbox as an OCI image: one layer, or the layers that it was made of and one
/// of what it has besides. What runs it starts what `skiff run` starts: the command of the OCI
/// image that it was made of, where no definition changed it; else the image's own scripts, which
/// set its environment too.
///
/// @param platform of the image, where the file has several
/// @param file where the layer is written
/// @param where that is
record PackedFile(
    SourceSpec.Local source,
    Platform platform,
    Path file,
    WorkingDirectory where,
    BuildListener listener) {

  private static final int USUAL_RATIO = 3; // of files to their layer
  private static final List<String> KEPT =
      List.of("Env", "User", "WorkingDir", "ExposedPorts", "Volumes", "StopSignal");
  private static final List<String> COMMAND = List.of("Entrypoint", "Cmd");
  private static final String PATH =
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /// What the layer is made of.
  ///
  /// @param own how the OCI image that it was made of wanted to be run; empty if there was none
  /// @param changed whether a definition said otherwise afterwards
  /// @param labels by key
  private record Root(
      FileTree tree, JsonNode own, boolean changed, Map<String, String> labels, Instant created) {}

  /// Packs the image's root as one layer.
  ///
  /// @param why it is not the layers it was made of
  /// @param scratch closed with the image
  OpenedImage pack(Optional<String> why, Closeable scratch) throws IOException {
    return pack(Optional.empty(), why, List.of(scratch));
  }

  /// Packs what the image's root has besides some layers.
  ///
  /// @param below those, closed with the image
  /// @param scratch closed with the image
  /// @throws OriginDifference.Unreadable if they cannot be read
  OpenedImage packAbove(OpenedBase.Layers below, Closeable scratch) throws IOException {
    return pack(Optional.of(below), Optional.empty(), List.of(below, scratch));
  }

  private OpenedImage pack(
      Optional<OpenedBase.Layers> below, Optional<String> why, List<Closeable> open)
      throws IOException {
    if (source.kind() == ImageKind.DIRECTORY) {
      Root root = ofDirectory();
      return new OpenedImage(content(root, below), root.created(), why, open);
    }
    try (OpenedRoot opened = LocalImages.open(source.path(), platform)) {
      Root root = ofFile(opened);
      return new OpenedImage(content(root, below), root.created(), why, open);
    } catch (MalformedImageException e) {
      throw LocalImages.unusable(source.path(), e);
    }
  }

  private Root ofFile(OpenedRoot opened) throws IOException {
    FileTree tree = opened.files().tree();
    Instant created = Instant.ofEpochSecond(opened.createdSeconds());
    if (opened.oci().isPresent()) {
      var config = opened.oci().get().config();
      byte[] json = config.runJson().getBytes(StandardCharsets.UTF_8);
      JsonNode own = new JsonDocument("configuration").read(json, JsonNodeType.OBJECT);
      return new Root(tree, own, false, config.labels(), created);
    }
    boolean changed =
        RecordedLayers.of(source.path()).filter(layers -> layers.change().isEmpty()).isEmpty();
    return new Root(tree, StoredConfig.of(source.path()), changed, labels(), created);
  }

  /// It has no time of its own: it is as new as its newest file.
  private Root ofDirectory() throws IOException {
    AtomicLong newest = new AtomicLong();
    Owners owners = IdMapping.current() == IdMapping.ROOT ? Owners.AS_ON_HOST : owners();
    FileTree tree =
        DirectoryTree.read(
            source.path().toRealPath(),
            new DirectoryTree.Options(
                owners,
                Set.of(),
                stamp -> Optional.empty(),
                time -> {
                  long seconds = seconds(time);
                  newest.accumulateAndGet(seconds, Math::max);
                  return seconds;
                }));
    JsonNode none = JsonNodeFactory.instance.objectNode();
    return new Root(tree, none, true, labels(), Instant.ofEpochSecond(newest.get()));
  }

  private static Owners owners() {
    return IdMapping.current() == IdMapping.RANGE ? Owners.AS_ON_HOST : Owners.ROOT;
  }

  private static long seconds(FileTime time) {
    return Math.max(0, time.to(TimeUnit.SECONDS));
  }

  private Map<String, String> labels() throws IOException {
    return DescribedImage.read(source.path()).whole().own().labels();
  }

  private ImageContent content(Root root, Optional<OpenedBase.Layers> below) throws IOException {
    ObjectNode run = run(root);
    FileTree tree = root.tree();
    String architecture = ImageArchitecture.of(Optional.empty(), ElfArchitecture.of(tree)).goName();
    List<Lower> layers = new ArrayList<>();
    SortedMap<String, String> annotations = new TreeMap<>();
    if (below.isPresent()) {
      OciImage image = below.get().opened();
      layers.addAll(LowerLayers.of(below.get().source(), image).layers());
      annotations.put("org.opencontainers.image.base.digest", image.digest().toString());
      tree = OriginDifference.of(below.get().source(), image, tree, listener);
    }
    layers.add(packed(tree));
    Document config = config(root.created(), architecture, layers, run);
    List<ImageContent.Layer> stored = layers.stream().map(Lower::layer).toList();
    return new ImageContent(
        config, ImageDocuments.manifest(config.descriptor(), stored, annotations), stored);
  }

  private Lower packed(FileTree tree) throws IOException {
    LostSockets.tell(tree, listener);
    long bytes = TreeTotals.of(tree).bytes();
    where.requireSpace(
        bytes / (2 * USUAL_RATIO),
        bytes / USUAL_RATIO,
        "the layer",
        problem -> listener.on(new Warned(problem)));
    LayerBlob layer =
        new Phases(listener)
            .time("pack", bytes, () -> LayerBlob.write(tree, file, LayerBlob.Packing.GZIP));
    return new Lower(
        "skiff push",
        new ImageContent.Layer(layer.stored(), layer.diffId(), () -> Files.newInputStream(file)));
  }

  private static ObjectNode run(Root root) throws IOException {
    ObjectNode run = JsonNodeFactory.instance.objectNode();
    run.putArray("Env").add(PATH);
    keep(root.own(), KEPT, run);
    if (root.changed() || root.own().isEmpty()) {
      environment(root.tree(), run);
      Optional<String> scripts = PushedScripts.add(root.tree());
      run.putArray(scripts.isPresent() ? "Entrypoint" : "Cmd").add(scripts.orElse("/bin/sh"));
    } else {
      keep(root.own(), COMMAND, run);
    }
    if (!root.labels().isEmpty()) {
      ObjectNode node = run.putObject("Labels");
      new TreeMap<>(root.labels()).forEach(node::put);
    }
    return run;
  }

  /// What `%environment` sets to plain values, for whoever starts something else in the image.
  private static void environment(FileTree tree, ObjectNode run) throws IOException {
    Optional<String> text = PushedScripts.text(tree, "/.singularity.d/env/90-environment.sh");
    if (text.isEmpty()) {
      return;
    }
    Map<String, String> said = RunConfig.variables(text.get());
    ArrayNode kept = JsonNodeFactory.instance.arrayNode();
    for (JsonNode entry : run.path("Env")) {
      if (!said.containsKey(entry.asText("").split("=", 2)[0])) {
        kept.add(entry);
      }
    }
    said.forEach((name, value) -> kept.add(name + "=" + value));
    run.set("Env", kept);
  }

  private static void keep(JsonNode own, List<String> names, ObjectNode run) {
    names.stream().filter(own::has).forEach(name -> run.set(name, own.get(name)));
  }

  private static Document config(
      Instant created, String architecture, List<Lower> layers, ObjectNode run) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("created", created.toString());
    root.put("architecture", architecture);
    root.put("os", "linux");
    root.set("config", run);
    ObjectNode rootfs = root.putObject("rootfs");
    rootfs.put("type", "layers");
    ArrayNode diffIds = rootfs.putArray("diff_ids");
    ArrayNode history = root.putArray("history");
    for (Lower layer : layers) {
      diffIds.add(layer.layer().diffId().toString());
      ObjectNode entry = history.addObject();
      entry.put("created", created.toString());
      entry.put("created_by", layer.createdBy());
    }
    return Document.of(MediaTypes.OCI_CONFIG, root.toString().getBytes(StandardCharsets.UTF_8));
  }
}
