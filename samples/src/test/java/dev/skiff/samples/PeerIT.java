package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.execute;
import static dev.skiff.samples.InstalledSkiff.skiff;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The images that Skiff makes, in the hands of a real Apptainer, which is found as `BesideThePeer`
/// says.
@Timeout(600)
final class PeerIT extends BesideThePeer {

  private static final String TALKATIVE =
      """
      Bootstrap: localimage
      From: BASE

      %environment
          export A="<&> é"
      %runscript
          exec a "$@"
      %startscript
          exec b
      %test
          true
      %labels
          Maintainer "quoted name"
          Empty
      %help

          Help text.

      %apprun foo-x
          exec here
      %appenv foo-x
          export IN=foo
      %applabels foo-x
          Kind tool
      %apphelp bar
          About bar.
      """;

  private static final List<String> INSPECTIONS =
      List.of(
          "",
          "--all",
          "-l -d -r -s -t -e -H",
          "-j",
          "-j -r -d -e",
          "--list-apps",
          "-j --list-apps",
          "--list-apps --app bar -r",
          "--app foo-x",
          "--app foo-x -d -r -e -H -t -s -l",
          "-j --app foo-x -d -r -e -H -t -s -l",
          "--app nope -r",
          "-j --app nope");

  @Test
  void anImageFromNothingRunsAndIsDescribed() throws IOException {
    share(BusyboxImage.sif());
    String image = seen + "/x.sif";
    apptainer("exec", image, "sh", "-c", "echo $FOO; cat /etc/group | head -n 1")
        .ends(0)
        .printsAmongOthers("bar\nroot:x:0:");
    apptainer("run", image, "a", "b c").ends(0).printsAmongOthers("run 2 a b c bar\n");
    apptainer("exec", image, "sh", "-c", "exit 9").ends(9);
    apptainer("inspect", "--runscript", image).ends(0).printsAmongOthers("echo \"run $# $1");
    apptainer("inspect", "--environment", image).ends(0).printsAmongOthers("export FOO=bar");
    apptainer("inspect", "--deffile", image).ends(0).printsAmongOthers("Bootstrap: scratch");
    Outcome labels = apptainer("inspect", "--json", "--labels", image).ends(0);
    assertThat(labels.out()).contains("org.label-schema.build-date");
    Outcome list = apptainer("sif", "list", image).ends(0);
    assertThat(list.out()).contains("Def.FILE").containsPattern("FS \\(Squashfs/\\*System/");
    apptainer("sif", "header", image).ends(0).printsAmongOthers("#!/usr/bin/env run-singularity");
  }

  @Test
  void aConvertedImageKeepsCommandVariablesAndOwners() throws IOException {
    Path directory = directoryOf(HostUser.SINGLE.orSkip());
    Path archive =
        new OciArchiveFixture(directoryOf(HostUser.ROOT))
            .busybox()
            .layer("zstd -q", "+zstd", "mkdir opt; echo o > opt/o; chown 12:34 opt/o")
            .archive(
                "O.tar",
                """
                {"Entrypoint":["printf","<%s>"],"Cmd":["none"],"Env":["PATH=/bin","V=a $b 'c'"],\
                "Labels":{"org.example.who":"somebody"}}\
                """);
    skiff(HostUser.SINGLE, directory, "build", "x.sif", "oci-archive:" + archive).ends(0);
    share(directory.resolve("x.sif"));
    String image = seen + "/x.sif";
    apptainer("run", image).ends(0).printsAmongOthers("<none>");
    apptainer("run", image, "a", "b  c", "$HOME").ends(0).printsAmongOthers("<a><b  c><$HOME>");
    apptainer("exec", image, "sh", "-c", "echo \"$V\"; cat /opt/o")
        .ends(0)
        .printsAmongOthers("a $b 'c'\no\n");
    apptainer("inspect", image).ends(0).printsAmongOthers("org.example.who: somebody");
    apptainer("sif", "list", image).ends(0).printsAmongOthers("JSON");
  }

  @Test
  void anImageOfEachCompressionIsMounted() throws IOException {
    Path directory = directoryOf(HostUser.SINGLE.orSkip());
    for (String compression : List.of("gzip", "xz", "lz4", "zstd")) {
      String name = compression + ".sif";
      skiff(
              HostUser.SINGLE,
              directory,
              "build",
              "--compression",
              compression,
              name,
              BusyboxImage.sif().toString())
          .ends(0);
      Files.copy(directory.resolve(name), shared.resolve(name));
      execute("chmod", "755", shared.resolve(name).toString());
      apptainer("exec", seen + "/" + name, "echo", compression)
          .ends(0)
          .printsAmongOthers(compression + "\n");
    }
  }

  @Test
  void inspectPrintsWhatThePeerPrints() throws IOException {
    shareOneImageInFourForms();
    for (String image : List.of("x.sif", "box", "raw.sqfs", "bare.sif")) {
      for (String words : INSPECTIONS) {
        isInspectedAlike(image, words.isEmpty() ? List.of() : List.of(words.split(" ", -1)));
      }
    }
  }

  /// As a SIF file, a sandbox, a bare file system, and a SIF file that says nothing about itself.
  private void shareOneImageInFourForms() throws IOException {
    Path directory = directoryOf(HostUser.ROOT.orSkip());
    Files.writeString(
        directory.resolve("x.def"), TALKATIVE.replace("BASE", BusyboxImage.sif().toString()));
    skiff(HostUser.ROOT, directory, "build", "x.sif", "x.def").ends(0);
    skiff(HostUser.ROOT, directory, "build", "--sandbox", "box", "x.sif").ends(0);
    share(directory.resolve("x.sif"));
    execute("cp", "-r", directory.resolve("box").toString(), shared.toString());
    execute("chmod", "-R", "a+rX", shared.toString());
    execute(
        "dd",
        "if=" + shared.resolve("x.sif"),
        "of=" + shared.resolve("raw.sqfs"),
        "bs=4096",
        "skip=" + Long.parseLong(rootOffset()) / 4096);
    Files.copy(shared.resolve("x.sif"), shared.resolve("bare.sif"));
    execute("chmod", "666", shared.resolve("bare.sif").toString());
    apptainer("sif", "del", "2", seen + "/bare.sif").ends(0);
    execute("chmod", "755", shared.resolve("bare.sif").toString());
  }

  private void isInspectedAlike(String image, List<String> words) {
    List<String> ours = new ArrayList<>(List.of("inspect"));
    List<String> theirs = new ArrayList<>();
    ours.addAll(words);
    theirs.addAll(words);
    ours.add(shared.resolve(image).toString());
    theirs.add(seen + "/" + image);
    String expected = apptainer("inspect", theirs.toArray(String[]::new)).ends(0).out();
    Outcome found = skiff(HostUser.ROOT, shared, ours.toArray(String[]::new)).ends(0);
    found.prints(expected.replace(seen + "/box", shared + "/box"));
  }

  private String rootOffset() {
    String listed = apptainer("sif", "list", seen + "/x.sif").ends(0).out();
    return listed
        .lines()
        .filter(line -> line.contains("*System"))
        .map(line -> line.split("\\|", -1)[3].strip().split("-", -1)[0])
        .findFirst()
        .orElseThrow();
  }
}
