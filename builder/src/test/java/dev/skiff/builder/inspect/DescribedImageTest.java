package dev.skiff.builder.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.builder.Golden;
import dev.skiff.builder.inspect.Selection.Scope;
import dev.skiff.builder.metadata.Description.Part;
import dev.skiff.builder.metadata.ImageDescription;
import dev.skiff.image.MalformedImageException;
import dev.skiff.image.sif.Architecture;
import dev.skiff.image.sif.SifWriter;
import dev.skiff.image.squashfs.SquashfsOptions;
import dev.skiff.image.tree.DirectoryTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescribedImageTest {

  @TempDir private Path directory = Path.of("");

  @BeforeEach
  void makeASandbox() throws IOException {
    write(".singularity.d/labels.json", "{\"b\": \"2\", \"a\": \"x<y>\", \"n\": 3}");
    write(".singularity.d/runscript", "#!/bin/sh\nexec \"$@\"\n\n");
    write(".singularity.d/startscript", "");
    write(".singularity.d/test", "true\r\n");
    write(".singularity.d/runscript.help", "\n  Help, é.\n");
    write(".singularity.d/Singularity", "Bootstrap: scratch\n");
    write(".singularity.d/env/01-base.sh", "# not shown\n");
    write(".singularity.d/env/10-docker2singularity.sh", "export D=1\n");
    write(".singularity.d/env/90-environment.sh", "export A=1");
    write(".singularity.d/env/91-environment.sh", "export B=1\n");
    write("scif/apps/hello/scif/runscript", "echo hello\n");
    write("scif/apps/hello/scif/labels.json", "{\"app\":\"hello\"}");
    write("scif/apps/hello/scif/env/90-environment.sh", "export APP=1\n");
    write("scif/apps/hello/scif/env/10-docker.sh", "# not an app's\n");
    write("scif/apps/world/scif/runscript.help", "About world.\n");
    write("scif/apps/none/lib/x", "no app\n");
    write("scif/apps/.hidden/scif/runscript", "no app\n");
  }

  private void write(String file, String text) throws IOException {
    Path path = directory.resolve("box").resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private static Selection parts(Part first, Part... more) {
    return new Selection(EnumSet.of(first, more), Optional.empty(), Scope.PARTS);
  }

  private static Selection partsOf(String app, Part first, Part... more) {
    return new Selection(EnumSet.of(first, more), Optional.of(app), Scope.PARTS);
  }

  private static Selection apps(Part... parts) {
    return new Selection(Set.of(parts), Optional.empty(), Scope.PARTS_AND_APPS);
  }

  private static String told(DescribedImage image, Selection wanted) {
    ImageDescription selected = image.select(wanted);
    return "--- %s\n%s%s\n"
        .formatted(wanted, DescriptionText.of(selected, wanted), selected.indentedJson());
  }

  private static String toldAll(DescribedImage image) {
    return told(image, Selection.everything())
        + told(image, parts(Part.LABELS))
        + told(image, parts(Part.RUNSCRIPT, Part.HELPFILE, Part.DEFFILE, Part.TEST))
        + told(image, parts(Part.ENVIRONMENT, Part.STARTSCRIPT))
        + told(image, partsOf("hello", Part.RUNSCRIPT, Part.LABELS, Part.ENVIRONMENT))
        + told(image, partsOf("world", Part.HELPFILE, Part.DEFFILE))
        + told(image, partsOf("nope", Part.HELPFILE))
        + told(image, apps())
        + told(image, apps(Part.RUNSCRIPT));
  }

  private Path sif(Optional<String> object) throws IOException {
    Path file = directory.resolve("x.sif");
    try (SifWriter sif = SifWriter.create(file, 0)) {
      sif.definition("Bootstrap: object\n".getBytes(StandardCharsets.UTF_8));
      object.ifPresent(
          json -> sif.json("inspect-metadata.json", json.getBytes(StandardCharsets.UTF_8)));
      sif.writeRoot(
          DirectoryTree.read(
              directory.resolve("box"),
              new DirectoryTree.Options(DirectoryTree.Owners.ROOT, Set.of())),
          Architecture.AMD64,
          SquashfsOptions.defaults());
    }
    return file;
  }

  @Test
  void aSandboxIsDescribedByItsFiles() throws IOException {
    Golden.assertMatches(
        "inspect/files.txt", toldAll(DescribedImage.read(directory.resolve("box"))));
  }

  @Test
  void aSifIsDescribedByItsObject() throws IOException {
    String json = DescribedImage.read(directory.resolve("box")).whole().json();
    DescribedImage image = DescribedImage.read(sif(Optional.of(json)));
    assertThat(image.damage()).isEmpty();
    Golden.assertMatches("inspect/object.txt", toldAll(image));
  }

  @Test
  void withoutTheObjectOnlyTheDefinitionIsNotFromTheFiles() throws IOException {
    DescribedImage files = DescribedImage.read(directory.resolve("box"));
    DescribedImage image = DescribedImage.read(sif(Optional.empty()));
    assertThat(image.damage()).isEmpty();
    assertThat(image.whole().own().text(Part.DEFFILE)).isEqualTo("Bootstrap: object\n");
    assertThat(image.whole().apps()).isEqualTo(files.whole().apps());
    assertThat(toldAll(image).replace("Bootstrap: object\\n", "Bootstrap: scratch"))
        .contains("About world.", "Bootstrap: object");
  }

  @Test
  void anObjectThatIsDamagedIsPassedOver() throws IOException {
    for (String json :
        new String[] {"{", "[]", "{}", "{\"data\":{\"attributes\":{\"runscript\":7}}}"}) {
      DescribedImage image = DescribedImage.read(sif(Optional.of(json)));
      assertThat(image.damage()).as(json).isPresent();
      assertThat(image.whole().own().text(Part.RUNSCRIPT)).startsWith("#!/bin/sh");
    }
  }

  @Test
  void linksOfASandboxDoNotLeaveIt() throws IOException {
    Path secret = Files.writeString(directory.resolve("secret"), "secret\n");
    Path help = directory.resolve("box/.singularity.d/runscript.help");
    Files.delete(help);
    Path _ = Files.createSymbolicLink(help, secret);
    assertThat(DescribedImage.read(directory.resolve("box")).whole().own().text(Part.HELPFILE))
        .isEmpty();
    assertThat(DescribedImage.read(sif(Optional.empty())).whole().own().text(Part.HELPFILE))
        .isEmpty();
  }

  @Test
  void whatIsNoImageIsMalformed() throws IOException {
    Path file = Files.writeString(directory.resolve("text"), "hello");
    assertThatThrownBy(() -> DescribedImage.read(file))
        .isInstanceOf(MalformedImageException.class)
        .hasMessageContaining("neither a SIF file nor a SquashFS image");
  }
}
