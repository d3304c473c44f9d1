package dev.skiff.builder.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.builder.cache.InputDigests;
import dev.skiff.builder.cache.KeyParts;
import dev.skiff.builder.metadata.Labels.Collision;
import dev.skiff.builder.plan.Bases;
import dev.skiff.builder.plan.BuildPlanner;
import dev.skiff.builder.plan.BuildStep;
import dev.skiff.builder.plan.ChosenSections;
import dev.skiff.builder.plan.Target;
import dev.skiff.builder.script.ScriptMounts;
import dev.skiff.builder.script.SectionCommand.Trace;
import dev.skiff.builder.step.StepSettings;
import dev.skiff.builder.time.ImageTime;
import dev.skiff.builder.time.ImageTime.Origin;
import dev.skiff.definitions.DefinitionReader;
import dev.skiff.definitions.Reading;
import dev.skiff.definitions.syntax.DefinitionFile;
import dev.skiff.definitions.template.BuildArguments;
import dev.skiff.image.oci.Digest;
import dev.skiff.runtime.gpu.GpuFindings;
import dev.skiff.runtime.launch.IdMapping;
import dev.skiff.runtime.request.BindSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A change of anything that a step's result depends on is another key, and of nothing else.
final class StepKeysTest {

  private static final String TEXT =
      """
      Bootstrap: scratch
      %setup
        s
      %files
        a.txt /opt/
      %post
        make
      %environment
        export A=1
      %test
        true
      %appinstall foo
        install
      %appfiles foo
        a.txt
      """;
  private static final Digest BEFORE = digest("before");

  @TempDir private Path directory = Path.of("/");

  @BeforeEach
  void makeInputs() throws IOException {
    Files.writeString(directory.resolve("a.txt"), "a");
    Files.setLastModifiedTime(directory.resolve("a.txt"), FileTime.fromMillis(1000));
  }

  private static Digest digest(String text) {
    return Digest.sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  /// What a test changes.
  private record Given(
      String text,
      Map<String, String> environment,
      IdMapping ids,
      ScriptMounts mounts,
      Collision collision,
      Optional<Instant> epoch,
      Origin origin,
      Trace trace,
      String version,
      Digest before) {

    static final Given PLAIN =
        new Given(
            TEXT,
            Map.of(),
            IdMapping.RANGE,
            ScriptMounts.NONE,
            Collision.KEEP,
            Optional.empty(),
            Origin.CLOCK,
            Trace.SHOWN,
            "1",
            BEFORE);

    Given text(String from, String to) {
      assertThat(text).contains(from);
      return new Given(
          text.replace(from, to),
          environment,
          ids,
          mounts,
          collision,
          epoch,
          origin,
          trace,
          version,
          before);
    }

    Given environment(String name, String value) {
      return new Given(
          text, Map.of(name, value), ids, mounts, collision, epoch, origin, trace, version, before);
    }

    Given ids(IdMapping changed) {
      return new Given(
          text, environment, changed, mounts, collision, epoch, origin, trace, version, before);
    }

    Given mounts(ScriptMounts changed) {
      return new Given(
          text, environment, ids, changed, collision, epoch, origin, trace, version, before);
    }

    Given time(Optional<Instant> changed, Origin from) {
      return new Given(
          text, environment, ids, mounts, collision, changed, from, trace, version, before);
    }

    Given version(String changed) {
      return new Given(
          text, environment, ids, mounts, collision, epoch, origin, trace, changed, before);
    }

    Given forced() {
      return new Given(
          text, environment, ids, mounts, Collision.REPLACE, epoch, origin, trace, version, before);
    }

    Given quiet() {
      return new Given(
          text, environment, ids, mounts, collision, epoch, origin, Trace.QUIET, version, before);
    }

    Given before(Digest changed) {
      return new Given(
          text, environment, ids, mounts, collision, epoch, origin, trace, version, changed);
    }
  }

  private static DefinitionFile definition(String text) {
    return switch (DefinitionReader.read("x.def", text, BuildArguments.none())) {
      case Reading.Accepted accepted -> accepted.definition();
      case Reading.Rejected rejected -> throw new AssertionError(rejected.findings().toString());
    };
  }

  private Optional<Digest> key(Given given, Class<? extends BuildStep> kind) throws IOException {
    DefinitionFile definition = definition(given.text());
    StepSettings settings =
        new StepSettings(
            directory,
            given.environment(),
            given.ids(),
            given.trace(),
            given.mounts(),
            given.collision(),
            ImageTime.begin(given.epoch(), given.origin(), InstantSource.system()),
            Optional.empty(),
            given.version(),
            dev.skiff.builder.step.Engine.OWN);
    StepKeys keys =
        new StepKeys(
            definition,
            settings,
            InputDigests.of(Map.of("SKIFF_CACHEDIR", directory.resolve("cache").toString())));
    BuildStep step =
        new BuildPlanner(ChosenSections.ALL, BuildPlanner.Tests.RUN, new Bases(directory, Map.of()))
                .plan(definition, new Target(Path.of("x"), Target.Form.SIF, Target.Existing.REFUSE))
                .stages()
                .getFirst()
                .steps()
                .stream()
                .filter(kind::isInstance)
                .findFirst()
                .orElseThrow();
    return keys.of(step, given.before(), List.of()).map(KeyParts::key);
  }

  private void differs(Given changed, Class<? extends BuildStep> kind) throws IOException {
    assertThat(key(changed, kind)).isPresent().isNotEqualTo(key(Given.PLAIN, kind));
  }

  private void isSame(Given changed, Class<? extends BuildStep> kind) throws IOException {
    assertThat(key(changed, kind)).isPresent().isEqualTo(key(Given.PLAIN, kind));
  }

  @Test
  void whatComesBeforeChangesEveryKey() throws IOException {
    Given other = Given.PLAIN.before(digest("other"));
    differs(other, BuildStep.LaySkeleton.class);
    differs(other, BuildStep.LayApp.class);
    differs(other, BuildStep.CopyFromHost.class);
    differs(other, BuildStep.RunPost.class);
    differs(other, BuildStep.WriteMetadata.class);
    differs(other, BuildStep.RunTest.class);
  }

  @Test
  void theWayOwnersAreKeptChangesEveryKey() throws IOException {
    Given single = Given.PLAIN.ids(IdMapping.SINGLE);
    differs(single, BuildStep.LaySkeleton.class);
    differs(single, BuildStep.RunPost.class);
    isSame(Given.PLAIN.ids(IdMapping.ROOT), BuildStep.RunPost.class);
  }

  @Test
  void aScriptDependsOnItsTextAndInterpreter() throws IOException {
    differs(Given.PLAIN.text("  make\n", "  make all\n"), BuildStep.RunPost.class);
    differs(Given.PLAIN.text("%post", "%post -c /bin/bash"), BuildStep.RunPost.class);
    differs(Given.PLAIN.text("  install\n", "  install more\n"), BuildStep.RunPost.class);
    isSame(Given.PLAIN.text("A=1", "A=2"), BuildStep.RunPost.class);
    isSame(Given.PLAIN.quiet(), BuildStep.RunPost.class);
    isSame(Given.PLAIN.version("2"), BuildStep.RunPost.class);
  }

  @Test
  void aScriptDependsOnTheVariablesItIsGiven() throws IOException {
    for (String prefix : List.of("SKIFFENV_", "APPTAINERENV_", "SINGULARITYENV_")) {
      differs(Given.PLAIN.environment(prefix + "A", "1"), BuildStep.RunPost.class);
    }
    assertThat(key(Given.PLAIN.environment("SKIFFENV_A", "1"), BuildStep.RunPost.class))
        .isNotEqualTo(key(Given.PLAIN.environment("SKIFFENV_A", "2"), BuildStep.RunPost.class));
    isSame(Given.PLAIN.environment("http_proxy", "http://p"), BuildStep.RunPost.class);
    isSame(Given.PLAIN.environment("HOME", "/root"), BuildStep.RunPost.class);
    isSame(Given.PLAIN.environment("SKIFFENV_A", "1"), BuildStep.CopyFromHost.class);
  }

  @Test
  void aScriptDependsOnWhatIsBound() throws IOException {
    BindSpec.Parsed bind = BindSpec.parseList("/data:/data", "-B").getFirst();
    ScriptMounts mounts =
        new ScriptMounts(
            List.of(((BindSpec.Accepted) bind).bind()),
            GpuFindings.NONE,
            ScriptMounts.TestRoot.READ_ONLY);
    differs(Given.PLAIN.mounts(mounts), BuildStep.RunPost.class);
    differs(Given.PLAIN.mounts(mounts), BuildStep.RunTest.class);
    isSame(Given.PLAIN.mounts(mounts), BuildStep.LayApp.class);
  }

  @Test
  void theTimeThatWasAskedForChangesEveryKey() throws IOException {
    Given epoch = Given.PLAIN.time(Optional.of(Instant.EPOCH), Origin.CLOCK);
    differs(epoch, BuildStep.LaySkeleton.class);
    differs(epoch, BuildStep.RunPost.class);
    Given inputs = Given.PLAIN.time(Optional.empty(), Origin.INPUTS);
    differs(inputs, BuildStep.RunPost.class);
    isSame(inputs, BuildStep.CopyFromHost.class);
  }

  @Test
  void copiesDependOnLinesAndContents() throws IOException {
    differs(Given.PLAIN.text("a.txt /opt/", "a.txt /srv/"), BuildStep.CopyFromHost.class);
    Optional<Digest> before = key(Given.PLAIN, BuildStep.CopyFromHost.class);
    Optional<Digest> app = key(Given.PLAIN, BuildStep.LayApp.class);
    Files.writeString(directory.resolve("a.txt"), "b");
    Files.setLastModifiedTime(directory.resolve("a.txt"), FileTime.fromMillis(1000));
    assertThat(key(Given.PLAIN, BuildStep.CopyFromHost.class)).isNotEqualTo(before);
    assertThat(key(Given.PLAIN, BuildStep.LayApp.class)).isNotEqualTo(app);
    Files.writeString(directory.resolve("a.txt"), "a");
    Files.setLastModifiedTime(directory.resolve("a.txt"), FileTime.fromMillis(1000));
    assertThat(key(Given.PLAIN, BuildStep.CopyFromHost.class)).isEqualTo(before);
    Files.setLastModifiedTime(directory.resolve("a.txt"), FileTime.fromMillis(5000));
    assertThat(key(Given.PLAIN, BuildStep.CopyFromHost.class)).isNotEqualTo(before);
  }

  @Test
  void whatCannotBeReadOrIsOfTheHostHasNoKey() throws IOException {
    assertThat(key(Given.PLAIN.text("a.txt /opt/", "none /opt/"), BuildStep.CopyFromHost.class))
        .isEmpty();
    assertThat(key(Given.PLAIN, BuildStep.RunOnHost.class)).isEmpty();
  }

  @Test
  void metadataDependsOnTheWholeDefinition() throws IOException {
    differs(Given.PLAIN.text("A=1", "A=2"), BuildStep.WriteMetadata.class);
    differs(Given.PLAIN.version("2"), BuildStep.WriteMetadata.class);
    isSame(Given.PLAIN.forced(), BuildStep.WriteMetadata.class); // unless a label hangs on it
  }

  @Test
  void theDifferenceIsToldInWords() {
    KeyParts earlier = KeyParts.after(BEFORE).with("the script", "a").with("old", "1");
    KeyParts now = KeyParts.after(BEFORE).with("the script", "b").with("new", "1");
    assertThat(now.differencesFrom(earlier))
        .containsExactly("the script changed", "new is new", "old is gone");
    assertThat(now.differencesFrom(now)).isEmpty();
  }
}
