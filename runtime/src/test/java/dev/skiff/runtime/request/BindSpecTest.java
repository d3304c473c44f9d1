package dev.skiff.runtime.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.runtime.plan.SetupStep.Access;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BindSpecTest {

  private static BindSpec accepted(String option) {
    BindSpec.Parsed parsed = BindSpec.parse(option, "-B");
    assertThat(parsed).as(option).isInstanceOf(BindSpec.Accepted.class);
    return ((BindSpec.Accepted) parsed).bind();
  }

  private static String rejected(String option) {
    BindSpec.Parsed parsed = BindSpec.parse(option, "-B");
    assertThat(parsed).as(option).isInstanceOf(BindSpec.Rejected.class);
    return ((BindSpec.Rejected) parsed).problem().why();
  }

  @Test
  void aLoneSourceIsBoundAtTheSamePathForReadingAndWriting() {
    BindSpec bind = accepted("/scratch/été");
    assertThat(bind.source()).isEqualTo(Path.of("/scratch/été"));
    assertThat(bind.target().value()).isEqualTo("/scratch/été");
    assertThat(bind.access()).isEqualTo(Access.READ_WRITE);
  }

  @Test
  void accessIsGivenInTheThirdField() {
    assertThat(accepted("/a:/b:ro").access()).isEqualTo(Access.READ_ONLY);
    assertThat(accepted("/a:/b:rw").access()).isEqualTo(Access.READ_WRITE);
    assertThat(accepted("/a:/b:rw,ro").access()).isEqualTo(Access.READ_ONLY);
    assertThat(accepted("/a:/b:ro,rw").access()).isEqualTo(Access.READ_ONLY);
    assertThat(accepted("/a:/b:").access()).isEqualTo(Access.READ_WRITE);
  }

  @Test
  void commasSeparateBindsAndBackslashesKeepThem() {
    assertThat(targets("/a:/b,/c:/d:ro,rw,/e"))
        .containsExactly("/a>/b READ_WRITE", "/c>/d READ_ONLY", "/e>/e READ_WRITE");
    assertThat(targets("/a\\,b:/c\\:d,/e\\f"))
        .containsExactly("/a,b>/c:d READ_WRITE", "/e\\f>/e\\f READ_WRITE");
  }

  private static List<String> targets(String list) {
    return BindSpec.parseList(list, "-B").stream()
        .map(parsed -> ((BindSpec.Accepted) parsed).bind())
        .map(bind -> bind.source() + ">" + bind.target() + " " + bind.access())
        .toList();
  }

  @Test
  void whatMeansNothingSaysWhy() {
    assertThat(rejected("")).contains("the path on the host is empty");
    assertThat(rejected(":")).contains("the path on the host is empty");
    assertThat(rejected("rel")).contains("destination must be an absolute path");
    assertThat(rejected("/a:/b:foo")).contains("foo is not a valid bind option");
    assertThat(rejected("/a:/b:ro:x")).contains("bad bind syntax");
    assertThat(rejected("/a\0:/b")).contains("is no usable path");
    assertThat(rejected("/a:/b\0")).contains("is no usable path");
    assertThat(rejected("/a::")).contains("destination must be an absolute path");
  }

  @Test
  void aRelativeSourceStartsAtTheWorkingDirectory() {
    Path here = Path.of("/work");
    assertThat(accepted(".:/code").step(here).source()).isEqualTo(Path.of("/work"));
    assertThat(accepted("./x:/code").step(here).source()).isEqualTo(Path.of("/work/x"));
    assertThat(accepted("../x:/code").step(here).source()).isEqualTo(Path.of("/work/../x"));
    assertThat(accepted("/x:/code").step(here).source()).isEqualTo(Path.of("/x"));
  }

  @Test
  void aMountWithoutATypeIsABind() {
    BindSpec.Parsed parsed = MountSpec.parse("src=/a,dst=/c", "--mount");
    assertThat(parsed).isInstanceOf(BindSpec.Accepted.class);
    assertThat(((BindSpec.Accepted) parsed).bind().target().value()).isEqualTo("/c");
  }

  @Test
  void mountFieldsAreCommaSeparatedValues() {
    BindSpec.Parsed parsed =
        MountSpec.parse("type=bind,\"src=/a,\"\"b\"\"\",target=/c,readonly,nonested", "--mount");
    assertThat(parsed).isInstanceOf(BindSpec.Accepted.class);
    BindSpec bind = ((BindSpec.Accepted) parsed).bind();
    assertThat(bind.source()).isEqualTo(Path.of("/a,\"b\""));
    assertThat(bind.target().value()).isEqualTo("/c");
    assertThat(bind.access()).isEqualTo(Access.READ_ONLY);
    assertThat(bind.nesting()).isEqualTo(BindSpec.Nesting.UNNAMED);
  }
}
