package dev.skiff.builder.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.definitions.DefinitionReader;
import dev.skiff.definitions.Reading;
import dev.skiff.definitions.syntax.ScriptKind;
import dev.skiff.definitions.syntax.Section;
import dev.skiff.definitions.template.BuildArguments;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PostPartsTest {

  private static Section.Script post(String body) {
    String text = "Bootstrap: scratch\n%post -c /bin/bash\n" + body;
    if (!(DefinitionReader.read("x.def", text, BuildArguments.none())
        instanceof Reading.Accepted accepted)) {
      throw new AssertionError("not accepted: " + text);
    }
    return accepted.definition().finalStage().sections().script(ScriptKind.POST).orElseThrow();
  }

  private static List<String> parts(String body) {
    return PostParts.of(post(body)).stream()
        .map(part -> part.name().orElse("-") + "|" + part.script().body().strip())
        .toList();
  }

  @Test
  void aScriptWithoutMarkersIsOnePart() {
    Section.Script post = post("  a\n  # skiff stepped\n  b\n");
    assertThat(PostParts.of(post)).hasSize(1);
    assertThat(PostParts.of(post).getFirst().script()).isEqualTo(post);
  }

  @Test
  void whatStandsBeforeTheFirstMarkerIsAPartWithoutAName() {
    assertThat(parts("a\n# skiff: step x\nb\n")).containsExactly("-|a", "x|b");
    assertThat(parts("# only told\n\n# skiff: step x\nb\n")).containsExactly("x|b");
  }

  @Test
  void aMarkerWithoutANameHasItsNumber() {
    assertThat(parts("# skiff: step one\na\n#skiff:step\nb\n\t# skiff:  step\tthe end \nc\n"))
        .containsExactly("one|a", "2|b", "the end|c");
  }

  @Test
  void everyPartHasTheInterpreterOfTheWhole() {
    Section.Script post = post("# skiff: step one\na\n# skiff: step two\nb\n");
    assertThat(PostParts.of(post))
        .allSatisfy(part -> assertThat(part.script().interpreter()).isEqualTo(post.interpreter()));
  }

  @Test
  void aCommandBehindWhichAMarkerStandsIsNoMarker() {
    assertThat(parts("echo a # skiff: step x\n")).hasSize(1);
  }

  @Test
  void aMarkerInAHereDocumentIsText() {
    assertThat(parts("cat > x <<'EOF'\n# skiff: step x\nEOF\n# skiff: step y\nb\n"))
        .containsExactly("-|cat > x <<'EOF'\n# skiff: step x\nEOF", "y|b");
    assertThat(parts("cat <<-END\n\t# skiff: step x\n\tEND\ncat <<B\n# skiff: step y\nB\n"))
        .hasSize(1);
    assertThat(parts("echo $((1 << a))\n# skiff: step y\nb\n")).hasSize(2);
  }
}
