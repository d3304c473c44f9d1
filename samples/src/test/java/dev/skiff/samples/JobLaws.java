package dev.skiff.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// What holds of jobs whoever runs them.
interface JobLaws {

  /// `skiff WORDS...` as the user of the jobs.
  Outcome type(String... words);

  /// `--on` of this scheduler.
  String backend();

  private String submitted(String... words) {
    return type(words).ends(0).out().strip();
  }

  private String[] submit(String... words) {
    String[] all = new String[words.length + 3];
    all[0] = "submit";
    all[1] = "--on";
    all[2] = backend();
    System.arraycopy(words, 0, all, 3, words.length);
    return all;
  }

  private static String image() {
    return BusyboxImage.sif().toString();
  }

  @Test
  default void aJobEndsWithThePayloadsOwnCode() {
    type(submit("--wait", image(), "--", "sh", "-c", "exit 7")).ends(7);
    type(submit("--wait", image(), "--", "sh", "-c", "kill -9 $$")).ends(137);
    type("wait", "-").ends(137);
  }

  @Test
  default void outAndErrAreKeptApartAndTimed() {
    String name = submitted(submit(image(), "--", "sh", "-c", "echo o; echo e >&2"));
    type("wait", name).ends(0);
    type("logs", "--stdout", name).ends(0).prints("o\n");
    type("logs", "--stderr", name).ends(0).prints("e\n");
    type("logs", name).ends(0).prints("o\ne\n");
    assertThat(type("logs", "--timestamps", "--stdout", name).out())
        .matches("20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\S* o\n");
    type("logs", "-f", name).ends(0).prints("o\ne\n");
    assertThat(type("ps", "-a", "--json", name).out()).contains("\"state\" : \"SUCCEEDED\"");
  }

  @Test
  default void nothingThatWasTypedIsEvaluated() {
    String value = "l1\nl2 $(touch /tmp/evil) 'q' `z` \"d\"";
    String name =
        submitted(
            submit(
                "-e",
                "V=" + value,
                image(),
                "--",
                "sh",
                "-c",
                "echo \"$V\"; echo \"$0\"",
                "a'b $(c)"));
    type("wait", name).ends(0);
    type("logs", name).prints(value + "\na'b $(c)\n");
    type(submit("-N", "a\nb", image(), "true")).ends(2).complains("letters, digits");
    type(submit("-t", "soon", image(), "true")).ends(2).complains("'soon' is no time");
  }

  @Test
  default void cancelTellsThePayloadOnce() throws IOException {
    String name =
        submitted(
            submit(
                image(),
                "--",
                "sh",
                "-c",
                "trap 'echo term; told=1' TERM; echo up;"
                    + " while [ -z \"$told\" ]; do sleep 0.1; done; sleep 0.5"));
    while (!type("logs", name).out().contains("up")) {
      assertThat(type("ps", name).out()).doesNotContain("FAILED");
    }
    type("cancel", name).ends(0);
    type("wait", name).ends(130);
    type("logs", "--stdout", name).prints("up\nterm\n");
    type("cancel", "nosuch").ends(1).complains("cannot find the job 'nosuch'");
  }

  @Test
  default void tasksOfAnArrayAreJobsOfTheirOwn() {
    String name =
        submitted(
            submit(
                "--array",
                "1-2",
                image(),
                "--",
                "sh",
                "-c",
                "echo t$SLURM_ARRAY_TASK_ID; exit $((SLURM_ARRAY_TASK_ID - 1))"));
    type("wait", name).ends(1);
    type("logs", "--task", "2", name).ends(0).prints("t2\n");
    type("logs", name + "_2").ends(0).prints("t2\n");
    type("wait", name + "_1").ends(0);
    String after = submitted(submit("--after", name + ":fail", image(), "--", "true"));
    type("wait", after).ends(0);
  }

  @Test
  default void theDryRunIsTheScriptAndRunsByItself() throws IOException {
    String script =
        type(submit("--dry-run", "-N", "dry", image(), "--", "echo", "by itself")).ends(0).out();
    assertThat(script).startsWith("#!/bin/bash\n").contains("'echo' 'by itself'");
    assertThat(type("ps", "-a").out()).doesNotContain("dry");
    Path file = Files.writeString(Files.createTempFile("skiff-dry", ".sh"), script);
    InstalledSkiff.execute("chmod", "644", file.toString());
    assertThat(alone(file)).isEqualTo("by itself\n");
    Files.delete(file);
  }

  /// The output of a script that is run without a record.
  String alone(Path script);
}
