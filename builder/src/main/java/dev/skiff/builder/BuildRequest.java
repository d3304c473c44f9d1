package dev.skiff.builder;

import dev.skiff.builder.metadata.Labels.Collision;
import dev.skiff.builder.plan.BuildPlanner.Tests;
import dev.skiff.builder.plan.ChosenSections;
import dev.skiff.builder.plan.Target;
import dev.skiff.builder.reuse.Reuse;
import dev.skiff.builder.root.RootFilesystem.Cleanup;
import dev.skiff.builder.script.ScriptMounts;
import dev.skiff.builder.script.SectionCommand.Trace;
import dev.skiff.builder.stage.CachePolicy;
import dev.skiff.builder.step.Engine;
import dev.skiff.definitions.syntax.DefinitionFile;
import dev.skiff.image.squashfs.SquashfsOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What `skiff build` was asked to do.
///
/// @param definition of what; see `BuildSpec`
/// @param targets to be made, at least one
/// @param scripts how the sections are carried out
/// @param image how the image is written
/// @param workspace where the work is done
/// @param environment the caller's variables
/// @param directory where the caller stands, absolute; relative paths start there
public record BuildRequest(
    DefinitionFile definition,
    List<Target> targets,
    Scripts scripts,
    Image image,
    Workspace workspace,
    Map<String, String> environment,
    Path directory) {

  public BuildRequest {
    targets = List.copyOf(targets);
    environment = Map.copyOf(environment);
  }

  /// A plain build in the current directory.
  public static BuildRequest of(
      DefinitionFile definition, Target target, Map<String, String> environment) {
    return new BuildRequest(
        definition,
        List.of(target),
        Scripts.DEFAULT,
        Image.DEFAULT,
        Workspace.DEFAULT,
        environment,
        Path.of("").toAbsolutePath());
  }

  /// The same, with the image written another way.
  public BuildRequest with(Image changed) {
    return new BuildRequest(
        definition, targets, scripts, changed, workspace, environment, directory);
  }

  /// The same, worked on elsewhere.
  ///
  /// @param working `--tmpdir`
  public BuildRequest in(Optional<Path> working) {
    Workspace elsewhere = new Workspace(working, workspace.cleanup(), workspace.cache());
    return new BuildRequest(definition, targets, scripts, image, elsewhere, environment, directory);
  }

  /// How the sections of a definition are carried out.
  ///
  /// @param sections `--section`
  /// @param tests `--notest`
  /// @param trace `--quiet-post`
  /// @param mounts `--bind`, `--mount`, `--nv`, `--writable-tmpfs`
  /// @param collision `--force` replaces labels of the base image
  /// @param engine `--engine`
  public record Scripts(
      ChosenSections sections,
      Tests tests,
      Trace trace,
      ScriptMounts mounts,
      Collision collision,
      Engine engine) {

    public static final Scripts DEFAULT =
        new Scripts(
            ChosenSections.ALL,
            Tests.RUN,
            Trace.SHOWN,
            ScriptMounts.NONE,
            Collision.KEEP,
            Engine.OWN);
  }

  /// How the image is written.
  ///
  /// @param squashfs compression, block size and threads of a SIF; its time is set by the build
  /// @param format whether compression and block size were asked for
  /// @param architecture `--arch`; empty means this machine's
  /// @param permissions `--fix-perms`
  /// @param reproduction `--reproducible`
  /// @param reuse `--no-reuse`
  public record Image(
      SquashfsOptions squashfs,
      Format format,
      Optional<String> architecture,
      Permissions permissions,
      Reproduction reproduction,
      Reuse reuse) {

    public static final Image DEFAULT =
        new Image(
            SquashfsOptions.defaults(),
            Format.OPEN,
            Optional.empty(),
            Permissions.AS_THEY_ARE,
            Reproduction.WITHOUT_SCRIPTS,
            Reuse.ALLOWED);
  }

  /// Whether somebody asked for a compression or a block size.
  public enum Format {
    ASKED,
    /// Nobody did: an image made from a SIF or SquashFS image takes on its format, so that its
    /// files need not be compressed again.
    OPEN
  }

  /// Which builds give an image a time that does not depend on when they run.
  public enum Reproduction {
    /// Those that run no scripts: what a script writes carries the time of the day anyway.
    WITHOUT_SCRIPTS,
    /// All; files that scripts write get the image's time.
    ALWAYS
  }

  /// What becomes of files in a sandbox that their owner may not read.
  public enum Permissions {
    AS_THEY_ARE,
    /// The owner may read and write all files, and enter all directories.
    OPEN_TO_OWNER
  }

  /// Where the work is done.
  ///
  /// @param directory `--tmpdir`; empty means the environment's
  /// @param cleanup `--no-cleanup`
  /// @param cache `--no-build-cache`, `--build-cache-only`, `--explain`
  public record Workspace(Optional<Path> directory, Cleanup cleanup, CachePolicy cache) {
    public static final Workspace DEFAULT =
        new Workspace(Optional.empty(), Cleanup.REMOVE, CachePolicy.DEFAULT);
  }
}
