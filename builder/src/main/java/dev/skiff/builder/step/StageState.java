package dev.skiff.builder.step;

import dev.skiff.builder.base.UnpackedImage;
import dev.skiff.builder.metadata.ImageLayers;
import dev.skiff.builder.root.ElfArchitecture;
import dev.skiff.builder.root.ImageArchitecture;
import dev.skiff.builder.root.RootFilesystem;
import dev.skiff.builder.root.RootPaths;
import dev.skiff.image.oci.ImageConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// A stage as far as it is built.
public final class StageState {

  private final RootPaths paths;
  private final Optional<RootFilesystem> root;
  private Optional<UnpackedImage> base = Optional.empty();
  private Origin origin = Origin.EMPTY;
  private Optional<String> programs = Optional.empty();

  /// What the base brought along.
  enum Origin {
    /// Nothing that we know of.
    EMPTY,
    /// An OCI image, with a configuration.
    OCI,
    /// A Singularity image, with its own `/.singularity.d`.
    SINGULARITY
  }

  /// A stage that has not begun.
  public StageState(RootFilesystem root) {
    this(root.paths(), Optional.of(root));
  }

  private StageState(RootPaths paths, Optional<RootFilesystem> root) {
    this.paths = paths;
    this.root = root;
  }

  /// A stage whose root never becomes a directory. No script can run in it.
  ///
  /// @param oci what is to know of its base, if that is an OCI image; else it is a Singularity
  ///   image
  public static StageState ofImage(RootPaths paths, Optional<UnpackedImage> oci) {
    StageState stage = new StageState(paths, Optional.empty());
    if (oci.isPresent()) {
      stage.startedFrom(oci.get());
    } else {
      stage.startedFromSingularity();
    }
    return stage;
  }

  /// A stage of which only what it says about itself is at hand.
  ///
  /// @param architecture of its programs, as Go names it
  public static StageState ofFace(RootPaths face, String architecture) {
    StageState stage = new StageState(face, Optional.empty());
    stage.programs = Optional.of(architecture);
    return stage;
  }

  /// What the programs are for, as Go names it.
  public String programs() throws IOException {
    return programs.isPresent()
        ? programs.get()
        : ImageArchitecture.of(Optional.empty(), ElfArchitecture.of(paths)).goName();
  }

  /// Where the root's files are.
  public RootPaths paths() {
    return paths;
  }

  /// The root as a directory, for what needs one.
  public RootFilesystem root() {
    return root.orElseThrow(() -> new IllegalStateException("the stage has no directory"));
  }

  /// The working directory that the root is in, if it is one.
  Optional<Path> workplace() {
    return root.map(RootFilesystem::scratch)
        .map(scratch -> scratch.getParent() == null ? scratch : scratch.getParent());
  }

  /// How the base image wants to be run, if it is an OCI image.
  public Optional<ImageConfig> config() {
    return base.map(UnpackedImage::config);
  }

  /// The layers that the stage began with, if its base was an OCI image.
  public Optional<ImageLayers> layers() {
    return base.map(UnpackedImage::layers);
  }

  /// The base is an OCI image.
  public void startedFrom(UnpackedImage found) {
    base = Optional.of(found);
    origin = Origin.OCI;
  }

  /// The base is a Singularity image.
  public void startedFromSingularity() {
    origin = Origin.SINGULARITY;
  }

  Origin origin() {
    return origin;
  }
}
