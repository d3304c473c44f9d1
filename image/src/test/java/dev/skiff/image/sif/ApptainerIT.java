package dev.skiff.image.sif;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skiff.image.Tool;
import dev.skiff.image.squashfs.SquashfsOptions;
import dev.skiff.image.squashfs.SquashfsReader;
import dev.skiff.image.squashfs.codec.Compression;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Our SIF files under real Apptainer: the one on the path, or the one that `SKIFF_PEER_COMMAND`
/// names (the words before `apptainer`), which sees the host's files below `SKIFF_PEER_HOST`
/// (`/host`).
class ApptainerIT {

  @TempDir Path folder;

  private static List<String> apptainer() {
    String peer = System.getenv("SKIFF_PEER_COMMAND");
    List<String> command = new ArrayList<>();
    if (peer != null && !peer.isBlank()) {
      command.addAll(List.of(peer.trim().split(" +")));
    } else {
      assumeTrue(
          Tool.find("apptainer").isPresent(),
          "needs apptainer on the path or its command in SKIFF_PEER_COMMAND");
    }
    command.add("apptainer");
    return command;
  }

  private static String seenByPeer(Path file) {
    boolean peer = System.getenv("SKIFF_PEER_COMMAND") != null;
    return (peer ? System.getenv().getOrDefault("SKIFF_PEER_HOST", "/host") : "") + file;
  }

  private static Tool.Outcome run(List<String> command, String... arguments)
      throws IOException, InterruptedException {
    List<String> whole = new ArrayList<>(command);
    whole.addAll(List.of(arguments));
    return Tool.run(whole);
  }

  @ParameterizedTest
  @EnumSource
  void runsWhatWeWrote(Compression compression) throws Exception {
    List<String> apptainer = apptainer();
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path base = folder.resolve("base.sif");
    try (InputStream in = ApptainerIT.class.getResourceAsStream("/sif/gzip.sif")) {
      Files.write(base, in == null ? new byte[0] : in.readAllBytes());
    }
    Path image = folder.resolve("ours.sif");
    try (SquashfsReader root = RootImage.open(base);
        SifWriter sif = SifWriter.create(image, 1_700_000_000)) {
      sif.definition("bootstrap: scratch\n".getBytes(StandardCharsets.UTF_8));
      sif.jsonBehindRoot("late.json", "{}".getBytes(StandardCharsets.UTF_8));
      sif.writeRoot(
          root.tree(), Architecture.AMD64, SquashfsOptions.defaults().withCompression(compression));
    }
    String path = seenByPeer(image);
    Tool.Outcome exec = run(apptainer, "exec", path, "cat", "/made");
    assertThat(exec.output()).as(exec.output()).contains("made in post");
    assertThat(exec.exitCode()).isZero();
    assertThat(run(apptainer, "run", path, "a").output()).contains("run 1 a bar");
    assertThat(run(apptainer, "sif", "list", path).output())
        .contains("Def.FILE")
        .contains("FS (Squashfs/*System/amd64)")
        .contains("JSON.Generic");
    assertThat(run(apptainer, "inspect", "--deffile", path).output())
        .contains("bootstrap: scratch");
  }
}
