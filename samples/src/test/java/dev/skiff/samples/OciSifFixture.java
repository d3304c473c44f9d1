package dev.skiff.samples;

import static dev.skiff.samples.InstalledSkiff.as;
import static dev.skiff.samples.InstalledSkiff.execute;
import static dev.skiff.samples.InstalledSkiff.skiff;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A SIF file of OCI blobs, laid out as SingularityCE 4 does: layers of SquashFS, configuration,
/// manifest, and the root index last.
final class OciSifFixture {

  private static final String LAYER = "application/vnd.sylabs.image.layer.v1.squashfs";

  private final Path directory;
  private final List<String> layers = new ArrayList<>();
  private final List<String> diffIds = new ArrayList<>();
  private String more = "";
  private String architecture = "amd64".equals(System.getProperty("os.arch")) ? "amd64" : "arm64";

  /// @param directory of root's, for what is made on the way
  OciSifFixture(Path directory) {
    this.directory = directory;
    sif("new", image());
  }

  private String image() {
    return directory.resolve("o.sif").toString();
  }

  private static void sif(String... words) {
    List<String> all = new ArrayList<>(List.of("sif"));
    all.addAll(List.of(words));
    skiff(HostUser.ROOT, Path.of("/"), all.toArray(String[]::new)).ends(0);
  }

  OciSifFixture forMachine(String name) {
    architecture = name;
    return this;
  }

  /// Further members of the configuration, JSON, each with a comma before it.
  OciSifFixture saying(String members) {
    more = members;
    return this;
  }

  /// Adds a layer; the commands fill it, as root.
  OciSifFixture layer(String commands) {
    return layer(LAYER, commands);
  }

  OciSifFixture layer(String mediaType, String commands) {
    Path tree = directory.resolve("layer" + layers.size());
    String squashed = tree + ".squashfs";
    String script = "mkdir %1$s && cd %1$s && %2$s".formatted(tree, commands);
    as(HostUser.ROOT, directory, Map.of(), "", List.of("sh", "-ec", script)).ends(0);
    execute("mksquashfs", tree.toString(), squashed, "-quiet", "-no-progress", "-noappend");
    layers.add(descriptor(mediaType, Path.of(squashed), ""));
    diffIds.add("\"" + digest(Path.of(squashed)) + "\"");
    add(Path.of(squashed), "oci-blob");
    return this;
  }

  /// A busybox with the usual names.
  OciSifFixture busybox() {
    return layer(
        """
        mkdir -p bin etc opt; cp "$(command -v busybox)" bin/busybox
        for a in sh ls cat echo id env printf stat test; do ln -s busybox bin/$a; done
        echo root:x:0:0:root:/root:/bin/sh > etc/passwd; echo root:x:0: > etc/group
        """);
  }

  /// The configuration will be that of an image with one layer more.
  OciSifFixture withForeignConfiguration() {
    diffIds.add("\"sha256:" + "0".repeat(64) + "\"");
    return this;
  }

  /// Writes the documents; the file is readable by all.
  ///
  /// @param run the configuration's `config`, JSON
  Path finish(String run) {
    String machine = "\"architecture\":\"%s\",\"os\":\"linux\"".formatted(architecture);
    Path config =
        text(
            "config.json",
            "{%s,\"config\":%s,\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[%s]}%s}"
                .formatted(machine, run, String.join(",", diffIds), more));
    add(config, "oci-blob");
    Path manifest =
        text(
            "manifest.json",
            "{\"schemaVersion\":2,\"config\":%s,\"layers\":[%s]}"
                .formatted(
                    descriptor("application/vnd.oci.image.config.v1+json", config, ""),
                    String.join(",", layers)));
    add(manifest, "oci-blob");
    Path index =
        text(
            "index.json",
            "{\"schemaVersion\":2,\"manifests\":[%s]}"
                .formatted(
                    descriptor(
                        "application/vnd.oci.image.manifest.v1+json",
                        manifest,
                        ",\"platform\":{" + machine + "}")));
    add(index, "oci-rootindex");
    return Path.of(image());
  }

  private void add(Path file, String type) {
    sif("add", image(), file.toString(), "--datatype", type, "--groupid", "1");
  }

  private Path text(String name, String text) {
    try {
      return Files.writeString(directory.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String descriptor(String mediaType, Path file, String more) {
    try {
      return "{\"mediaType\":\"%s\",\"size\":%d,\"digest\":\"%s\"%s}"
          .formatted(mediaType, Files.size(file), digest(file), more);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String digest(Path file) {
    return "sha256:" + execute("sha256sum", file.toString()).split(" ", 2)[0];
  }
}
