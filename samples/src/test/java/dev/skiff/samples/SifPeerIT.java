package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.execute;
import static dev.skiff.samples.InstalledSkiff.skiff;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// SIF files looked into and changed by Skiff and by a real Apptainer, which is found as
/// `BesideThePeer` says.
@Timeout(600)
final class SifPeerIT extends BesideThePeer {

  /// What both say of a file.
  private void bothSay(String... words) {
    String[] ours = words.clone();
    ours[ours.length - 1] = shared.resolve(words[words.length - 1]).toString();
    String[] theirs = words.clone();
    theirs[theirs.length - 1] = seen + "/" + words[words.length - 1];
    List<String> ourWords = new ArrayList<>(List.of("sif"));
    ourWords.addAll(List.of(ours));
    Outcome peer = apptainer("sif", theirs).ends(0);
    skiff(HostUser.ROOT, Path.of("/"), ourWords.toArray(String[]::new)).ends(0).prints(peer.out());
  }

  private void bothDescribe(String name, int... objects) {
    bothSay("list", name);
    bothSay("header", name);
    for (int object : objects) {
      bothSay("info", Integer.toString(object), name);
      bothSay("dump", Integer.toString(object), name);
    }
  }

  private void shareFixture(String name) throws IOException {
    Files.copy(Path.of("src/test/resources/sif", name), shared.resolve(name));
    execute("chmod", "755", shared.resolve(name).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip.sif", "xz.sif", "zstd.sif", "signed-pgp.sif", "signed-dsse.sif"})
  void filesOfThePeerAreDescribedAlike(String name) throws IOException {
    shareFixture(name);
    bothDescribe(name, 1, 2);
    bothSay("info", "3", name);
    if (name.startsWith("signed")) {
      bothSay("info", "4", name);
      bothSay("dump", "4", name);
    }
  }

  private void change(String tool, String name) {
    String[][] changes = {
      {"add", name, "text", "--datatype", "1"},
      {"add", name, "text", "--datatype", "6", "--groupid", "1", "--filename", "j", "--link", "3"},
      {
        "add",
        name,
        "data",
        "--datatype",
        "4",
        "--parttype",
        "4",
        "--partfs",
        "2",
        "--partarch",
        "2",
        "--groupid",
        "1"
      },
      {
        "add",
        name,
        "data",
        "--datatype",
        "4",
        "--parttype",
        "1",
        "--partfs",
        "1",
        "--partarch",
        "4",
        "--groupid",
        "1"
      },
      {
        "add",
        name,
        "text",
        "--datatype",
        "5",
        "--signhash",
        "2",
        "--signentity",
        "433FE984155206BD962725E20E8713472A879943"
      },
      {
        "add",
        name,
        "text",
        "--datatype",
        "9",
        "--sbomformat",
        "syft-json",
        "--groupid",
        "2",
        "--alignment",
        "512"
      },
      {"add", name, "text", "--datatype", "10"},
      {"add", name, "text", "--datatype", "11"},
      {"del", "5", name},
      {"add", name, "text", "--datatype", "7"},
      {"setprim", "7", name},
      {"setprim", "3", name},
      {"del", "11", name}
    };
    for (String[] change : changes) {
      String[] words = change.clone();
      for (int i = 1; i < words.length; i++) {
        if (List.of(name, "text", "data").contains(words[i])) {
          words[i] = (tool.equals("peer") ? seen : shared) + "/" + words[i];
        }
      }
      if (tool.equals("peer")) {
        apptainer("sif", words).ends(0);
      } else {
        List<String> ours = new ArrayList<>(List.of("sif"));
        ours.addAll(List.of(words));
        skiff(HostUser.ROOT, Path.of("/"), ours.toArray(String[]::new)).ends(0);
      }
    }
  }

  @Test
  void changesGiveTheBytesThatThePeerGives() throws IOException {
    Files.writeString(shared.resolve("text"), "some text\n");
    Files.write(shared.resolve("data"), new byte[10_000]);
    shareFixture("gzip.sif");
    for (String tool : List.of("peer", "ours")) {
      Files.copy(shared.resolve("gzip.sif"), shared.resolve(tool));
      execute("chmod", "777", shared.resolve(tool).toString());
      change(tool, tool);
    }
    assertThat(withoutTimes("ours")).isEqualTo(withoutTimes("peer"));
    bothDescribe("ours", 1, 2, 4, 5, 6, 7, 8, 9, 10);
    apptainer("exec", seen + "/ours", "cat", "/made").ends(0).prints("made in post\n");
    apptainer("inspect", "--deffile", seen + "/ours").ends(0).printsAmongOthers("%post");
  }

  private byte[] withoutTimes(String name) throws IOException {
    byte[] bytes = Files.readAllBytes(shared.resolve(name));
    Arrays.fill(bytes, 64, 80, (byte) 0);
    for (int slot = 0; slot < 48; slot++) {
      Arrays.fill(bytes, 4096 + slot * 585 + 41, 4096 + slot * 585 + 57, (byte) 0);
    }
    return bytes;
  }

  @Test
  void aSignedFileVerifiesUntilItIsChanged() throws IOException {
    shareFixture("signed-dsse.sif");
    Files.copy(Path.of("src/test/resources/sif/signed-dsse.pub.pem"), shared.resolve("key.pem"));
    String image = seen + "/signed-dsse.sif";
    String ours = shared.resolve("signed-dsse.sif").toString();
    apptainer("verify", "--key", seen + "/key.pem", image).ends(0);
    Files.writeString(shared.resolve("text"), "some text\n");
    skiff(
            HostUser.ROOT,
            Path.of("/"),
            "sif",
            "add",
            ours,
            shared.resolve("text").toString(),
            "--datatype",
            "7",
            "--groupid",
            "1")
        .ends(0)
        .complains("does not verify any more");
    assertThat(apptainer("verify", "--key", seen + "/key.pem", image).status()).isNotZero();
    skiff(HostUser.ROOT, Path.of("/"), "sif", "del", "5", ours).ends(0);
    apptainer("verify", "--key", seen + "/key.pem", image).ends(0);
  }

  @Test
  void dataImagesOfOursAreTakenByThePeer() throws IOException {
    Path directory = directoryOf(HostUser.SINGLE.orSkip());
    Files.createDirectory(directory.resolve("d"));
    Files.writeString(directory.resolve("d/f"), "data\n");
    execute("chmod", "-R", "a+rX", directory.resolve("d").toString());
    skiff(HostUser.SINGLE, directory, "build", "--data", "data.sif", "d").ends(0);
    Files.copy(directory.resolve("data.sif"), shared.resolve("data.sif"));
    execute("chmod", "755", shared.resolve("data.sif").toString());
    share(BusyboxImage.sif());
    bothDescribe("data.sif", 1, 2);
    apptainer("exec", "-B", seen + "/data.sif:/mnt:image-src=/", seen + "/x.sif", "cat", "/mnt/f")
        .ends(0)
        .printsAmongOthers("data\n");
  }
}
