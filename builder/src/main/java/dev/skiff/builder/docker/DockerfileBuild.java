package dev.skiff.builder.docker;

import com.github.dockerjava.api.command.BuildImageCmd;
import com.github.dockerjava.api.command.BuildImageResultCallback;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.model.BuildResponseItem;
import dev.skiff.builder.progress.BuildEvent.OutputLine;
import dev.skiff.builder.progress.BuildEvent.Stream;
import dev.skiff.builder.progress.BuildListener;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// A build of a Dockerfile, which the daemon carries out.
///
/// @param file the Dockerfile
/// @param context the directory whose files it may copy
/// @param target the stage that becomes the image; empty means the last
/// @param arguments `ARG`s by name
public record DockerfileBuild(
    Path file, Path context, Optional<String> target, Map<String, String> arguments) {

  public DockerfileBuild {
    arguments = Map.copyOf(arguments);
  }

  /// Carries it out.
  ///
  /// @return the image's id
  String run(DockerDaemon daemon, BuildListener listener) {
    return daemon.ask(
        "build '%s'".formatted(file),
        () -> {
          BuildImageCmd build =
              daemon
                  .client()
                  .buildImageCmd()
                  .withBaseDirectory(context.toFile())
                  .withDockerfile(file.toFile())
                  .withRemove(true)
                  .withForcerm(true);
          arguments.forEach(build::withBuildArg);
          target.ifPresent(build::withTarget);
          try {
            return build.exec(new Lines(listener)).awaitImageId();
          } catch (DockerClientException e) {
            throw DaemonProblems.notBuilt(
                file.toString(),
                String.valueOf(e.getMessage()).replaceFirst("^Could not build image: ", ""));
          }
        });
  }

  /// Tells what the daemon says.
  private static final class Lines extends BuildImageResultCallback {

    private final BuildListener listener;
    private final StringBuilder line = new StringBuilder();

    Lines(BuildListener listener) {
      this.listener = listener;
    }

    @Override
    public void onNext(BuildResponseItem item) {
      String text = item.getStream();
      if (text != null) {
        for (int i = 0; i < text.length(); i++) {
          char c = text.charAt(i);
          if (c == '\n') {
            listener.on(new OutputLine(Stream.OUTPUT, line.toString()));
            line.setLength(0);
          } else {
            line.append(c);
          }
        }
      }
      super.onNext(item);
    }
  }
}
