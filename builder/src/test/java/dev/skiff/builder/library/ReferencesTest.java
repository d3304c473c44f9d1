package dev.skiff.builder.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ReferencesTest {

  @ParameterizedTest
  @CsvSource({
    "alpine, '', alpine, latest, alpine_latest.sif",
    "alpine:3, '', alpine, 3, alpine_3.sif",
    "library/default/alpine:3.19, '', library/default/alpine, 3.19, alpine_3.19.sif",
    "/user/c/i:a,'', user/c/i, a, i_a.sif",
    "lab.example:5000/i:1, lab.example:5000, i, 1, i_1.sif",
    "lab.example/e/c/i, lab.example, e/c/i, latest, i_latest.sif",
    "localhost/e/c/i, localhost, e/c/i, latest, i_latest.sif",
    "entity/i:1, '', entity/i, 1, i_1.sif",
    "e/c/i:sha256.0a, '', e/c/i, sha256.0a, i_sha256.0a.sif"
  })
  void aLibraryReferenceIsRead(String text, String host, String path, String tag, String file) {
    LibraryReference reference = LibraryReference.parse(text);
    assertThat(reference)
        .isEqualTo(
            new LibraryReference(Optional.of(host).filter(name -> !name.isEmpty()), path, tag));
    assertThat(reference.fileName()).isEqualTo(file);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a/b/c/d",
        "e/../i",
        "i:",
        "i:a b",
        "i:a/b",
        "e//i",
        "-i",
        "h.x/a/b/c/d",
        "i?a=b"
      })
  void whatNamesNoImageOfALibraryIsRefused(String text) {
    assertThatThrownBy(() -> LibraryReference.parse(text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "user/name, '', user/name, :latest, name_latest.sif",
    "user/name:tag, '', user/name, :tag, name_tag.sif",
    "hub.lab/user/name:t@0123456789abcdef0123456789abcdef, hub.lab, user/name,"
        + " :t@0123456789abcdef0123456789abcdef, name_t_0123456789abcdef0123456789abcdef.sif",
    "hub.lab:80/api/user/name, hub.lab:80/api, user/name, :latest, name_latest.sif"
  })
  void aHubReferenceIsRead(String text, String server, String image, String version, String file) {
    HubReference reference = HubReference.parse(text);
    assertThat(reference)
        .isEqualTo(
            new HubReference(Optional.of(server).filter(name -> !name.isEmpty()), image, version));
    assertThat(reference.fileName()).isEqualTo(file);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "name", "/name", "user/", "u ser/name", "a@b/user/name", "user/name@12"})
  void whatNamesNoImageOfAHubIsRefused(String text) {
    assertThatThrownBy(() -> HubReference.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
