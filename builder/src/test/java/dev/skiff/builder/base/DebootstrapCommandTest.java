package dev.skiff.builder.base;

import dev.skiff.builder.Golden;
import dev.skiff.builder.base.DebootstrapCommand.Target;
import dev.skiff.builder.base.DebootstrapCommand.Tool;
import dev.skiff.builder.plan.Base.Debootstrap;
import dev.skiff.runtime.launch.IdMapping;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class DebootstrapCommandTest {

  private static final AptSources HOST =
      new AptSources(
          AptSources.oneLineStyle(
              """
              deb [signed-by=/k.gpg] http://m/debian bookworm main
              deb http://s/debian-security bookworm-security main
              """));

  @ParameterizedTest
  @EnumSource(Tool.class)
  void theCommandFitsTheIdsThereAre(Tool tool) throws IOException {
    StringBuilder text = new StringBuilder();
    Debootstrap plain = new Debootstrap("bookworm", Optional.empty(), List.of());
    Debootstrap full =
        new Debootstrap("trixie", Optional.of(URI.create("http://d/debian")), List.of("a", "b"));
    for (IdMapping ids : List.of(IdMapping.ROOT, IdMapping.RANGE, IdMapping.SINGLE)) {
      for (Debootstrap base : List.of(plain, full)) {
        DebootstrapCommand command =
            DebootstrapCommand.of(
                tool,
                Path.of("/usr/bin/tool"),
                base,
                HOST,
                new Target(
                    "amd64", Path.of("/made/rootfs"), ids, List.of(Path.of("/hooks/merged"))));
        text.append("# ").append(ids).append(' ').append(command.environment()).append('\n');
        command.words().forEach(word -> text.append(word).append('\n'));
      }
    }
    Golden.assertMatches(
        "bootstrap/" + tool.name().toLowerCase(Locale.ROOT) + ".txt", text.toString());
  }
}
