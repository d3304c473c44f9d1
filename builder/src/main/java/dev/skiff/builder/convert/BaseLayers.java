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
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.oci.ImageConfig;
import dev.skiff.image.oci.LayerBlob;
import dev.skiff.image.oci.OciImage;
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
    if (file.origin().isPresent()) {
      ImageConfig said = file.origin().get().config();
      return whole(
          file,
          Optional.of(StoredConfig.withoutLayers(file.path().toString(), said.runJson())),
          Starter.CONFIGURATION,
          "its layers are no archives");
    }
    String why;
    switch (OriginLayers.of(file.path())) {
      case OriginLayers.None none -> why = none.why();
      case OriginLayers.Known known -> {
        try {
          return above(known, file);
        } catch (ProblemException e) {
          why = OriginDifference.unhad(e);
        } catch (OriginDifference.Unreadable e) {
          why = e.why();
        }
      }
    }
    return whole(file, StoredConfig.parsed(file.path()), Starter.SCRIPTS, why);
  }

  private LowerLayers whole(
      OpenedBase.ImageFile file, Optional<ImageConfig> config, Starter starter, String why)
      throws IOException {
    listener.on(new Noted("the base as one layer: " + why));
    LayerBlob whole = store.addWhole(file.key(), file.opened().files()::tree);
    return new LowerLayers(
        config,
        starter,
        Optional.empty(),
        List.of(StageExport.packed(store, "read an image file", whole)));
  }

  private LowerLayers above(OriginLayers.Known known, OpenedBase.ImageFile file)
      throws IOException {
    OpenedBase.Layers origin = bases.openOrigin(known.reference());
    opened.add(origin);
    OciImage image = origin.opened();
    LowerLayers lower = LowerLayers.of(origin.source(), image);
    KeyParts parts = KeyParts.after(file.key()).with("made", "what differs from " + image.digest());
    LayerBlob difference =
        store.addOnce(
            parts,
            () ->
                OriginDifference.of(
                    origin.source(), image, file.opened().files().tree(), listener));
    List<Lower> layers = new ArrayList<>(lower.layers());
    layers.add(StageExport.packed(store, "what the image file has besides", difference));
    return new LowerLayers(
        lower.config(),
        known.changed() ? Starter.SCRIPTS : Starter.CONFIGURATION,
        lower.digest(),
        layers);
  }

  @Override
  public void close() throws IOException {
    for (Closeable each : opened) {
      each.close();
    }
  }
}
