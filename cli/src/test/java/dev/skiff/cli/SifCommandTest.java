package dev.skiff.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.cli.output.Terminal;
import dev.skiff.cli.output.Terminal.Kind;
import dev.skiff.cli.output.Terminal.Verbosity;
import dev.skiff.image.sif.Architecture;
import dev.skiff.image.sif.Extra;
import dev.skiff.image.sif.FileSystemType;
import dev.skiff.image.sif.HashType;
import dev.skiff.image.sif.NewObject;
import dev.skiff.image.sif.ObjectType;
import dev.skiff.image.sif.PartitionType;
import dev.skiff.image.sif.SbomFormat;
import dev.skiff.image.sif.SifDescriptor.LinkKind;
import dev.skiff.image.sif.SifEditor;
import dev.skiff.image.sif.SifEditor.Launch;
import dev.skiff.image.sif.SifReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `skiff sif` and `skiff overlay`, from words to text. The texts are those that `apptainer sif`
/// prints of the same file.
final class SifCommandTest {

  private static final long NOW = 1_700_000_000;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir private Path directory = Path.of("");
  private String image = "";

  @BeforeEach
  void makeAFileWithAllThereIs() throws IOException {
    Path file = directory.resolve("x.sif");
    image = file.toString();
    UUID id = UUID.fromString("12345678-9abc-4def-8123-456789abcdef");
    SifEditor.create(file, id, Launch.RUN_SINGULARITY, NOW).close();
    try (SifEditor sif = SifEditor.open(file)) {
      add(sif, NewObject.of(ObjectType.DEFINITION_FILE, new Extra.None()), "bootstrap: scratch\n");
      add(sif, named(ObjectType.JSON, "a\u0007b.json"), "{}");
      add(sif, partition(PartitionType.PRIMARY_SYSTEM), "root");
      add(sif, partition(PartitionType.SYSTEM), "other");
      add(
          sif,
          new NewObject(
              ObjectType.SIGNATURE,
              0,
              1,
              LinkKind.GROUP,
              1,
              "",
              new Extra.Signature(HashType.SHA256, "433FE984155206BD962725E20E8713472A879943")),
          "signed");
      add(sif, NewObject.of(ObjectType.CRYPTO_MESSAGE, new Extra.CryptoMessage(2, 0x200)), "key");
      add(sif, NewObject.of(ObjectType.SBOM, new Extra.Sbom(SbomFormat.SPDX_YAML)), "a: b");
      add(sif, NewObject.of(ObjectType.OCI_BLOB, new Extra.None()), "blob");
    }
  }

  private static NewObject named(ObjectType type, String name) {
    return new NewObject(type, 2, 1, LinkKind.OBJECT, 1, name, new Extra.None());
  }

  private static NewObject partition(PartitionType type) {
    return NewObject.of(
        ObjectType.PARTITION,
        new Extra.Partition(FileSystemType.SQUASHFS, type, Architecture.AMD64));
  }

  private static void add(SifEditor sif, NewObject object, String content) throws IOException {
    var _ = sif.add(object, new ByteArrayInputStream(bytes(content)), NOW);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private int skiff(String... words) {
    return skiff(Kind.PLAIN, words);
  }

  /// @param kind of standard output
  private int skiff(Kind kind, String... words) {
    out.reset();
    err.reset();
    return Main.run(
        words,
        new Terminal(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Kind.PLAIN,
            Verbosity.NORMAL,
            kind));
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private String file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text).toString();
  }

  @Test
  void listIsATable() {
    assertThat(skiff("sif", "list", image)).isZero();
    assertThat(out().replaceAll(" +\n", "\n"))
        .isEqualTo(
            """
            ------------------------------------------------------------------------------
            ID   |GROUP   |LINK    |SIF POSITION (start-end)  |TYPE
            ------------------------------------------------------------------------------
            1    |1       |NONE    |32176-32195               |Def.FILE
            2    |2       |1       |32195-32197               |JSON.Generic
            3    |1       |NONE    |32768-32772               |FS (Squashfs/*System/amd64)
            4    |1       |NONE    |36864-36869               |FS (Squashfs/System/amd64)
            5    |NONE    |1   (G) |36869-36875               |Signature (SHA-256)
            6    |1       |NONE    |36875-36878               |Cryptographic Message (PEM/RSA-OAEP)
            7    |1       |NONE    |36878-36882               |SBOM (spdx-yaml)
            8    |1       |NONE    |36882-36886               |OCI.Blob
            """);
  }

  @Test
  void headerIsAColumn() {
    assertThat(skiff("sif", "header", image)).isZero();
    assertThat(out())
        .isEqualTo(
            """
            Launch Script:        #!/usr/bin/env run-singularity
            Version:              01
            Primary Architecture: amd64
            ID:                   12345678-9abc-4def-8123-456789abcdef
            Created At:           2023-11-14 22:13:20 +0000 UTC
            Modified At:          2023-11-14 22:13:20 +0000 UTC
            Descriptors Free:     40
            Descriptors Total:    48
            Descriptors Offset:   4096
            Descriptors Size:     27 KiB
            Data Offset:          32176
            Data Size:            5 KiB
            """);
  }

  @Test
  void infoSaysWhatTheTypeHas() {
    assertThat(skiff("sif", "info", "2", image)).isZero();
    assertThat(out())
        .isEqualTo(
            """
              Data Type:    JSON.Generic
              ID:           2
              Group ID:     2
              Linked ID:    1
              Offset:       32195
              Size:         2
              Created At:   2023-11-14 22:13:20 +0000 UTC
              Modified At:  2023-11-14 22:13:20 +0000 UTC
              Name:         a\u0007b.json
            """);
    assertThat(skiff("sif", "info", "3", image)).isZero();
    assertThat(out())
        .contains(
            "  Filesystem Type:  Squashfs\n  Partition Type:   *System\n  Architecture:     amd64\n");
    assertThat(skiff("sif", "info", "5", image)).isZero();
    assertThat(out())
        .contains("  Linked ID:    1 (G)\n")
        .endsWith(
            "  Hash Type:    SHA-256\n  Entity:       433FE984155206BD962725E20E8713472A879943\n");
    assertThat(skiff("sif", "info", "6", image)).isZero();
    assertThat(out()).endsWith("  Format Type:   PEM\n  Message Type:  RSA-OAEP\n");
    assertThat(skiff("sif", "info", "7", image)).isZero();
    assertThat(out()).endsWith("  Format:       spdx-yaml\n");
    assertThat(skiff("sif", "info", "8", image)).isZero();
    assertThat(out()).contains("  Digest:       sha256:").hasLineCount(9);
  }

  @Test
  void programsReadJson() {
    assertThat(skiff("sif", "list", "--json", image)).isZero();
    assertThat(out())
        .contains("\"type\" : \"FS\"", "\"partition\" : \"*System\"", "\"linkedGroup\" : 1");
    assertThat(skiff("sif", "header", "--json", image)).isZero();
    assertThat(out()).contains("\"dataOffset\" : 32176", "\"architecture\" : \"amd64\"");
    assertThat(skiff("sif", "info", "--json", "5", image)).isZero();
    assertThat(out()).contains("\"hash\" : \"SHA-256\"", "\"size\" : 6");
  }

  @Test
  void dumpGivesTheBytesAndNothingElse() {
    assertThat(skiff("sif", "dump", "1", image)).isZero();
    assertThat(out()).isEqualTo("bootstrap: scratch\n");
    assertThat(err()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "deffile, Def.FILE",
    "1, Def.FILE",
    "ENVVAR, Env.Vars",
    "3, JSON.Labels",
    "json, JSON.Generic",
    "7, Generic/Raw",
    "cryptomessage, Cryptographic Message (Unknown/Unknown)",
    "oci-rootindex, OCI.RootIndex",
    "11, OCI.Blob"
  })
  void kindsAreNamesOrNumbers(String word, String label) throws IOException {
    String content = file("content", "12345");
    assertThat(skiff("sif", "add", image, content, "--datatype", word, "--groupid", "3")).isZero();
    assertThat(skiff("sif", "list", image)).isZero();
    assertThat(out())
        .contains("9    |3       |NONE    |36886-36891               |" + label + "\n");
  }

  @Test
  void partitionsSignaturesAndBillsOfMaterialsNeedMoreWords() throws IOException {
    String content = file("content", "12345");
    assertThat(skiff("sif", "add", image, content, "--datatype", "4", "--partfs", "1"))
        .isEqualTo(2);
    assertThat(err()).contains("--datatype 4", "--parttype");
    assertThat(
            skiff(
                "sif",
                "add",
                image,
                content,
                "--datatype",
                "4",
                "--partfs",
                "ext3",
                "--parttype",
                "overlay",
                "--partarch",
                "386"))
        .isZero();
    assertThat(skiff("sif", "add", image, content, "--datatype", "sbom", "--sbomformat", "5"))
        .isZero();
    assertThat(
            skiff(
                "sif",
                "add",
                image,
                content,
                "--datatype",
                "signature",
                "--signhash",
                "blake2b",
                "--signentity",
                "433fe984155206bd962725e20e8713472a879943",
                "--link-group",
                "1"))
        .isZero();
    assertThat(skiff("sif", "list", image)).isZero();
    assertThat(out())
        .contains("FS (Ext3/Overlay/386)", "SBOM (spdx-rdf)", "|1   (G) ", "(BLAKE2b-256)");
    assertThat(
            skiff(
                "sif",
                "add",
                image,
                content,
                "--datatype",
                "5",
                "--signhash",
                "1",
                "--signentity",
                "12"))
        .isEqualTo(2);
    assertThat(err()).contains("40 hexadecimal digits");
    assertThat(skiff("sif", "add", image, content, "--datatype", "12")).isEqualTo(2);
    assertThat(err()).contains("give one of deffile, envvar");
  }

  @Test
  void signaturesThatBreakAreMentioned() throws IOException {
    String content = file("content", "12345");
    assertThat(skiff("sif", "add", image, content, "--datatype", "7")).isZero();
    assertThat(err()).startsWith("warning: the file does not verify any more\n  why: it is signed");
    assertThat(skiff("sif", "setprim", "4", image)).isZero();
    assertThat(err()).contains("signature 5 is about object 4");
    assertThat(skiff("sif", "del", "1", image)).isZero();
    assertThat(err()).contains("signature 5 is about object 1");
    assertThat(skiff("sif", "del", "5", image)).isZero();
    assertThat(skiff("sif", "del", "3", image)).isZero();
    assertThat(err()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"info, 99", "dump, 99", "del, 99", "setprim, 99", "dump, 0", "del, 4294967297"})
  void anObjectThatIsNotThereIsSaid(String command, String id) {
    assertThat(skiff("sif", command, id, image)).isEqualTo(1);
    assertThat(err()).contains("\n  why: object not found\n  fix: ");
    assertThat(out()).isEmpty();
  }

  @Test
  void filesThatAreNoneAreRefusedByAll() throws IOException {
    String text = file("text", "hello\n");
    String absent = directory.resolve("absent.sif").toString();
    for (String wrong : new String[] {text, absent}) {
      assertThat(skiff("sif", "list", wrong)).isEqualTo(1);
      assertThat(skiff("sif", "header", wrong)).isEqualTo(1);
      assertThat(skiff("sif", "info", "1", wrong)).isEqualTo(1);
      assertThat(skiff("sif", "add", wrong, text, "--datatype", "7")).isEqualTo(1);
      assertThat(skiff("sif", "del", "1", wrong)).isEqualTo(1);
      assertThat(err()).startsWith("error: cannot delete object 1 of '" + wrong + "'\n  why: ");
    }
    assertThat(Path.of(absent)).doesNotExist();
    assertThat(Path.of(text)).hasContent("hello\n");
    assertThat(skiff("sif", "add", image, absent, "--datatype", "7")).isEqualTo(1);
    assertThat(err()).contains("there is no file '" + absent + "'");
    assertThat(skiff("sif", "add", image, directory.toString(), "--datatype", "7")).isEqualTo(1);
    assertThat(err()).contains("is no regular file");
  }

  @ParameterizedTest
  @CsvSource({"LIVE", "DUMB"})
  void noTerminalIsDrivenByAFile(Kind kind) throws IOException {
    try (SifEditor sif = SifEditor.open(Path.of(image))) {
      add(sif, named(ObjectType.JSON, "x\u001b[31m\n  Name: y"), "{\"\u001b\": \"\u009b\"}\r");
    }
    String id = "";
    try (SifReader sif = SifReader.open(Path.of(image))) {
      id += sif.descriptors().getLast().id();
    }
    assertThat(skiff(kind, "sif", "info", id, image)).isZero();
    assertThat(out()).endsWith("  Name:         x\\u001b[31m\\u000a  Name: y\n");
    assertThat(skiff(kind, "sif", "info", "--json", id, image)).isZero();
    assertThat(out()).contains("\\u001B[31m\\n  Name: y").doesNotContain("\u001b");
    assertThat(skiff(kind, "sif", "dump", id, image)).isZero();
    assertThat(out()).isEqualTo("{\"\\u001b\": \"\\u009b\"}\\u000d");
    assertThat(skiff(kind, "sif", "dump", "\u001b", image)).isEqualTo(2);
    assertThat(err()).contains("\\u001b").doesNotContain("\u001b");
  }

  @Test
  void timesAndTextsOfAStrangerAreNoTrouble() throws IOException {
    byte[] bytes = Files.readAllBytes(Path.of(image));
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(64, Long.MIN_VALUE)
        .putLong(120, Long.MIN_VALUE)
        .putLong(4096 + 41, Long.MAX_VALUE)
        .putLong(4096 + 49, -62_135_596_800L)
        .put(0, bytes("\u001b[31m"));
    Files.write(Path.of(image), bytes);
    assertThat(skiff("sif", "header", image)).isZero();
    assertThat(out()).contains("\u001b[31m", "-9223372036854775808 seconds", "-8 EiB");
    assertThat(skiff("sif", "info", "1", image)).isZero();
    assertThat(out()).contains("9223372036854775807 seconds").doesNotContain("Modified At");
  }

  @Test
  void newMakesAnEmptyFileAndReplacesNothingUnasked() {
    String made = directory.resolve("new.sif").toString();
    assertThat(skiff("sif", "new", made)).isZero();
    assertThat(Path.of(made)).hasSize(32176);
    assertThat(skiff("sif", "new", made)).isEqualTo(1);
    assertThat(err()).contains("there is a file of that name already");
    assertThat(skiff("sif", "new", "--force", image)).isZero();
    assertThat(Path.of(image)).hasSize(32176);
    assertThat(skiff("sif", "header", made)).isZero();
    assertThat(out()).startsWith("Version:            01\nID:").contains("Data Size:          0 B");
  }

  @Test
  void aTableThatIsFullIsSaid() throws IOException {
    String content = file("content", "x");
    for (int i = 8; i < 48; i++) {
      assertThat(skiff("sif", "add", image, content, "--datatype", "7")).isZero();
    }
    assertThat(skiff("sif", "add", image, content, "--datatype", "7")).isEqualTo(1);
    assertThat(err()).contains("all its descriptors are in use");
  }

  @Test
  void overlaysGoWhereTheyMay() throws IOException {
    assertThat(skiff("overlay", "create", "--size", "1", directory.resolve("o.img").toString()))
        .isEqualTo(1);
    assertThat(err()).contains("image size must be equal or greater than 64 MiB");
    assertThat(skiff("overlay", "create", image)).isEqualTo(1);
    assertThat(err()).contains("is signed: could not add writable overlay");
    assertThat(skiff("overlay", "create", file("text", "hello"))).isEqualTo(1);
    assertThat(err()).contains("destination image must be SIF image");
    assertThat(skiff("overlay", "create", "--create-dir", "../x", "o.img")).isEqualTo(1);
    assertThat(err()).contains("'../x' would lie outside of it");
    try (var files = Files.list(directory)) {
      assertThat(files.map(Path::getFileName).map(Path::toString))
          .containsExactlyInAnyOrder("x.sif", "text");
    }
  }
}
