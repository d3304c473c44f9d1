package dev.skiff.builder.convert;

import dev.skiff.builder.base.BaseUnpacker;
import dev.skiff.builder.base.OpenedBase;
import dev.skiff.builder.cache.KeyParts;
import dev.skiff.builder.cache.StepStore;
import dev.skiff.builder.oci.LowerLayers;
import dev.skiff.builder.oci.LowerLayers.Lower;
import dev.skiff.builder.oci.LowerLayers.Starter;
import dev.skiff.builder.oci.StageExport;
import dev.skiff.builder.progress.BuildEvent.Noted;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.progress.Phases;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.oci.LayerBlob;
import dev.skiff.image.oci.OciImage;
import dev.skiff.image.oci.layer.LayerDifference;
import dev.skiff.image.oci.layer.MergeLimits;
import dev.skiff.image.tree.FileTree;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The base of a build as lower layers of OCI images, found when the first target asks. An image
/// file comes as the layers that it was made of, and one that makes the file of them; so what is
/// given is what the file holds, whatever it says of its layers.
public final class BaseLayers implements Closeable {

  private final BaseUnpacker bases;
  private final StepStore store;
  private final BuildListener listener;
  private final List<Closeable> opened = new ArrayList<>();
  private @Nullable LowerLayers found;

  /// @param bases opens what a file was made of
  /// @param store keeps layers that are made
  public BaseLayers(BaseUnpacker bases, StepStore store, BuildListener listener) {
    this.bases = bases;
    this.store = store;
    this.listener = listener;
  }

  /// The layers, open until this is closed.
  ///
  /// @param base always the same
  public LowerLayers of(OpenedBase base) throws IOException {
    LowerLayers known = found;
    if (known == null) {
      known = find(base);
      found = known;
    }
    return known;
  }

  private LowerLayers find(OpenedBase base) throws IOException {
    return switch (base) {
      case OpenedBase.Empty() -> LowerLayers.none();
      case OpenedBase.Layers(var source, OciImage image) -> LowerLayers.of(source, image);
      case OpenedBase.ImageFile file -> ofFile(file);
    };
  }

  private LowerLayers ofFile(OpenedBase.ImageFile file) throws IOException {
    String why;
    switch (OriginLayers.of(file.path())) {
      case OriginLayers.None none -> why = none.why();
      case OriginLayers.Known known -> {
        try {
          return above(known, file);
        } catch (ProblemException e) {
          why = "its layers cannot be had: " + e.problem().why();
        } catch (Unreadable e) {
          why = "its layers cannot be read: " + e.getMessage();
        }
      }
    }
    listener.on(new Noted("the base as one layer: " + why));
    LayerBlob whole = store.addWhole(file.key(), file.opened().files()::tree);
    return new LowerLayers(
        StoredConfig.parsed(file.path()),
        Starter.SCRIPTS,
        Optional.empty(),
        List.of(StageExport.packed(store, "read an image file", whole)));
  }

  private LowerLayers above(OriginLayers.Known known, OpenedBase.ImageFile file)
      throws IOException, Unreadable {
    OpenedBase.Layers origin = bases.openOrigin(known.reference());
    opened.add(origin);
    OciImage image = origin.opened();
    LowerLayers lower = LowerLayers.of(origin.source(), image);
    KeyParts parts = KeyParts.after(file.key()).with("made", "what differs from " + image.digest());
    LayerBlob difference = store.addOnce(parts, () -> difference(origin, file));
    List<Lower> layers = new ArrayList<>(lower.layers());
    layers.add(StageExport.packed(store, "what the image file has besides", difference));
    return new LowerLayers(
        lower.config(),
        known.changed() ? Starter.SCRIPTS : Starter.CONFIGURATION,
        lower.digest(),
        layers);
  }

  private FileTree difference(OpenedBase.Layers origin, OpenedBase.ImageFile file)
      throws IOException {
    OciImage image = origin.opened();
    image.announce(origin.source(), layer -> true);
    try {
      return new Phases(listener)
          .time(
              "compare",
              -1,
              () ->
                  LayerDifference.between(
                      image.layers(), file.opened().files().tree(), MergeLimits.STANDARD));
    } catch (IOException e) {
      throw new Unreadable(e);
    }
  }

  /// The layers of a registry are not what they should be, or the way to it fails.
  private static final class Unreadable extends IOException {

    private static final long serialVersionUID = 1;

    Unreadable(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  @Override
  public void close() throws IOException {
    for (Closeable each : opened) {
      each.close();
    }
  }
}
