package dev.skiff.runtime.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.definitions.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InstanceRecordsTest {

  private static final Path PROC = Path.of("/proc");

  @TempDir private Path directory = Path.of("/");

  private static InstanceRecord record(String name, ProcessMark process) {
    return new InstanceRecord(
        new InstanceName(name), process, "1000:1000", "/data/an image.sif", "/home/me", "/a,/b", 7);
  }

  private static ProcessMark ourselves() throws IOException {
    return ProcessMark.of(PROC, Long.toString(ProcessHandle.current().pid()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "db-1", "A.b_c", ".hidden", "9"})
  void lettersDigitsAndThreeSignsMakeAName(String name) {
    assertThat(new InstanceName(name)).hasToString(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "-a", "a b", "a/b", "../x", "é", "a\n", "lock~"})
  void nothingElseDoes(String name) {
    assertThatThrownBy(() -> new InstanceName(name))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("cannot call an instance");
  }

  @Test
  void aRecordIsReadAsItWasWritten() throws IOException {
    InstanceRecord record = record("db", ourselves());
    assertThat(InstanceRecord.parse(record.name(), record.text())).contains(record);
    assertThat(InstanceRecord.parse(record.name(), "pid x\nstarted 1\n")).isEmpty();
    assertThat(InstanceRecord.parse(record.name(), "")).isEmpty();
  }

  @Test
  void whoHasEndedIsInNoInstance() throws IOException {
    String rest = " 1" + " 0".repeat(17) + " 7 0\n"; // it started at 7
    for (String line : new String[] {"4 (sh) S", "5 (startscript) Z", "6 (sleep) S"}) {
      Path process = Files.createDirectories(directory.resolve(line.substring(0, 1)));
      Files.writeString(process.resolve("stat"), line + rest);
      Files.createSymbolicLink(
          Files.createDirectory(process.resolve("ns")).resolve("pid"), Path.of("pid:[1]"));
    }
    assertThat(InstanceProcesses.of(directory, record("db", new ProcessMark(4, 7))))
        .containsExactlyInAnyOrder(4L, 6L);
  }

  @Test
  void aNameIsTakenOnceAsLongAsItsProcessRuns() throws IOException {
    InstanceRecords records = InstanceRecords.in(directory.resolve("host"));
    InstanceRecord record = record("db", ourselves());
    records.claim(record);
    assertThat(records.find(record.name())).contains(record);
    assertThatThrownBy(() -> records.claim(record)).isInstanceOf(ProblemException.class);
    records.withdraw(record);
    assertThat(records.find(record.name())).isEmpty();
    records.claim(record);
  }

  @Test
  void aRecordWhoseProcessIsAnotherByNowCountsAsNoneAndGoes() throws IOException {
    InstanceRecords records = InstanceRecords.in(directory.resolve("host"));
    ProcessMark now = ourselves();
    records.claim(record("old", new ProcessMark(now.pid(), now.startTicks() - 1)));
    assertThat(records.find(new InstanceName("old"))).isEmpty();
    assertThat(records.all()).isEmpty();
    assertThat(directory.resolve("host/old/record")).doesNotExist();
    assertThat(directory.resolve("host/old/out")).exists();
  }

  @Test
  void aProcessThatNobodyHasAskedHowItEndedHasEnded() throws IOException {
    Path stat = Files.createDirectories(directory.resolve("42")).resolve("stat");
    String rest = " 1 42 42 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 777 0 0";
    Files.writeString(stat, "42 (a) Z b) S" + rest);
    assertThat(new ProcessMark(42, 777).isAlive(directory)).isTrue();
    assertThat(new ProcessMark(42, 778).isAlive(directory)).isFalse();
    Files.writeString(stat, "42 (sh) Z" + rest);
    assertThat(new ProcessMark(42, 777).isAlive(directory)).isFalse();
    Files.writeString(stat, "nonsense");
    assertThat(new ProcessMark(42, 777).isAlive(directory)).isFalse();
  }

  @Test
  void patternsChooseByName() throws IOException {
    InstanceRecords records = InstanceRecords.in(directory.resolve("host"));
    for (String name : new String[] {"db1", "db2", "web"}) {
      records.claim(record(name, ourselves()));
    }
    assertThat(records.matching("db*")).extracting(one -> one.name().text()).contains("db1", "db2");
    assertThat(records.matching("d?1")).hasSize(1);
    assertThat(records.matching("*")).hasSize(3);
    assertThat(records.matching("web")).hasSize(1);
    assertThat(records.matching("we")).isEmpty();
  }

  @Test
  void statesLieWhereTheVariablesSay() {
    InstanceName name = new InstanceName("a");
    assertThat(InstanceRecords.of(Map.of("HOME", "/h")).logs(name).toString())
        .startsWith("/h/.local/state/skiff/instances/");
    assertThat(InstanceRecords.of(Map.of("HOME", "/h", "XDG_STATE_HOME", "/x")).logs(name))
        .asString()
        .startsWith("/x/skiff/instances/");
    assertThatThrownBy(() -> InstanceRecords.of(Map.of())).isInstanceOf(ProblemException.class);
  }

  @ParameterizedTest
  @CsvSource({"TERM,TERM", "SIGTERM,TERM", "sigint,INT", "9,9", "15,15"})
  void signalsAreNamedInAnyOfTheirForms(String typed, String name) {
    assertThat(InstanceStop.signal(typed)).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "65", "999", "NOPE", "TERM; rm -rf /", "-9"})
  void whatIsNoSignalIsRefused(String typed) {
    assertThatThrownBy(() -> InstanceStop.signal(typed)).isInstanceOf(ProblemException.class);
  }

  @Test
  void stoppingOneThatHasEndedOnlyForgetsIt() throws IOException {
    InstanceRecords records = InstanceRecords.in(directory.resolve("host"));
    InstanceRecord ended = record("old", new ProcessMark(1L << 40, 1));
    records.claim(ended);
    new InstanceStop(Optional.empty(), Duration.ofSeconds(1)).stop(ended, records);
    assertThat(directory.resolve("host/old/record")).doesNotExist();
  }
}
