package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.directoryOf;
import static dev.skiff.samples.InstalledSkiff.skiff;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A small image that every row starts from: a static busybox, built by Skiff itself, from nothing.
final class BusyboxImage {

  private static final String DEFINITION =
      """
      Bootstrap: scratch

      %setup
          mkdir -p ${APPTAINER_ROOTFS}/bin ${APPTAINER_ROOTFS}/etc ${APPTAINER_ROOTFS}/opt ${APPTAINER_ROOTFS}/mnt
          cp "$(command -v busybox)" ${APPTAINER_ROOTFS}/bin/busybox
          for a in sh ls cat echo id env true false sleep touch stat readlink pwd test printf mkdir rm cp grep \\
              kill chown chmod ps head tail wc sort tr awk sed umask whoami mount tty seq dd; do
            ln -sf busybox ${APPTAINER_ROOTFS}/bin/$a
          done
          echo 'root:x:0:0:root:/root:/bin/sh' > ${APPTAINER_ROOTFS}/etc/passwd
          echo 'root:x:0:' > ${APPTAINER_ROOTFS}/etc/group

      %environment
          export FOO=bar

      %runscript
          echo "run $# $1 $2 $FOO"
      """;

  private static final Path IMAGE = build();

  private BusyboxImage() {}

  static Path sif() {
    return IMAGE;
  }

  private static Path build() {
    Path directory = directoryOf(HostUser.ROOT.orSkip());
    try {
      Files.writeString(directory.resolve("busybox.def"), DEFINITION);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    skiff(HostUser.ROOT, directory, "build", "B.sif", "busybox.def").ends(0);
    return directory.resolve("B.sif");
  }
}
