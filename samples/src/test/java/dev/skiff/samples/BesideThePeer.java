package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.as;
import static dev.skiff.samples.InstalledSkiff.execute;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// Finds a real Apptainer and a directory that both see. Where none is installed, the variable
/// `SKIFF_PEER_COMMAND` may hold words that run a command beside one, for example in a tree of its
/// own that shows this machine's `/tmp` as `/host/tmp`.
abstract class BesideThePeer {

  private final List<String> beside = new ArrayList<>();
  private HostUser caller = HostUser.ROOT;

  /// A directory that both see.
  Path shared = Path.of("/");

  /// The same directory as the peer names it.
  String seen = "";

  @BeforeEach
  void findThePeer() throws IOException {
    HostUser.ROOT.orSkip();
    String words = System.getenv().getOrDefault("SKIFF_PEER_COMMAND", "").strip();
    if (words.isEmpty()) {
      boolean installed =
          Stream.of("/usr/bin", "/usr/local/bin")
              .anyMatch(bin -> Files.isExecutable(Path.of(bin, "apptainer")));
      assumeTrue(installed, "no apptainer in PATH, and SKIFF_PEER_COMMAND is not set");
      caller = HostUser.SINGLE.orSkip();
    } else {
      beside.addAll(List.of(words.split("\\s+", -1)));
    }
    shared = Files.createTempDirectory(Path.of("/tmp"), "skiff-peer-");
    execute("chmod", "755", shared.toString());
    boolean elsewhere = beside("test", "-d", "/host" + shared).status() == 0;
    seen = (elsewhere ? "/host" : "") + shared;
    assumeTrue(beside("test", "-d", seen).status() == 0, "the peer does not see " + shared);
  }

  @AfterEach
  void removeWhatWasShared() {
    if (!shared.equals(Path.of("/"))) {
      execute("rm", "-rf", shared.toString());
    }
  }

  final Outcome beside(String... words) {
    List<String> command = new ArrayList<>(beside);
    command.addAll(List.of(words));
    return as(caller, Path.of("/tmp"), Map.of(), "", command);
  }

  final void share(Path image) throws IOException {
    Files.copy(image, shared.resolve("x.sif"));
    execute("chmod", "755", shared.resolve("x.sif").toString());
  }

  final Outcome apptainer(String verb, String... words) {
    List<String> command = new ArrayList<>(List.of("apptainer", verb));
    command.addAll(List.of(words));
    return beside(command.toArray(String[]::new));
  }
}
