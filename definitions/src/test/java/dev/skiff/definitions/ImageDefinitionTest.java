package dev.skiff.definitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.definitions.syntax.Bootstrap;
import dev.skiff.definitions.syntax.DefinitionFile;
import dev.skiff.definitions.syntax.HeaderKey;
import org.junit.jupiter.api.Test;

final class ImageDefinitionTest {

  @Test
  void aUriIsAStageThatIsItsBase() {
    DefinitionFile file = ImageDefinition.ofUri("docker://debian:12").orElseThrow();
    assertThat(file.text()).isEqualTo("bootstrap: docker\nfrom: debian:12\n\n");
    assertThat(file.finalStage().bootstrap()).isEqualTo(Bootstrap.DOCKER);
    assertThat(file.finalStage().header().value(HeaderKey.FROM)).contains("debian:12");
  }

  @Test
  void theSlashesOfAUriMayBeLeftOut() {
    DefinitionFile file = ImageDefinition.ofUri("oci-archive:/data/image.tar:1.0").orElseThrow();
    assertThat(file.finalStage().header().value(HeaderKey.FROM)).contains("/data/image.tar:1.0");
  }

  @Test
  void aPathIsNoUri() {
    assertThat(ImageDefinition.ofUri("base.sif")).isEmpty();
    assertThat(ImageDefinition.ofUri("a:b.def")).isEmpty();
    assertThat(ImageDefinition.ofUri("scratch:")).isEmpty();
  }

  @Test
  void aLocalImageIsBuiltFromItsPath() {
    DefinitionFile file = ImageDefinition.ofLocalImage("my base.sif");
    assertThat(file.text()).isEqualTo("bootstrap: localimage\nfrom: my base.sif\n\n");
    assertThat(file.finalStage().bootstrap()).isEqualTo(Bootstrap.LOCAL_IMAGE);
  }

  @Test
  void nothingCanBeSmuggledIntoTheText() {
    assertThatThrownBy(() -> ImageDefinition.ofLocalImage("x\n%post"))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("line break");
    assertThatThrownBy(() -> ImageDefinition.ofUri("docker://"))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("names no image");
  }
}
