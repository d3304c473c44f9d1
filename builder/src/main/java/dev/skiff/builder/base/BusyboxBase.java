package dev.skiff.builder.base;

import dev.skiff.builder.bootstrap.Download;
import dev.skiff.builder.metadata.ImageEntry;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.root.EntryWriter;
import dev.skiff.builder.root.FileModes;
import dev.skiff.builder.root.RootFilesystem;
import dev.skiff.builder.script.BuildContainer;
import dev.skiff.builder.script.OutputLines;
import dev.skiff.builder.script.ScriptMounts;
import dev.skiff.builder.script.StepContainer;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.plan.ContainerPlan;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// One static program that is a whole userland, downloaded, with a link for each of its applets.
record BusyboxBase(URI binary, BaseUnpacker.Settings settings, BuildListener listener) {

  private static final long LARGEST_BYTES = 64L << 20;

  void unpack(RootFilesystem root) throws IOException {
    new EntryWriter(root.paths()).write(files());
    Path program = root.directory().resolve("bin/busybox");
    new Download(
            binary, "MirrorURL, which names the busybox program itself", LARGEST_BYTES, listener)
        .to(program);
    FileModes.set(program, 0755);
    // The shell that a container starts with has to be there first.
    Files.createSymbolicLink(root.directory().resolve("bin/sh"), Path.of("busybox"));
    BuildContainer.Places places = BuildContainer.Places.of(root, Path.of("").toAbsolutePath());
    ContainerPlan plan =
        new BuildContainer(
                settings.ids(), settings.environment(), System.getenv().keySet(), ScriptMounts.NONE)
            .writable(places, List.of("/bin/busybox", "--install", "-s"));
    int status = new StepContainer(listener).run(plan, places.session(), new OutputLines(listener));
    if (status != 0) {
      throw new ProblemException(BaseProblems.applets(status));
    }
  }

  private static List<ImageEntry> files() {
    return List.of(
        ImageEntry.folder("/bin"),
        ImageEntry.folder("/sbin"),
        ImageEntry.folder("/usr/bin"),
        ImageEntry.folder("/usr/sbin"),
        ImageEntry.folder("/etc"),
        ImageEntry.folder("/dev"),
        ImageEntry.folder("/proc"),
        ImageEntry.text("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n"),
        ImageEntry.text("/etc/group", "root:x:0:\n"),
        ImageEntry.text("/etc/hosts", "127.0.0.1 localhost\n"));
  }
}
