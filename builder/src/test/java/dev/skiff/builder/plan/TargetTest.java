package dev.skiff.builder.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.builder.plan.Target.Existing;
import dev.skiff.builder.plan.Target.Form;
import dev.skiff.definitions.problem.ProblemException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TargetTest {

  @ParameterizedTest
  @CsvSource({
    "app.sif, SIF, app.sif, ",
    "a:b.sif, SIF, a:b.sif, ",
    "box/, SANDBOX, box, ",
    "sandbox:x/box, SANDBOX, x/box, ",
    "oci:app, OCI_LAYOUT, app, ",
    "oci:/x/app:latest, OCI_LAYOUT, /x/app, latest",
    "oci:app:, OCI_LAYOUT, app, ",
    "oci-archive:app.tar:v1, OCI_ARCHIVE, app.tar, v1",
    "docker-archive:app.tar:me/app:1, DOCKER_ARCHIVE, app.tar, me/app:1",
    "docker://reg.lab:5000/me/app:1, REGISTRY, '', reg.lab:5000/me/app:1",
  })
  void aWordSaysFormPathAndName(String word, Form form, String path, String name) {
    assertThat(Target.parse(word, Form.SIF, Existing.REFUSE))
        .isEqualTo(new Target(Path.of(path), form, Existing.REFUSE, Optional.ofNullable(name)));
  }

  @ParameterizedTest
  @CsvSource({
    "app.sif, app.sif",
    "oci:app:1, app",
    "docker://reg.lab/app:1, docker://reg.lab/app:1"
  })
  void itIsShownAsItCanBeFound(String word, String shown) {
    assertThat(Target.parse(word, Form.SIF, Existing.REFUSE).shown()).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource({"app, SANDBOX", "oci:app, OCI_LAYOUT"})
  void aPathAloneIsWhatWasAskedFor(String word, Form form) {
    assertThat(Target.parse(word, Form.SANDBOX, Existing.REPLACE).form()).isEqualTo(form);
  }

  @ParameterizedTest
  @ValueSource(strings = {"oras://reg.lab/x:1", "library://a/b/c", "https://reg.lab/x.sif"})
  void anAddressThatNothingIsMadeAtIsRefused(String word) {
    assertThatThrownBy(() -> Target.parse(word, Form.SIF, Existing.REFUSE))
        .isInstanceOfSatisfying(
            ProblemException.class,
            told -> assertThat(told.problem().what()).contains(word.split("/", 2)[0]));
  }
}
