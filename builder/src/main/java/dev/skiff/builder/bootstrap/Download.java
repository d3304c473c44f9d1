package dev.skiff.builder.bootstrap;

import dev.skiff.builder.progress.BuildEvent.BytesMoved;
import dev.skiff.builder.progress.BuildListener;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
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

/// One file that a header names by its address.
///
/// @param key the header's key, for messages
/// @param mostBytes a larger one is refused
public record Download(URI address, String key, long mostBytes, BuildListener listener) {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /// Fetches it.
  ///
  /// @param file made, or written over
  /// @throws ProblemException if it cannot be had
  public void to(Path file) throws IOException {
    try (HttpClient client =
            HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(PATIENCE)
                .build();
        OutputStream out = Files.newOutputStream(file)) {
      HttpResponse<InputStream> answer =
          client.send(
              HttpRequest.newBuilder(address).timeout(PATIENCE).build(),
              HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream in = answer.body()) {
        if (answer.statusCode() != 200) {
          throw problem("the server answered with status " + answer.statusCode());
        }
        copy(in, out, answer.headers().firstValueAsLong("content-length").orElse(-1));
      }
    } catch (IllegalArgumentException e) {
      throw problem("only http:// and https:// can be fetched");
    } catch (IOException e) {
      throw problem(e.getMessage() == null ? "the server cannot be reached" : e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while downloading '" + address + "'", e);
    }
  }

  private void copy(InputStream in, OutputStream out, long totalBytes) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long done = 0;
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      done += count;
      if (done > mostBytes) {
        throw new IOException("it is larger than %d bytes".formatted(mostBytes));
      }
      out.write(buffer, 0, count);
      listener.on(new BytesMoved("download", done, totalBytes));
    }
  }

  private ProblemException problem(String why) {
    return new ProblemException(
        new Problem("cannot download '%s'".formatted(address), why, "correct the line " + key));
  }
}
