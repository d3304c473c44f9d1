package dev.skiff.runtime.host;

import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.gpu.GpuFindings;
import dev.skiff.runtime.gpu.NvidiaDiscovery;
import dev.skiff.runtime.host.HostFacts.FileText;
import dev.skiff.runtime.host.HostFacts.ImageMount;
import dev.skiff.runtime.request.BindSpec;
import dev.skiff.runtime.request.ExecRequest;
import dev.skiff.runtime.request.MountRequest;
import dev.skiff.runtime.request.MountRequest.Containment;
import dev.skiff.runtime.seen.Sightings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads what a plan depends on: account tables, the working directory, /etc/resolv.conf, devices.
/// Nobody else does. Reads once, changes nothing, starts no process.
public final class HostProbe {

  private static final int LARGEST_TEXT = 1 << 20;
  private static final String HANDED_OVER = "SKIFF_CALLER_";

  /// Directories of every Linux, the ones that are mostly empty first; the last are all that many
  /// an image has, for a container inside a container.
  private static final List<String> SESSION_CANDIDATES =
      List.of("/var/empty", "/srv", "/media", "/mnt", "/opt", "/boot", "/run", "/root", "/home");

  private final Path root;
  private @Nullable Sightings sightings;

  private HostProbe(Path root) {
    this.root = root;
  }

  /// Looks at the host whose root directory is `root`: `/`, or a folder that plays a host.
  public static HostProbe of(Path root) {
    return new HostProbe(root);
  }

  /// The caller's variables, from those of the JVM: the launcher keeps what it has to change for
  /// the JVM's sake, such as `LC_ALL`, under `SKIFF_CALLER_LC_ALL`.
  public static Map<String, String> callerEnvironment(Map<String, String> ofTheJvm) {
    Map<String, String> environment = HashMap.newHashMap(ofTheJvm.size());
    environment.putAll(ofTheJvm);
    environment.remove("LC_ALL");
    for (Map.Entry<String, String> entry : ofTheJvm.entrySet()) {
      if (entry.getKey().startsWith(HANDED_OVER)) {
        environment.remove(entry.getKey());
        environment.put(entry.getKey().substring(HANDED_OVER.length()), entry.getValue());
      }
    }
    return environment;
  }

  /// Who called, as this process can tell: in a user namespace of the launcher's, where it is root,
  /// by what root stands for outside.
  ///
  /// @param environment see `callerEnvironment`
  public Caller caller(Map<String, String> environment) {
    String status = textOrNothing(onHost("/proc/self/status"));
    long uid = IdMap.parse(textOrNothing(onHost("/proc/self/uid_map"))).outside(id(status, "Uid:"));
    long gid = IdMap.parse(textOrNothing(onHost("/proc/self/gid_map"))).outside(id(status, "Gid:"));
    return new Caller(uid, gid, environment);
  }

  /// The effective id in a line such as `Uid: 0 0 0 0`; 0 where there is none.
  private static long id(String status, String key) {
    int line = status.indexOf("\n" + key);
    if (line < 0) {
      return 0;
    }
    IdMap.Numbers numbers = new IdMap.Numbers(status, line + 1 + key.length());
    long _ = numbers.next();
    return Math.max(0, numbers.next());
  }

  /// All facts for one request.
  ///
  /// @param directory the process's own working directory, without symbolic links
  /// @throws ProblemException when an `--env-file` cannot be read
  public HostFacts probe(Caller caller, Path directory, ExecRequest request) {
    HostFacts.Account account = AccountTables.of(root).account(caller);
    Path logical = logicalDirectory(caller, directory);
    return new HostFacts(
        account,
        caller.environment(),
        logical,
        directory,
        textOrNothing(onHost("/etc/resolv.conf")),
        sessionCandidates(account, directory, request),
        imageMount(caller),
        environmentFiles(caller, directory, request),
        gpu(caller, directory, request),
        SecurityFacts.probe(root, directory, request.process().privileges()));
  }

  /// What was looked at for the last request's GPUs and files of variables; null when it has none.
  public @Nullable Sightings sightings() {
    return sightings;
  }

  private Path onHost(String path) {
    return root.resolve(path.substring(1));
  }

  /// `PWD`, if it names the directory we are in; a program that changed directory may not have
  /// told.
  private Path logicalDirectory(Caller caller, Path physical) {
    String claimed = caller.environment().getOrDefault("PWD", "");
    if (!claimed.startsWith("/")) {
      return physical;
    }
    try {
      Path path = Path.of(claimed);
      boolean same =
          path.equals(physical) || Files.isSameFile(onHost(claimed), onHost(physical.toString()));
      return same && path.equals(path.normalize()) ? path : physical;
    } catch (IOException | InvalidPathException e) {
      return physical;
    }
  }

  private ImageMount imageMount(Caller caller) {
    boolean root = IdMap.parse(textOrNothing(onHost("/proc/self/uid_map"))).isWhole();
    if (caller.uid() == 0 && root && Files.exists(onHost("/dev/loop-control"))) {
      return ImageMount.LOOP;
    }
    Path fuse = onHost("/dev/fuse");
    return Files.isReadable(fuse) && Files.isWritable(fuse) ? ImageMount.FUSE : ImageMount.NONE;
  }

  private List<Path> sessionCandidates(
      HostFacts.Account account, Path directory, ExecRequest request) {
    MountRequest mounts = request.mounts();
    List<Path> reserved = new ArrayList<>();
    reserved.add(account.home());
    reserved.add(directory);
    reserved.add(directory.resolve(asPath(request.image())));
    if (mounts.workdir().isPresent()) {
      reserved.add(directory.resolve(mounts.workdir().get()));
    }
    if (mounts.home() instanceof dev.skiff.runtime.request.HomeSpec.Given given) {
      reserved.add(directory.resolve(given.source()));
    }
    for (BindSpec bind : mounts.binds()) {
      reserved.add(directory.resolve(bind.source()));
    }
    return freeOf(reserved);
  }

  private static Path asPath(String image) {
    try {
      return Path.of(image);
    } catch (InvalidPathException e) {
      return Path.of("");
    }
  }

  /// Candidates that hold none of these paths, also where a symbolic link leads into one.
  private List<Path> freeOf(List<Path> reserved) {
    List<Path> real = new ArrayList<>(reserved.size());
    for (Path path : reserved) {
      try {
        real.add(onHost(path.toString()).toRealPath());
      } catch (IOException e) { // what is not there is not hidden
        real.add(onHost(path.toString()));
      }
    }
    List<Path> free = new ArrayList<>();
    for (String candidate : SESSION_CANDIDATES) {
      Path directory = onHost(candidate);
      if (Files.isDirectory(directory) && holdsNone(directory, real)) {
        free.add(Path.of(candidate));
      }
    }
    return free;
  }

  private static boolean holdsNone(Path directory, List<Path> real) {
    Path candidate;
    try {
      candidate = directory.toRealPath();
    } catch (IOException e) {
      return false;
    }
    for (Path path : real) {
      if (path.startsWith(candidate)) {
        return false;
      }
    }
    return true;
  }

  private List<FileText> environmentFiles(Caller caller, Path directory, ExecRequest request) {
    List<FileText> files = new ArrayList<>();
    for (Path file : request.environment().files()) {
      Path absolute = directory.resolve(file);
      try {
        FileText read = new FileText(file, text(onHost(absolute.toString())));
        files.add(read);
        EnvironmentFiles.note(absolute, read.text(), caller.environment(), seen());
      } catch (IOException e) {
        throw new ProblemException(
            new Problem(
                "could not read environment file \"" + file + "\"",
                "'" + absolute + "' cannot be read: " + e.getMessage(),
                "name a readable file with --env-file"),
            ExitCode.NOT_STARTED,
            e);
      }
    }
    return files;
  }

  private Sightings seen() {
    Sightings known = sightings;
    if (known == null) {
      known = new Sightings();
      sightings = known;
    }
    return known;
  }

  private GpuFindings gpu(Caller caller, Path directory, ExecRequest request) {
    MountRequest mounts = request.mounts();
    if (mounts.gpu().isEmpty()) {
      return GpuFindings.NONE;
    }
    NvidiaDiscovery.Devices devices =
        mounts.containment() == Containment.CONTAIN
            ? NvidiaDiscovery.Devices.NAMED
            : NvidiaDiscovery.Devices.ALL_SHOWN;
    return new GpuProbe(root, directory, caller.environment(), seen()).find(mounts.gpu(), devices);
  }

  static String textOrNothing(Path file) {
    try {
      return text(file);
    } catch (IOException e) {
      return "";
    }
  }

  /// @throws IOException also when the file is larger than any text of its kind
  static String text(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LARGEST_TEXT + 1);
      if (bytes.length > LARGEST_TEXT) {
        throw new IOException("it is larger than " + LARGEST_TEXT + " bytes");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
