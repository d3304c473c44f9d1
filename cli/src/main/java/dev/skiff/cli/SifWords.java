package dev.skiff.cli;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.sif.Architecture;
import dev.skiff.image.sif.FileSystemType;
import dev.skiff.image.sif.HashType;
import dev.skiff.image.sif.ObjectType;
import dev.skiff.image.sif.PartitionType;
import dev.skiff.image.sif.SbomFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// The words, and Apptainer's numbers, for the kinds of objects in a SIF file.
final class SifWords {

  private static final int FIRST_DATA_TYPE = 0x4001;

  /// In the order of their numbers, from 1; a comma parts words for the same.
  private static final List<String> DATA_TYPES =
      List.of(
          "deffile,definition",
          "envvar,environment",
          "labels",
          "partition,fs",
          "signature",
          "json,genericjson",
          "generic,raw",
          "cryptomessage",
          "sbom",
          "oci-rootindex,oci.rootindex",
          "oci-blob,oci.blob");

  private static final List<String> FILE_SYSTEMS =
      List.of("squashfs,squash", "ext3", "archive,immuobj", "raw");
  private static final List<String> PARTITION_TYPES =
      List.of("system", "primsys,primary", "data", "overlay");
  private static final List<String> HASHES =
      List.of("sha256", "sha384", "sha512", "blake2s,blake2s_256", "blake2b,blake2b_256");

  private SifWords() {}

  static ObjectType dataType(String option, String word) {
    return ObjectType.ofCode(FIRST_DATA_TYPE + number(option, word, DATA_TYPES) - 1);
  }

  static FileSystemType fileSystem(String option, String word) {
    return FileSystemType.ofCode(number(option, word, FILE_SYSTEMS));
  }

  static PartitionType partitionType(String option, String word) {
    return PartitionType.ofCode(number(option, word, PARTITION_TYPES));
  }

  static HashType hash(String option, String word) {
    return HashType.ofCode(number(option, word, HASHES));
  }

  /// A name counts before a number, because `386` is a name.
  static Architecture architecture(String option, String word) {
    Architecture named = Architecture.ofGoName(word.toLowerCase(Locale.ROOT));
    if (named != Architecture.UNKNOWN) {
      return named;
    }
    List<String> names =
        Arrays.stream(Architecture.values()).skip(1).map(Architecture::goName).toList();
    return Architecture.ofCode("%02d".formatted(number(option, word, names)));
  }

  static SbomFormat sbomFormat(String option, String word) {
    List<String> names = Arrays.stream(SbomFormat.values()).skip(1).map(SbomFormat::label).toList();
    return SbomFormat.ofCode(number(option, word, names));
  }

  /// The number of a word, from 1.
  private static int number(String option, String word, List<String> names) {
    String wanted = word.toLowerCase(Locale.ROOT);
    for (int i = 0; i < names.size(); i++) {
      if (wanted.equals(Integer.toString(i + 1))
          || List.of(names.get(i).split(",", -1)).contains(wanted)) {
        return i + 1;
      }
    }
    throw new ProblemException(
        new Problem(
            "cannot add an object with %s '%s'".formatted(option, word),
            "there is no such kind",
            "give one of "
                + String.join(", ", names.stream().map(name -> name.split(",", 2)[0]).toList())),
        ExitCode.USAGE);
  }
}
