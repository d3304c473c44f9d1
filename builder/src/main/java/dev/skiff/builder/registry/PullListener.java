package dev.skiff.builder.registry;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.image.oci.Digest;
import java.time.Duration;

/// Is told how a pull goes on; called from several threads.
public interface PullListener {

  /// Bytes of a blob are here; the last call has `done` equal to `total`. With `done` 0 it is known
  /// that the blob will be wanted.
  ///
  /// @param done bytes on disk, those of an earlier attempt included
  /// @param total bytes in all
  void moved(Digest blob, long done, long total);

  /// Something failed that is tried again after a pause.
  ///
  /// @param why what failed, for a person
  void retrying(String why, Duration pause);

  /// Something is wrong that stops nothing.
  void warned(Problem problem);

  /// Hears nothing.
  static PullListener silent() {
    return new PullListener() {
      @Override
      public void moved(Digest blob, long done, long total) {}

      @Override
      public void retrying(String why, Duration pause) {}

      @Override
      public void warned(Problem problem) {}
    };
  }
}
