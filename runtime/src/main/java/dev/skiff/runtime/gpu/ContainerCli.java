package dev.skiff.runtime.gpu;

import dev.skiff.runtime.elf.ElfFile;
import dev.skiff.runtime.gpu.GpuFindings.Kind;
import dev.skiff.runtime.gpu.GpuFindings.Shown;
import dev.skiff.runtime.gpu.NvidiaDiscovery.Devices;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Has `nvidia-container-cli list` say what belongs to NVIDIA's driver. It only tells: what is
/// shown is decided, printed by `--dry-run` and mounted as for `--nv`, and nothing of it runs in
/// the container.
public final class ContainerCli {

  private static final String OPTION = "--nvccli";
  private static final String NAME = "nvidia-container-cli";
  private static final String VISIBLE = "NVIDIA_VISIBLE_DEVICES";
  private static final int LARGEST_ANSWER = 1 << 20;
  private static final int SECONDS = 30;

  private final Map<String, String> environment;

  /// @param environment the caller's
  public ContainerCli(Map<String, String> environment) {
    this.environment = environment;
  }

  /// What there is.
  ///
  /// @throws dev.skiff.definitions.problem.ProblemException when there is no such program, or it
  ///   fails: its own words then say why
  public GpuFindings find(Devices devices) {
    List<Shown> shown = new ArrayList<>();
    List<Path> nodes = new ArrayList<>();
    int start = 0;
    String answer = ask(program());
    while (start < answer.length()) {
      int newline = answer.indexOf('\n', start);
      int end = newline < 0 ? answer.length() : newline;
      String line = answer.substring(start, end).strip();
      start = end + 1;
      if (line.startsWith("/dev/") && devices == Devices.NAMED) {
        nodes.add(Path.of(line));
      } else if (line.startsWith("/") && !line.startsWith("/dev/") && !line.startsWith("/proc/")) {
        shown.add(shown(line));
      }
    }
    return new GpuFindings(shown, List.of(), nodes, Map.of(), List.of());
  }

  private Path program() {
    String path = environment.getOrDefault("PATH", "/usr/bin:/bin");
    int start = 0;
    while (start <= path.length()) {
      int colon = path.indexOf(':', start);
      int end = colon < 0 ? path.length() : colon;
      String directory = path.substring(start, end);
      start = end + 1;
      if (directory.startsWith("/") && Files.isExecutable(Path.of(directory, NAME))) {
        return Path.of(directory, NAME);
      }
    }
    throw GpuProblems.noContainerCli(Path.of(""));
  }

  /// `--user` keeps it from becoming `nobody`, whom a user namespace may not know.
  private String ask(Path program) {
    String chosen = environment.getOrDefault(VISIBLE, "");
    List<String> words =
        List.of(
            program.toString(),
            "--user=0:0",
            "list",
            "--device=" + (chosen.isEmpty() ? "all" : chosen),
            "--libraries",
            "--binaries",
            "--ipcs");
    try {
      Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String said;
      try (InputStream in = process.getInputStream()) {
        said = new String(in.readNBytes(LARGEST_ANSWER), StandardCharsets.UTF_8);
      }
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw GpuProblems.containerCliFailed(said.strip());
      }
      return said;
    } catch (IOException e) {
      throw GpuProblems.noContainerCli(program);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw GpuProblems.containerCliFailed("it was interrupted");
    }
  }

  private static Shown shown(String path) {
    Path source;
    try {
      source = Path.of(path);
    } catch (InvalidPathException e) {
      throw GpuProblems.containerCliFailed("it names '" + path + "', which is no path");
    }
    String name = path.substring(path.lastIndexOf('/') + 1);
    if (name.contains(".so")) {
      return Shown.library(source, soname(source, name), OPTION);
    }
    boolean binary = path.contains("/bin/") || path.contains("/sbin/");
    return binary
        ? new Shown(Kind.BINARY, source, "/usr/bin/" + name, OPTION)
        : new Shown(Kind.SOCKET, source, path, OPTION);
  }

  /// Programs ask for the name that is in the library, and it tells files by their versions.
  public static String soname(Path library, String fileName) {
    try {
      String soname = ElfFile.read(library).map(ElfFile::soname).orElse("");
      return soname.isEmpty() || soname.indexOf('/') >= 0 ? fileName : soname;
    } catch (IOException e) {
      return fileName;
    }
  }
}
