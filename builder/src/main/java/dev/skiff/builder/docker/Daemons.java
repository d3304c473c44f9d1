package dev.skiff.builder.docker;

import dev.skiff.builder.progress.BuildListener;
import dev.skiff.builder.root.WorkingDirectory;
import dev.skiff.image.oci.ImageSource;
import dev.skiff.image.oci.archive.ImageContent;
import java.io.IOException;
import java.util.Map;

/// The Docker daemon that the caller names, spoken to when it is needed.
///
/// @param environment `DOCKER_HOST`, if it is set, says where it is; else Docker's own
///   configuration does
/// @param listener told what is moved
public record Daemons(Map<String, String> environment, BuildListener listener) {

  /// An image of the daemon; the caller closes it.
  ///
  /// @param name with or without a tag, or an id
  /// @throws dev.skiff.definitions.problem.ProblemException if there is none
  public ImageSource image(String name, WorkingDirectory where) throws IOException {
    try (DockerDaemon daemon = DockerDaemon.open(environment)) {
      return DaemonImage.save(daemon, name, where, listener);
    }
  }

  /// What an image is called by its content.
  public String id(String name) {
    try (DockerDaemon daemon = DockerDaemon.open(environment)) {
      return daemon.find(name).id();
    }
  }

  /// An image that the daemon builds of a Dockerfile; the caller closes it.
  ///
  /// @throws dev.skiff.definitions.problem.ProblemException if it cannot
  public ImageSource build(DockerfileBuild build, WorkingDirectory where) throws IOException {
    try (DockerDaemon daemon = DockerDaemon.open(environment)) {
      String id = build.run(daemon, listener);
      return DaemonImage.save(daemon, id, where, listener);
    }
  }

  /// Makes sure that it answers.
  ///
  /// @throws dev.skiff.definitions.problem.ProblemException if it does not
  public void requireAnswer() {
    DockerDaemon.open(environment).close();
  }

  /// Hands an image over to the daemon.
  ///
  /// @param name it has there
  /// @return its id there
  public String load(ImageContent image, String name, long mtimeSeconds) throws IOException {
    try (DockerDaemon daemon = DockerDaemon.open(environment)) {
      return new DaemonLoad(daemon, listener).load(image, name, mtimeSeconds);
    }
  }

  /// The daemon, to run containers; the caller closes it.
  public DockerDaemon open() {
    return DockerDaemon.open(environment);
  }
}
