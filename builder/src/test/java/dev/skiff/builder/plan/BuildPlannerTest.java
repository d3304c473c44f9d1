package dev.skiff.builder.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.builder.Golden;
import dev.skiff.builder.plan.BuildPlanner.Tests;
import dev.skiff.definitions.DefinitionReader;
import dev.skiff.definitions.Reading;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.definitions.syntax.DefinitionFile;
import dev.skiff.definitions.template.BuildArguments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BuildPlannerTest {

  private static final Target TARGET =
      new Target(Path.of("out.sif"), Target.Form.SIF, Target.Existing.REFUSE);

  private static DefinitionFile definition(String name, String text) {
    return switch (DefinitionReader.read(name, text, BuildArguments.none())) {
      case Reading.Accepted accepted -> accepted.definition();
      case Reading.Rejected rejected -> throw new AssertionError(rejected.findings().toString());
    };
  }

  private static BuildPlan plan(String text, ChosenSections sections, Tests tests, Target target) {
    return new BuildPlanner(
            sections, tests, new Bases(Path.of("/here"), Map.of("INCLUDE", "vim", "GPG", "")))
        .plan(definition("x.def", text), target);
  }

  static Stream<Path> definitions() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/test/resources/plans"))) {
      return files.filter(file -> file.toString().endsWith(".def")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("definitions")
  void theTextSaysWhatWillBeDone(Path file) throws IOException {
    BuildPlan plan = plan(Files.readString(file), ChosenSections.ALL, Tests.RUN, TARGET);
    String golden = file.getFileName().toString().replace(".def", ".plan");
    Golden.assertMatches("plans/" + golden, BuildPlanText.of(plan));
  }

  private static final String WHOLE =
      """
      Bootstrap: scratch
      %pre
        a
      %setup
        b
      %files
        c /d
      %post
        e
      %test
        f
      """;

  private static List<String> titles(ChosenSections sections, Tests tests) {
    return plan(WHOLE, sections, tests, TARGET).stages().getFirst().steps().stream()
        .map(BuildPlanText::title)
        .toList();
  }

  @Test
  void chosenSectionsAloneAreCarriedOut() {
    assertThat(titles(ChosenSections.of(List.of("none")), Tests.RUN))
        .containsExactly(
            "start from an empty directory",
            "add /.singularity.d",
            "write help, labels, environment and scripts");
    assertThat(titles(ChosenSections.of(List.of("post", "files")), Tests.RUN))
        .contains("run %post", "copy files from the host")
        .doesNotContain("run %setup on the host", "run %test");
    assertThat(titles(ChosenSections.ALL, Tests.SKIP)).doesNotContain("run %test").hasSize(7);
  }

  @Test
  void anUnknownSectionIsNotChosen() {
    assertThatThrownBy(() -> ChosenSections.of(List.of("pots"))).hasMessage("pots");
  }

  @Test
  void anUpdateStartsFromTheSandboxWhateverTheHeaderSays() {
    Target sandbox = new Target(Path.of("box"), Target.Form.SANDBOX, Target.Existing.UPDATE);
    BuildPlan plan =
        plan("Bootstrap: yum\nMirrorURL: x\n%post\n  a\n", ChosenSections.ALL, Tests.RUN, sandbox);
    assertThat(plan.stages().getFirst().steps())
        .contains(new BuildStep.UnpackBase(new Base.Update(Path.of("box"))));
  }

  @Test
  void registryAndNamespaceStandBeforeTheName() {
    BuildPlan plan =
        plan(
            "Bootstrap: docker\nRegistry: r.example:5000\nNamespace: n\nFrom: docker://i:1\n",
            ChosenSections.ALL,
            Tests.RUN,
            TARGET);
    assertThat(plan.stages().getFirst().steps())
        .contains(new BuildStep.UnpackBase(new Base.Registry("r.example:5000/n/i:1")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"localimage", "oras", "library", "shub"})
  void whoeverWantsSignaturesIsNotServedWithout(String agent) {
    String text = "Bootstrap: %s\nFrom: x:1\nFingerprints: %s\n".formatted(agent, "a".repeat(40));
    assertThatThrownBy(() -> plan(text, ChosenSections.ALL, Tests.RUN, TARGET))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.problem().why()).contains("Fingerprints");
              assertThat(e.problem().where()).isPresent();
            });
  }

  @Test
  void aProductOfSuseIsNamedAsItsServersDo() {
    BuildPlan plan =
        plan(
            """
            Bootstrap: zypper
            OSVersion: 15.4
            MirrorURL: https://m/%{osversion}/
            Product: SLES/%{OSVERSION}
            User: u@example.org
            RegCode: s3cret
            Modules: sle-module-a , sle-module-b
            OtherURL1: https://o/1
            OtherURL2: https://o/2
            OtherURL4: https://o/4
            """,
            ChosenSections.ALL, Tests.RUN, TARGET);
    assertThat(plan.stages().getFirst().steps().getFirst())
        .isInstanceOfSatisfying(
            BuildStep.UnpackBase.class,
            step -> {
              PackageSource.Zypper zypper =
                  (PackageSource.Zypper) ((Base.Packages) step.base()).source();
              assertThat(zypper.mirror()).contains("https://m/15.4/");
              assertThat(zypper.others()).containsExactly("https://o/1", "https://o/2");
              PackageSource.Subscription subscription = zypper.subscription().orElseThrow();
              assertThat(subscription.productFor("x86_64")).isEqualTo("SLES/15.4/x86_64");
              assertThat(subscription.moduleVersionFor("x86_64")).isEqualTo("15.4/x86_64");
              assertThat(subscription.modules()).containsExactly("sle-module-a", "sle-module-b");
              assertThat(step.toString()).doesNotContain("s3cret");
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "MirrorURL: /no/scheme",
        "MirrorURL: http://m/ x",
        "MirrorURL: http://m\\n\\\ngpgcheck=0"
      })
  void anAddressThatWouldBeMoreThanOneIsRefused(String line) {
    assertThatThrownBy(
            () -> plan("Bootstrap: yum\n" + line + "\n", ChosenSections.ALL, Tests.RUN, TARGET))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().what()).contains("cannot use 'MirrorURL"));
  }
}
