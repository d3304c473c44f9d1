package dev.skiff.runtime.job.record;

import dev.skiff.runtime.job.JobName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The records of one user's jobs: a folder for each, which only that user may read.
///
///     $XDG_STATE_HOME/skiff/jobs/NAME/   job.json  script  log  log.err  marks  start  exit
///
/// Several processes, on several machines, may use it at once.
public final class JobStore {

  private static final String RECORD = "job.json";
  private static final int LARGEST = 16 << 20;

  private final Path root;

  /// @param root need not exist
  public JobStore(Path root) {
    this.root = root;
  }

  /// The caller's own.
  public static JobStore of(Map<String, String> environment) {
    String state = environment.getOrDefault("XDG_STATE_HOME", "");
    String home = environment.getOrDefault("HOME", "");
    if (state.startsWith("/")) {
      return new JobStore(Path.of(state, "skiff", "jobs"));
    }
    if (!home.startsWith("/")) {
      throw JobProblems.homeless();
    }
    return new JobStore(Path.of(home, ".local", "state", "skiff", "jobs"));
  }

  /// Where all of them lie.
  public Path root() {
    return root;
  }

  /// The folder of a job's record.
  public Path directory(JobName name) {
    return root.resolve(name.text());
  }

  /// The files of a job, or of a task of it.
  public RunFiles files(JobRecord record, OptionalInt task) {
    return new RunFiles(directory(record.name()), task);
  }

  /// Takes a name that no other job has: this one, or with a number behind it.
  ///
  /// @throws dev.skiff.definitions.problem.ProblemException if no folder can be made
  public JobName reserve(JobName wanted) {
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    try {
      Files.createDirectories(root);
      for (int number = 2; ; number++) {
        JobName name = number == 2 ? wanted : wanted.numbered(number - 1);
        try {
          Files.createDirectory(directory(name), ownerOnly);
          return name;
        } catch (FileAlreadyExistsException e) {
          // the next number
        }
      }
    } catch (IOException e) {
      throw JobProblems.unwritable(root, e);
    }
  }

  /// The name that `reserve` would take now.
  public JobName free(JobName wanted) {
    JobName name = wanted;
    for (int number = 2; Files.exists(directory(name)); number++) {
      name = wanted.numbered(number);
    }
    return name;
  }

  /// Writes a record and the exact bytes that the scheduler gets.
  public void write(JobRecord record, String script) {
    writeFile(directory(record.name()).resolve("script"), script);
    update(record);
  }

  /// Writes what changed of a record.
  public void update(JobRecord record) {
    writeFile(directory(record.name()).resolve(RECORD), RecordText.write(record));
  }

  /// Writes one file beside, and renames it.
  public static void writeFile(Path file, String text) {
    Path part =
        file.resolveSibling(".%s.%d".formatted(file.getFileName(), ProcessHandle.current().pid()));
    try {
      Files.writeString(part, text, StandardCharsets.UTF_8);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      try {
        Files.deleteIfExists(part);
      } catch (IOException again) {
        e.addSuppressed(again);
      }
      throw JobProblems.unwritable(file, e);
    }
  }

  /// All records that can be read, the oldest first.
  public List<JobRecord> list() {
    List<JobRecord> records = new ArrayList<>();
    for (Path directory : directories()) {
      read(directory).ifPresent(records::add);
    }
    records.sort(Comparator.comparing(JobRecord::submitted).thenComparing(JobRecord::name));
    return records;
  }

  /// Folders whose record cannot be read, or was never finished.
  public List<Path> broken() {
    return directories().stream().filter(directory -> read(directory).isEmpty()).toList();
  }

  private List<Path> directories() {
    try (Stream<Path> found = Files.list(root)) {
      return found.filter(Files::isDirectory).sorted().toList();
    } catch (IOException e) {
      return List.of(); // no job yet
    }
  }

  private static Optional<JobRecord> read(Path directory) {
    Path file = directory.resolve(RECORD);
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > LARGEST) {
        return Optional.empty();
      }
      JobRecord record =
          RecordText.read(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
      return directory.getFileName().toString().equals(record.name().text())
          ? Optional.of(record)
          : Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /// The job that a person means.
  ///
  /// @param reference a name, the unique beginning of one, `NAME_TASK`, `slurm:ID` or
  ///   `slurm:ID_TASK`, such a number alone, or `-` for the latest
  public JobSelection find(String reference) {
    return find(reference, _ -> true);
  }

  /// The same where several jobs may have one number.
  ///
  /// @param counted whether a job's number counts; asked only if there are several
  public JobSelection find(String reference, Predicate<JobRecord> counted) {
    if (reference.equals("-")) {
      List<JobRecord> all = list();
      if (all.isEmpty()) {
        throw JobProblems.none();
      }
      return new JobSelection(all.getLast(), OptionalInt.empty());
    }
    Optional<JobSelection> exact = named(reference).or(() -> taskOf(reference));
    if (exact.isPresent()) {
      return exact.get();
    }
    List<JobRecord> all = list();
    Optional<JobSelection> numbered = JobSelection.byNumber(reference, all, counted);
    if (numbered.isPresent()) {
      return numbered.get();
    }
    List<JobRecord> beginning =
        all.stream()
            .filter(job -> !reference.isEmpty() && job.name().text().startsWith(reference))
            .toList();
    if (beginning.size() > 1) {
      throw JobProblems.ambiguous(reference, beginning);
    }
    return beginning.stream()
        .findFirst()
        .map(job -> new JobSelection(job, OptionalInt.empty()))
        .orElseThrow(() -> JobProblems.unknown(reference));
  }

  /// Of `NAME_4`, where that is an array.
  private Optional<JobSelection> taskOf(String reference) {
    if (!reference.matches(".+_[0-9]{1,7}")) {
      return Optional.empty();
    }
    int line = reference.lastIndexOf('_');
    return named(reference.substring(0, line))
        .filter(job -> job.record().request().array().isPresent())
        .map(job -> job.task(Integer.parseInt(reference.substring(line + 1))));
  }

  private Optional<JobSelection> named(String reference) {
    try {
      return read(directory(new JobName(reference)))
          .map(record -> new JobSelection(record, OptionalInt.empty()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /// Removes a record with all its files.
  public void forget(JobRecord record) {
    remove(directory(record.name()));
  }

  /// Gives a name back that `reserve` took.
  public void release(JobName name) {
    remove(directory(name));
  }

  private static void remove(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw JobProblems.unwritable(directory, e);
    }
  }
}
