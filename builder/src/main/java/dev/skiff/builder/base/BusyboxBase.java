package dev.skiff.builder.base;

import dev.skiff.builder.metadata.ImageEntry;
import dev.skiff.builder.progress.BuildEvent.BytesMoved;
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
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// One static program that is a whole userland, downloaded, with a link for each of its applets.
record BusyboxBase(URI binary, BaseUnpacker.Settings settings, BuildListener listener) {

  private static final long LARGEST_BYTES = 64L << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  void unpack(RootFilesystem root) throws IOException {
    new EntryWriter(root.paths()).write(files());
    Path program = root.directory().resolve("bin/busybox");
    download(program);
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

  private void download(Path to) throws IOException {
    try (HttpClient client =
            HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(PATIENCE)
                .build();
        OutputStream out = Files.newOutputStream(to)) {
      HttpResponse<InputStream> answer =
          client.send(
              HttpRequest.newBuilder(binary).timeout(PATIENCE).build(),
              HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream in = answer.body()) {
        if (answer.statusCode() != 200) {
          throw new ProblemException(
              BaseProblems.download(
                  binary, "the server answered with status " + answer.statusCode()));
        }
        copy(in, out, answer.headers().firstValueAsLong("content-length").orElse(-1));
      }
    } catch (IllegalArgumentException e) {
      throw new ProblemException(
          BaseProblems.download(binary, "only http:// and https:// can be fetched"));
    } catch (IOException e) {
      throw new ProblemException(
          BaseProblems.download(
              binary, e.getMessage() == null ? "the server cannot be reached" : e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while downloading '" + binary + "'", e);
    }
  }

  private void copy(InputStream in, OutputStream out, long totalBytes) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long done = 0;
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      done += count;
      if (done > LARGEST_BYTES) {
        throw new IOException("it is larger than %d bytes".formatted(LARGEST_BYTES));
      }
      out.write(buffer, 0, count);
      listener.on(new BytesMoved("download", done, totalBytes));
    }
  }
}
