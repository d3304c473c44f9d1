package dev.skiff.builder.bootstrap;

import dev.skiff.builder.bootstrap.ToolCommands.Command;
import dev.skiff.builder.bootstrap.ToolCommands.Surroundings;
import dev.skiff.builder.bootstrap.ToolCommands.Text;
import dev.skiff.builder.progress.BuildEvent.Warned;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.root.RootFilesystem;
import dev.skiff.builder.root.RootPaths;
import dev.skiff.builder.root.TreeRemoval;
import dev.skiff.builder.script.BuildContainer;
import dev.skiff.builder.script.OutputLines;
import dev.skiff.builder.script.ScriptMounts;
import dev.skiff.builder.script.StepContainer;
import dev.skiff.runtime.launch.IdMapping;
import dev.skiff.runtime.plan.ContainerPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Runs package tools of the host. Each command mounts for itself alone, so nothing is left behind.
///
/// @param ids which owners files can have; with a single one, root is emulated for the tools too
/// @param environment the caller's
record HostTools(IdMapping ids, Map<String, String> environment, BuildListener listener) {

  /// `$1` is the root, the rest the command.
  private static final String DEVICES =
      """
      root=$1
      shift
      mkdir -p "$root/dev"
      mount -t tmpfs -o mode=755,size=1m dev "$root/dev"
      for node in null zero full random urandom; do
        : >"$root/dev/$node"
        mount --bind "/dev/$node" "$root/dev/$node"
      done
      """;

  private static final String EVERYTHING =
      DEVICES
          + """
          mkdir -p "$root/proc" "$root/sys"
          mount --rbind /proc "$root/proc"
          mount --rbind /sys "$root/sys"
          nothing=/usr/bin/true
          if [ ! -x "$nothing" ]; then nothing=/bin/true; fi
          mount --bind "$nothing" "$(command -v umount)"
          mount --bind "$nothing" "$(command -v mount)"
          """;

  /// Fills a root.
  ///
  /// @throws dev.skiff.definitions.problem.ProblemException if a command fails
  void run(ToolCommands commands, RootFilesystem root) throws IOException {
    Map<String, String> variables = new TreeMap<>();
    variables.put("TMPDIR", root.scratch().toString());
    variables.put("PATH", HostPrograms.USUAL_FOLDERS);
    variables.put("LC_ALL", "C.UTF-8");
    for (Text text : commands.texts()) {
      Path parent = Files.createDirectories(text.path().getParent());
      Files.writeString(text.path(), text.content());
      if (text.path().endsWith(".rpmmacros")) {
        variables.put("HOME", parent.toString());
      }
    }
    for (Command command : commands.commands()) {
      run(command, commands.tool(), variables, root);
    }
    for (String path : commands.leavings()) {
      TreeRemoval.remove(new RootPaths(root.directory()).locate(Path.of(path)));
    }
  }

  private void run(Command command, String tool, Map<String, String> variables, RootFilesystem root)
      throws IOException {
    String before = command.surroundings() == Surroundings.DEVICES ? DEVICES : EVERYTHING;
    List<String> words =
        new ArrayList<>(
            List.of("/bin/sh", "-ec", before + "exec \"$@\"\n", "sh", root.directory().toString()));
    words.addAll(command.words());
    ContainerPlan plan =
        new BuildContainer(ids, environment, Set.of(), ScriptMounts.NONE).onHost(variables, words);
    OutputLines lines = new OutputLines(listener);
    int status = new StepContainer(listener).run(plan, root.scratch().resolve("session"), lines);
    if (command.alsoFine().contains(status)) {
      listener.on(new Warned(BootstrapProblems.scriptFailed(tool)));
    } else if (status != 0) {
      throw BootstrapProblems.failed(tool, status, lines.lastLine());
    }
  }
}
