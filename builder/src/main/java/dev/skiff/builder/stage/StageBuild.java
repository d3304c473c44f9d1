package dev.skiff.builder.stage;

import dev.skiff.builder.assemble.LostSockets;
import dev.skiff.builder.base.OpenedBase;
import dev.skiff.builder.base.UnpackedImage;
import dev.skiff.builder.cache.KeyParts;
import dev.skiff.builder.cache.StepRecord;
import dev.skiff.builder.cache.StepRecord.Result;
import dev.skiff.builder.metadata.ImageTexts;
import dev.skiff.builder.plan.Base;
import dev.skiff.builder.plan.BuildPlan.StagePlan;
import dev.skiff.builder.plan.BuildPlanText;
import dev.skiff.builder.plan.BuildStep;
import dev.skiff.builder.progress.BuildEvent.Outcome;
import dev.skiff.builder.progress.BuildEvent.Warned;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.progress.Steps;
import dev.skiff.builder.root.ElfArchitecture;
import dev.skiff.builder.root.ImageArchitecture;
import dev.skiff.builder.root.RootFilesystem;
import dev.skiff.builder.root.RootTexts;
import dev.skiff.builder.root.StepRoot;
import dev.skiff.builder.root.TreeFiles;
import dev.skiff.builder.step.StageRunner;
import dev.skiff.builder.step.StageState;
import dev.skiff.builder.time.ImageTime;
import dev.skiff.definitions.syntax.ScriptKind;
import dev.skiff.definitions.syntax.Section;
import dev.skiff.definitions.syntax.Stage;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.LayerBlob;
import dev.skiff.image.oci.layer.UpperDirectory;
import dev.skiff.image.tree.Attributes;
import dev.skiff.image.tree.DirectoryTree;
import dev.skiff.image.tree.DirectoryTree.Owners;
import dev.skiff.image.tree.FileTree;
import dev.skiff.runtime.launch.IdMapping;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToLongFunction;

/// Carries out the steps of one stage, as far as no earlier build did, and keeps the layer of each.
public final class StageBuild implements Closeable {

  private final StageSetting setting;
  private final List<StageBuild> earlier;
  private final BuildListener listener;
  private final StageRunner runner;
  private final Optional<DaemonStage> daemon;
  private final StepKeys keys;
  private final EarlierResults results;
  private final StageRoot root;
  private final ReentrantLock copying = new ReentrantLock();
  private final List<BuiltStage.Layer> layers = new ArrayList<>();
  private OpenedBase base = new OpenedBase.Empty();
  private boolean singularity;
  private Digest chain = new OpenedBase.Empty().key();
  private Digest copied = new OpenedBase.Empty().key();
  private Optional<LayerBlob> face = Optional.empty();
  private String architecture = "";

  /// A stage that has not begun.
  ///
  /// @param earlier the stages before this one; those that it copies from have to be finished
  ///   before it runs
  public StageBuild(StageSetting setting, List<StageBuild> earlier, BuildListener listener) {
    this.setting = setting.forStage(listener);
    this.runner = this.setting.runner(listener);
    this.daemon = this.setting.daemon(listener);
    this.root = new StageRoot(this.setting);
    this.earlier = List.copyOf(earlier);
    this.listener = listener;
    this.keys = this.setting.keys();
    this.results = new EarlierResults(setting.store(), setting.policy(), listener);
  }

  /// Makes all layers of the stage.
  public BuiltStage run(StagePlan plan, Steps steps) throws IOException {
    for (BuildStep step : plan.steps()) {
      steps.runOrTake(BuildPlanText.title(step), () -> carryOut(step));
    }
    return soFar();
  }

  private BuiltStage soFar() {
    return new BuiltStage(base, layers, architecture);
  }

  private Outcome carryOut(BuildStep step) throws IOException {
    return switch (step) {
      case BuildStep.RunOnHost(Section.Script script) when script.kind() == ScriptKind.PRE -> {
        try (StepRoot nothing = StepRoot.create(setting.rooms().way(), setting.rooms().where())) {
          runner.carryOut(step, new StageState(nothing.root()), List.of());
        }
        yield Outcome.RUN;
      }
      case BuildStep.UnpackBase(Base wanted) -> begin(step, wanted);
      case BuildStep.RunTest _ -> test(step);
      case BuildStep.RunOnHost _,
          BuildStep.LaySkeleton _,
          BuildStep.LayApp _,
          BuildStep.CopyFromHost _,
          BuildStep.CopyFromStage _,
          BuildStep.RunPost _,
          BuildStep.WriteMetadata _ ->
          layer(step);
    };
  }

  private Outcome begin(BuildStep step, Base wanted) throws IOException {
    singularity = wanted instanceof Base.LocalImage;
    Optional<OpenedBase> opened = setting.bases().open(wanted, setting.inputs()::ofFile);
    if (opened.isEmpty()) {
      return layer(step);
    }
    base = opened.get();
    chain = base.key();
    return Outcome.DONE;
  }

  private Outcome layer(BuildStep step) throws IOException {
    String title = BuildPlanText.title(step);
    if (step instanceof BuildStep.WriteMetadata(Stage stage, var _)) {
      copied = KeyParts.after(chain).with("the stage's own text", stage.text()).key();
    }
    Optional<KeyParts> parts = parts(step);
    Optional<StepRecord> found = parts.flatMap(results::find);
    if (found.isPresent() && found.get().result().layer().isPresent()) {
      take(title, found.get());
      return Outcome.CACHED;
    }
    setting.steps().time().run();
    results.missed(title, parts);
    long start = System.nanoTime();
    Made made =
        step instanceof BuildStep.WriteMetadata && face.isPresent() && !root.has(layers)
            ? onFace(step)
            : rooted(step);
    layers.add(new BuiltStage.Layer(title, made.layer()));
    if (made.rooted()) {
      root.grewTo(layers);
    }
    chain = parts.isPresent() ? parts.get().key() : after(made.content());
    face = made.face();
    if (parts.isPresent()) {
      results.keep(
          new StepRecord(title, parts.get(), result(Optional.of(made.layer())), since(start)));
    }
    return Outcome.RUN;
  }

  private Made rooted(BuildStep step) throws IOException {
    return switch (step) {
      case BuildStep.UnpackBase _ -> unpacked(step);
      case BuildStep.RunPost post when daemon.isPresent() -> inDaemon(post, daemon.get());
      default -> inRoot(step);
    };
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private Optional<KeyParts> parts(BuildStep step) throws IOException {
    return switch (step) {
      case BuildStep.CopyFromStage(int number, var _, var _) -> {
        StageBuild from = earlier.get(number);
        setting.steps().time().noteInputsOf(from.setting.steps().time());
        yield keys.of(step, chain, Collections.nCopies(number + 1, from.copied));
      }
      case BuildStep.WriteMetadata metadata -> {
        Optional<KeyParts> parts = keys.of(step, chain, List.of());
        yield isForced(metadata) ? parts.map(keys::forced) : parts;
      }
      default -> keys.of(step, chain, List.of());
    };
  }

  /// Where it is not known what the image says before, `--force` may decide.
  private boolean isForced(BuildStep.WriteMetadata step) throws IOException {
    return face.isEmpty() || StageRunner.isForced(step, texts(), setting.steps());
  }

  private Digest after(Digest content) {
    return KeyParts.after(chain).with("what it changed", content).key();
  }

  private void take(String title, StepRecord record) {
    record.result().layer().ifPresent(blob -> layers.add(new BuiltStage.Layer(title, blob)));
    face = record.result().face();
    architecture = record.result().architecture();
    chain = record.parts().key();
    setting.steps().time().note(record.result().newestInput());
    setting.steps().time().keep(record.result().imageTime());
  }

  private Result result(Optional<LayerBlob> layer) {
    return new Result(
        layer,
        face,
        architecture,
        setting.steps().time().newestInput(),
        setting.steps().time().value());
  }

  /// @param content names what the layer changes, whenever that was; the layer itself if nobody
  ///   asks
  /// @param rooted whether the change is in the root directory too
  private record Made(LayerBlob layer, Optional<LayerBlob> face, Digest content, boolean rooted) {}

  /// A root with the base and all layers so far.
  private StepRoot complete() throws IOException {
    StepRoot complete = root.with(base, layers);
    if (architecture.isEmpty()) {
      requireArchitecture(complete.root());
    }
    return complete;
  }

  /// Before scripts run in vain.
  private void requireArchitecture(RootFilesystem filled) throws IOException {
    architecture =
        ImageArchitecture.of(setting.steps().architecture(), ElfArchitecture.of(filled.paths()))
            .goName();
  }

  private StageState state(RootFilesystem filled) throws IOException {
    StageState state = new StageState(filled);
    describe(state);
    return state;
  }

  private void describe(StageState state) throws IOException {
    Optional<UnpackedImage> origin = base.origin();
    if (origin.isPresent()) {
      state.startedFrom(origin.get());
    } else if (singularity) {
      state.startedFromSingularity();
    }
  }

  private Made inRoot(BuildStep step) throws IOException {
    StepRoot layered = complete();
    ToLongFunction<FileTime> times = times(step);
    layered.beginStep();
    carryOut(step, state(layered.root()));
    architecture =
        ImageArchitecture.of(Optional.empty(), ElfArchitecture.of(layered.root().paths())).goName();
    Optional<LayerBlob> seen = face(layered.root(), times);
    UpperDirectory.Read read = layered.endStep(owners(), times);
    if (!read.unsayable().isEmpty()) {
      listener.on(new Warned(StageProblems.unsayable(read.unsayable())));
    }
    LayerBlob blob = packed(read.tree());
    Digest content =
        step instanceof BuildStep.RunOnHost
            ? LayerBlob.diffIdOf(layered.lastStep(owners(), time -> 0).tree())
            : blob.diffId();
    return new Made(blob, seen, content, true);
  }

  private LayerBlob packed(FileTree tree) throws IOException {
    LostSockets.tell(tree, listener);
    setting.rooms().memory().lock();
    try {
      return setting.store().add(tree);
    } finally {
      setting.rooms().memory().unlock();
    }
  }

  private Optional<LayerBlob> face(RootFilesystem filled, ToLongFunction<FileTime> times)
      throws IOException {
    Optional<FileTree> read = ImageFace.read(filled, owners(), times);
    return read.isPresent() ? Optional.of(setting.store().add(read.get())) : Optional.empty();
  }

  /// A base that is made in a root becomes a layer as a whole.
  private Made unpacked(BuildStep step) throws IOException {
    StepRoot layered = complete();
    runner.carryOut(step, new StageState(layered.root()), List.of());
    requireArchitecture(layered.root());
    ToLongFunction<FileTime> times = times(step);
    FileTree tree =
        DirectoryTree.read(
            layered.root().directory(),
            new DirectoryTree.Options(owners(), Set.of(), stamp -> Optional.empty(), times));
    LayerBlob blob = packed(tree);
    return new Made(blob, face(layered.root(), times), blob.diffId(), true);
  }

  private Made inDaemon(BuildStep.RunPost step, DaemonStage there) throws IOException {
    DaemonStage.Changed made = there.post(step, soFar(), face, times(step));
    return new Made(made.layer(), made.face(), made.layer().diffId(), false);
  }

  private Made onFace(BuildStep step) throws IOException {
    FileTree tree = ImageFace.of(setting.store().open(face.orElseThrow()));
    TreeChanges changes = TreeChanges.from(tree);
    TreeFiles files = new TreeFiles(tree);
    StageState state = StageState.ofFace(files.paths(), architecture);
    describe(state);
    runner.carryOut(step, state, List.of());
    FileTree after = files.tree(setting.steps().time().newestInput().getEpochSecond());
    LayerBlob blob = setting.store().add(changes.to(after));
    return new Made(blob, Optional.of(setting.store().add(after)), blob.diffId(), false);
  }

  private Owners owners() {
    return setting.steps().ids() == IdMapping.SINGLE ? Owners.ROOT : Owners.AS_ON_HOST;
  }

  private ToLongFunction<FileTime> times(BuildStep step) {
    return StepTimes.of(step, setting.steps().time());
  }

  /// The stages that a step does not copy from need not be there.
  private void carryOut(BuildStep step, StageState state) throws IOException {
    if (!(step instanceof BuildStep.CopyFromStage(int number, var _, var _))) {
      runner.carryOut(step, state, List.of());
      return;
    }
    StageBuild from = earlier.get(number);
    from.copying.lock(); // it may be unpacked for this, and others copy from it too
    try {
      StepRoot other = from.complete();
      other.show();
      List<StageState> others = Collections.nCopies(number + 1, new StageState(other.root()));
      runner.carryOut(step, state, others);
    } finally {
      from.copying.unlock();
    }
  }

  private Outcome test(BuildStep step) throws IOException {
    String title = BuildPlanText.title(step);
    Optional<KeyParts> parts = parts(step);
    if (parts.flatMap(results::find).isPresent()) {
      return Outcome.CACHED;
    }
    setting.steps().time().run();
    results.missed(title, parts);
    long start = System.nanoTime();
    if (daemon.isPresent() && step instanceof BuildStep.RunTest test) {
      daemon.get().test(test, soFar());
    } else {
      StepRoot layered = complete();
      layered.show();
      runner.carryOut(step, state(layered.root()), List.of());
    }
    if (parts.isPresent()) {
      results.keep(new StepRecord(title, parts.get(), result(Optional.empty()), since(start)));
    }
    return Outcome.RUN;
  }

  /// The time of what the stage is made of.
  public ImageTime time() {
    return setting.steps().time();
  }

  /// What the image says about itself. Open as long as the stage is.
  public ImageTexts texts() throws IOException {
    if (face.isPresent()) {
      FileTree said = ImageFace.of(setting.store().open(face.get()));
      return new RootTexts(new TreeFiles(said).paths());
    }
    StepRoot layered = complete();
    layered.show();
    return new RootTexts(layered.root().paths());
  }

  /// The attributes of the root directory itself.
  public Attributes rootAttributes() throws IOException {
    return face.isPresent()
        ? ImageFace.of(setting.store().open(face.get())).root().attributes()
        : Attributes.of(0755, 0, 0, 0);
  }

  @Override
  public void close() throws IOException {
    root.close();
    base.close();
  }
}
