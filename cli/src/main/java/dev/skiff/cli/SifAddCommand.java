package dev.skiff.cli;

import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.sif.Extra;
import dev.skiff.image.sif.NewObject;
import dev.skiff.image.sif.ObjectType;
import dev.skiff.image.sif.SifDescriptor.LinkKind;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `skiff sif add`.
@Command(
    name = "add",
    description =
        "Add a file to a SIF file, as an object. Kinds are names, or numbers as in Apptainer.",
    footer = {
      "",
      "Examples:",
      "  skiff sif add app.sif app.def --datatype deffile --groupid 1",
      "  skiff sif add app.sif data.squashfs --datatype partition --parttype data --partfs squashfs \\",
      "      --partarch amd64"
    })
final class SifAddCommand extends Subcommand {

  private static final int LONGEST_NAME_BYTES = 128;
  private static final int LARGEST_GROUP = 0x0FFF_FFFF;

  @Parameters(index = "0", paramLabel = "IMAGE", description = "A SIF file.")
  private String image = "";

  @Parameters(index = "1", paramLabel = "FILE", description = "What to add.")
  private Path file = Path.of("");

  @Option(
      names = "--datatype",
      required = true,
      paramLabel = "KIND",
      description =
          "deffile (1), envvar (2), labels (3), partition (4), signature (5), json (6), generic (7),"
              + " cryptomessage (8), sbom (9), oci-rootindex (10), oci-blob (11).")
  private String dataType = "";

  @Option(
      names = "--parttype",
      paramLabel = "KIND",
      description = "system (1), primsys (2), data (3), overlay (4).")
  private Optional<String> partitionType = Optional.empty();

  @Option(
      names = "--partfs",
      paramLabel = "KIND",
      description = "squashfs (1), ext3 (2), archive (3), raw (4).")
  private Optional<String> fileSystem = Optional.empty();

  @Option(
      names = "--partarch",
      paramLabel = "ARCH",
      description =
          "386 (1), amd64 (2), arm (3), arm64 (4), ppc64 (5), ppc64le (6), mips (7), mipsle (8),"
              + " mips64 (9), mips64le (10), s390x (11), riscv64 (12), loong64 (13).")
  private Optional<String> architecture = Optional.empty();

  @Option(
      names = "--signhash",
      paramLabel = "HASH",
      description = "sha256 (1), sha384 (2), sha512 (3), blake2s (4), blake2b (5).")
  private Optional<String> hash = Optional.empty();

  @Option(
      names = "--signentity",
      paramLabel = "HEX",
      description = "The signing key's fingerprint, 40 digits.")
  private Optional<String> entity = Optional.empty();

  @Option(
      names = "--sbomformat",
      paramLabel = "FORMAT",
      description =
          "cyclonedx-json, cyclonedx-xml, github-json, spdx-json, spdx-rdf, spdx-tag-value, spdx-yaml, syft-json.")
  private Optional<String> sbomFormat = Optional.empty();

  @Option(
      names = "--groupid",
      paramLabel = "N",
      description = "The object's group (default: 0, none).")
  private int group;

  @Option(names = "--link", paramLabel = "ID", description = "The object that it is about.")
  private int link;

  @Option(names = "--link-group", paramLabel = "N", description = "The group that it is about.")
  private int linkGroup;

  @Option(names = "--filename", paramLabel = "NAME", description = "The object's name.")
  private String name = "";

  @Option(
      names = "--alignment",
      paramLabel = "BYTES",
      description = "Where it may begin (default: 4096 for a partition).")
  private Optional<Integer> alignment = Optional.empty();

  @Override
  int run(Terminal terminal) {
    NewObject object = object();
    SifAccess access = new SifAccess("add '" + file + "' to", image);
    return access.edit(sif -> {
      if (!Files.isRegularFile(file) && Files.exists(file)) {
        throw access.problem("'" + file + "' is no regular file", "name a file to add");
      }
      try (InputStream content = Files.newInputStream(file)) {
        var broken = SifSignatures.brokenByAdding(sif, object.type());
        var _ = sif.add(object, content, SifCommand.now());
        broken.ifPresent(terminal::warn);
      }
    });
  }

  private NewObject object() {
    ObjectType type = SifWords.dataType("--datatype", dataType);
    require(group >= 0 && group <= LARGEST_GROUP, "--groupid", "a group is 1 to " + LARGEST_GROUP);
    require(link >= 0 && link <= LARGEST_GROUP, "--link", "an object's number is 1 or more");
    require(linkGroup >= 0 && linkGroup <= LARGEST_GROUP, "--link-group", "a group is 1 or more");
    require(link == 0 || linkGroup == 0, "--link-group", "--link is given too");
    require(
        name.getBytes(StandardCharsets.UTF_8).length <= LONGEST_NAME_BYTES,
        "--filename",
        "a name has at most 128 bytes");
    require(alignment.orElse(0) >= 0, "--alignment", "it is negative");
    int usual = type == ObjectType.PARTITION ? NewObject.PARTITION_ALIGNMENT : 1;
    return new NewObject(
        type,
        group,
        linkGroup == 0 ? link : linkGroup,
        linkGroup == 0 ? LinkKind.OBJECT : LinkKind.GROUP,
        Math.max(1, alignment.orElse(usual)),
        name,
        extra(type));
  }

  private Extra extra(ObjectType type) {
    return switch (type) {
      case PARTITION ->
          new Extra.Partition(
              SifWords.fileSystem("--partfs", needed("--partfs", fileSystem)),
              SifWords.partitionType("--parttype", needed("--parttype", partitionType)),
              SifWords.architecture("--partarch", needed("--partarch", architecture)));
      case SIGNATURE -> {
        String fingerprint = needed("--signentity", entity).toUpperCase(Locale.ROOT);
        require(
            fingerprint.matches("[0-9A-F]{40}"),
            "--signentity",
            "a fingerprint has 40 hexadecimal digits");
        yield new Extra.Signature(
            SifWords.hash("--signhash", needed("--signhash", hash)), fingerprint);
      }
      case SBOM ->
          new Extra.Sbom(SifWords.sbomFormat("--sbomformat", needed("--sbomformat", sbomFormat)));
      default -> new Extra.None();
    };
  }

  private String needed(String option, Optional<String> value) {
    require(value.isPresent(), "--datatype " + dataType, "it needs " + option + " too");
    return value.orElseThrow();
  }

  private static void require(boolean holds, String option, String why) {
    if (!holds) {
      throw new ProblemException(
          new Problem("cannot add an object with " + option, why, "see skiff sif add --help"),
          ExitCode.USAGE);
    }
  }
}
