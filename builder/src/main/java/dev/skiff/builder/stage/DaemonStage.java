package dev.skiff.builder.stage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skiff.builder.base.OpenedBase;
import dev.skiff.builder.cache.StepStore;
import dev.skiff.builder.plan.BuildStep;
import dev.skiff.builder.root.Leftover;
import dev.skiff.builder.step.DaemonScripts;
import dev.skiff.image.oci.Descriptor;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.ImageSource;
import dev.skiff.image.oci.LayerBlob;
import dev.skiff.image.oci.MediaTypes;
import dev.skiff.image.oci.OciImage;
import dev.skiff.image.oci.Platform;
import dev.skiff.image.oci.archive.ImageContent;
import dev.skiff.image.oci.archive.ImageContent.Document;
import dev.skiff.image.oci.archive.ImageDocuments;
import dev.skiff.image.oci.layer.LayerChanges;
import dev.skiff.image.oci.layer.StagedContents;
import dev.skiff.image.oci.layer.TarLayer;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.FileName;
import dev.skiff.image.tree.FileNode;
import dev.skiff.image.tree.FileTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/// The scripts of a stage, run in a Docker daemon: it gets the layers so far, and what a script
/// changed comes back as a layer, in the form that our own steps give it.
///
/// @param store has the layers
record DaemonStage(DaemonScripts scripts, StepStore store) {

  private static final FileName SCRIPT = FileName.of(DaemonScripts.SCRIPT);

  /// What a script changed.
  ///
  /// @param face of the image afterwards, if it has one
  record Changed(LayerBlob layer, Optional<LayerBlob> face) {}

  /// Runs `%post` over the layers of a stage.
  ///
  /// @param face of the image before
  /// @param times gives the seconds since 1970 that a file's time becomes
  Changed post(
      BuildStep.RunPost step,
      BuiltStage stage,
      Optional<LayerBlob> face,
      ToLongFunction<FileTime> times)
      throws IOException {
    Optional<FileTree> before =
        face.isPresent() ? Optional.of(ImageFace.of(store.open(face.get()))) : Optional.empty();
    Attributes root =
        before.map(tree -> tree.root().attributes()).orElse(Attributes.of(0755, 0, 0, 0));
    return scripts.post(
        step,
        content(stage),
        made -> {
          OciImage image = OciImage.find(made, new Platform("linux", stage.architecture(), ""));
          Path directory = scripts.where().directory();
          try (Leftover staging =
              Leftover.at(Files.createTempDirectory(directory, "skiff-changes-"))) {
            long room = Files.getFileStore(directory).getUsableSpace();
            FileTree tree =
                LayerChanges.read(
                    image.layers().getLast(),
                    root,
                    new StagedContents(staging.path(), room),
                    attributes -> timed(attributes, times));
            FileNode _ = tree.root().children().remove(SCRIPT);
            Optional<FileTree> after =
                before.isPresent() ? ImageFace.after(before.get(), tree) : Optional.empty();
            return new Changed(
                store.add(tree),
                after.isPresent() ? Optional.of(store.add(after.get())) : Optional.empty());
          }
        });
  }

  private static Attributes timed(Attributes from, ToLongFunction<FileTime> times) {
    long seconds = times.applyAsLong(FileTime.from(from.mtimeSeconds(), TimeUnit.SECONDS));
    return new Attributes(from.permissions(), from.uid(), from.gid(), seconds, from.xattrs());
  }

  /// Runs `%test`.
  void test(BuildStep.RunTest step, BuiltStage stage) throws IOException {
    scripts.test(step, content(stage));
  }

  private record Tar(TarLayer layer, Digest diffId) {}

  /// The layers so far as an image that says no more than that.
  private ImageContent content(BuiltStage stage) throws IOException {
    List<Tar> tars = new ArrayList<>();
    switch (stage.base()) {
      case OpenedBase.Empty() -> {}
      case OpenedBase.Layers(ImageSource source, OciImage image) -> {
        image.announce(source, layer -> true);
        for (int i = 0; i < image.layers().size(); i++) {
          tars.add(new Tar(image.layers().get(i), image.config().diffIds().get(i)));
        }
      }
      case OpenedBase.ImageFile file -> {
        LayerBlob whole = store.addWhole(file.key(), file.opened().files()::tree);
        tars.add(new Tar(store.open(whole), whole.diffId()));
      }
    }
    for (BuiltStage.Layer layer : stage.layers()) {
      tars.add(new Tar(store.open(layer.blob()), layer.blob().diffId()));
    }
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    config.put("architecture", stage.architecture()).put("os", "linux");
    config.putObject("config");
    ObjectNode rootfs = config.putObject("rootfs").put("type", "layers");
    ArrayNode diffIds = rootfs.putArray("diff_ids");
    List<ImageContent.Layer> layers = new ArrayList<>();
    for (Tar tar : tars) {
      diffIds.add(tar.diffId().toString());
      Descriptor plain = Descriptor.of(MediaTypes.OCI_LAYER, tar.diffId(), 0);
      layers.add(new ImageContent.Layer(plain, tar.diffId(), tar.layer()::open));
    }
    byte[] json = config.toString().getBytes(StandardCharsets.UTF_8);
    Document document = Document.of(MediaTypes.OCI_CONFIG, json);
    return new ImageContent(
        document, ImageDocuments.manifest(document.descriptor(), layers, new TreeMap<>()), layers);
  }
}
