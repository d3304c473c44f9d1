package dev.skiff.builder.oci;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.builder.metadata.EntryTexts;
import dev.skiff.builder.metadata.ImageEntry;
import dev.skiff.builder.metadata.Skeleton;
import dev.skiff.builder.oci.LowerLayers.Starter;
import dev.skiff.builder.plan.ChosenSections;
import dev.skiff.definitions.DefinitionReader;
import dev.skiff.definitions.Reading;
import dev.skiff.definitions.syntax.Stage;
import dev.skiff.definitions.template.BuildArguments;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.ImageConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RunConfigTest {

  private static final List<ImageEntry> TEXTS_OF_IMAGE =
      List.of(
          ImageEntry.text("/.singularity.d/labels.json", "{\"a\":\"b\"}"),
          ImageEntry.text("/.singularity.d/runscript", "#!/bin/sh\necho run\n"));
  private static final EntryTexts TEXTS = new EntryTexts(TEXTS_OF_IMAGE);

  /// Named by the runscript above.
  private static final String RUN =
      "/.skiff.d/"
          + Digest.sha256("#!/bin/sh\necho run\n".getBytes(StandardCharsets.UTF_8))
              .hex()
              .substring(0, 16)
          + "/run";

  private static Stage stage(String sections) {
    return switch (DefinitionReader.read(
        "x.def", "Bootstrap: scratch\n" + sections, BuildArguments.none())) {
      case Reading.Accepted accepted -> accepted.definition().finalStage();
      case Reading.Rejected rejected -> throw new AssertionError(rejected.findings().toString());
    };
  }

  private static Optional<ImageConfig> base() throws IOException {
    String json =
        """
        {"config":{"Env":["PATH=/bin","A=base"],"Entrypoint":["/entry"],"Cmd":["arg"],
         "WorkingDir":"/work","User":"1000"},"rootfs":{"type":"layers","diff_ids":[]}}
        """;
    return Optional.of(ImageConfig.parse("test", json.getBytes(StandardCharsets.UTF_8)));
  }

  private static RunConfig of(String sections, Optional<ImageConfig> base) throws IOException {
    return RunConfig.of(stage(sections), ChosenSections.ALL, TEXTS, lower(base));
  }

  private static LowerLayers lower(Optional<ImageConfig> base) {
    Starter starter = base.isPresent() ? Starter.CONFIGURATION : Starter.SCRIPTS;
    return new LowerLayers(base, starter, Optional.empty(), List.of());
  }

  @Test
  void withoutSectionsTheBaseIsRunAsItWants() throws IOException {
    RunConfig config = of("%post\n  a\n", base());
    assertThat(config.entrypoint()).containsExactly("/entry");
    assertThat(config.cmd()).containsExactly("arg");
    assertThat(config.env()).containsExactly("PATH=/bin", "A=base");
    assertThat(config.workingDir()).isEqualTo("/work");
    assertThat(config.user()).isEqualTo("1000");
    assertThat(config.labels()).containsEntry("a", "b");
    assertThat(config.entry()).isEmpty();
  }

  @Test
  void aRunscriptOrAnEnvironmentIsTheEntryPoint() throws IOException {
    for (String section : List.of("%runscript\n  a\n", "%environment\n  export A=1\n")) {
      RunConfig config = of(section, base());
      assertThat(config.entrypoint()).containsExactly(RUN);
      assertThat(config.cmd()).isEmpty();
      assertThat(config.entry().orElseThrow().runscript()).contains("echo run");
    }
    assertThat(of("%post\n  a\n", Optional.empty()).entrypoint()).containsExactly(RUN);
  }

  @Test
  void scriptsOfTheBaseStayTheEntryPointBesideItsVariables() throws IOException {
    LowerLayers lower = new LowerLayers(base(), Starter.SCRIPTS, Optional.empty(), List.of());
    RunConfig config = RunConfig.of(stage("%post\n  a\n"), ChosenSections.ALL, TEXTS, lower);
    assertThat(config.entrypoint()).containsExactly(RUN);
    assertThat(config.cmd()).isEmpty();
    assertThat(config.env()).containsExactly("PATH=/bin", "A=base");
    assertThat(config.workingDir()).isEqualTo("/work");
  }

  @Test
  void variablesThatAScriptLeftNeedTheEntryPoint() throws IOException {
    List<ImageEntry> entries = new ArrayList<>(TEXTS_OF_IMAGE);
    entries.add(ImageEntry.text(Skeleton.BUILD_ENVIRONMENT, "export SAID=post\n"));
    RunConfig config =
        RunConfig.of(
            stage("%post\n  a\n"), ChosenSections.ALL, new EntryTexts(entries), lower(base()));
    assertThat(config.entrypoint()).containsExactly(RUN);
  }

  @Test
  void plainValuesOfTheEnvironmentAreVariablesOfTheImage() throws IOException {
    String environment =
        """
        %environment
          export A=own
          B="two words"
          export B
          OWN=nobody-sees-it
          export C='$literal'
          export PATH=/x:$PATH
          D=$(date)
          E="a\\b"
          # F=comment
          export G=/opt/g:/usr/g
          if [ -n "$X" ]; then
          H=maybe
          fi
        """;
    assertThat(of(environment, base()).env())
        .containsExactly("PATH=/bin", "A=own", "B=two words", "C=$literal", "G=/opt/g:/usr/g");
  }
}
