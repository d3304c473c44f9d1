package dev.skiff.builder.inspect;

import dev.skiff.builder.metadata.ImageTexts;
import dev.skiff.builder.root.RootPaths;
import dev.skiff.builder.root.RootTexts;
import dev.skiff.image.ocisif.OpenedRoot;
import dev.skiff.image.squashfs.LayerStack;
import dev.skiff.image.squashfs.SquashfsReader.Links;
import dev.skiff.image.tree.FileNode.RegularFile;
import dev.skiff.runtime.driver.ImageRuntime;
import dev.skiff.runtime.driver.ImageRuntime.CLibrary;
import dev.skiff.runtime.driver.ImageRuntime.Compat;
import dev.skiff.runtime.elf.ElfFile;
import dev.skiff.runtime.plan.ContainerPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads what an image brings for a GPU: its C library and its CUDA. Nothing of it is run.
public final class RuntimeOfImage {

  private static final int LARGEST_LIBRARY = 64 << 20;
  private static final List<String> FOLDERS =
      List.of(
          "/lib/x86_64-linux-gnu",
          "/lib/aarch64-linux-gnu",
          "/usr/lib/x86_64-linux-gnu",
          "/usr/lib/aarch64-linux-gnu",
          "/lib64",
          "/usr/lib64",
          "/usr/lib");
  private static final List<String> LIBRARIES =
      List.of(
          "libc.so.6",
          "libm.so.6",
          "libpthread.so.0",
          "libdl.so.2",
          "librt.so.1",
          "ld-linux-x86-64.so.2",
          "ld-linux-aarch64.so.1");
  private static final Pattern IN_JSON =
      Pattern.compile("\"cuda\"\\s*:\\s*\\{[^}]*\"version\"\\s*:\\s*\"([0-9.]{1,20})\"");
  private static final Pattern IN_TEXT = Pattern.compile("CUDA Version ([0-9.]{1,20})");
  private static final Pattern IN_SCRIPT =
      Pattern.compile("(?m)\\bCUDA_VERSION=[^0-9\\n]{0,30}([0-9]+(?:\\.[0-9]+){1,3})");
  private static final Pattern IN_LABELS =
      Pattern.compile("\"com\\.nvidia\\.cuda\\.version\"\\s*:\\s*\"([0-9.]{1,20})\"");

  private final ImageTexts texts;
  private final Bytes bytes;

  private RuntimeOfImage(ImageTexts texts, Bytes bytes) {
    this.texts = texts;
    this.bytes = bytes;
  }

  /// The bytes of a file in an image.
  private interface Bytes {
    Optional<byte[]> of(String path) throws IOException;
  }

  /// Reads a SIF file, a SquashFS image or a sandbox.
  ///
  /// @throws dev.skiff.image.MalformedImageException if it is none of them
  public static ImageRuntime read(Path image) throws IOException {
    if (Files.isDirectory(image)) {
      RootPaths paths = new RootPaths(image.toRealPath());
      return new RuntimeOfImage(new RootTexts(paths), path -> inDirectory(paths, path)).read();
    }
    try (OpenedRoot root = OpenedRoot.look(image)) {
      return of(root.files());
    }
  }

  /// Reads an image that is open.
  public static ImageRuntime of(LayerStack files) throws IOException {
    return new RuntimeOfImage(new SquashfsTexts(files), path -> inImage(files, path)).read();
  }

  private static Optional<byte[]> inDirectory(RootPaths paths, String path) throws IOException {
    Path host = paths.follow(Path.of(path));
    if (!paths.files().isFile(host)) {
      return Optional.empty();
    }
    try (InputStream in = paths.files().open(host)) {
      return Optional.of(in.readNBytes(LARGEST_LIBRARY));
    }
  }

  private static Optional<byte[]> inImage(LayerStack files, String path) throws IOException {
    if (!(files.find(path, Links.FOLLOWED).orElse(null) instanceof RegularFile file)) {
      return Optional.empty();
    }
    try (InputStream in = file.content().open()) {
      return Optional.of(in.readNBytes(LARGEST_LIBRARY));
    }
  }

  private ImageRuntime read() throws IOException {
    Map<String, List<String>> offered = new LinkedHashMap<>();
    for (String library : LIBRARIES) {
      for (String folder : FOLDERS) {
        Optional<byte[]> file = bytes.of(folder + "/" + library);
        if (file.isPresent()) {
          ElfFile.of(file.get()).ifPresent(elf -> offered.put(library, elf.offered()));
          break;
        }
      }
    }
    Found cuda = cuda();
    boolean compat = !texts.names(new ContainerPath("/usr/local/cuda/compat")).isEmpty();
    return new ImageRuntime(
        library(offered),
        offered,
        cuda.version,
        cuda.place,
        compat ? Compat.PRESENT : Compat.ABSENT);
  }

  private CLibrary library(Map<String, List<String>> offered) throws IOException {
    if (offered.containsKey("libc.so.6")) {
      return CLibrary.GLIBC;
    }
    boolean musl =
        texts.names(new ContainerPath("/lib")).stream().anyMatch(n -> n.startsWith("ld-musl-"));
    return musl ? CLibrary.MUSL : CLibrary.NONE;
  }

  private record Found(String version, String place) {}

  private Found cuda() throws IOException {
    Map<String, Pattern> places = new LinkedHashMap<>();
    places.put("/usr/local/cuda/version.json", IN_JSON);
    places.put("/usr/local/cuda/version.txt", IN_TEXT);
    places.put("/.singularity.d/env/10-docker2singularity.sh", IN_SCRIPT);
    places.put("/.singularity.d/env/90-environment.sh", IN_SCRIPT);
    places.put("/.singularity.d/labels.json", IN_LABELS);
    for (Map.Entry<String, Pattern> place : places.entrySet()) {
      Optional<String> text = texts.read(new ContainerPath(place.getKey()));
      Matcher matcher = place.getValue().matcher(text.orElse(""));
      if (matcher.find()) {
        return new Found(String.valueOf(matcher.group(1)), place.getKey());
      }
    }
    return new Found("", "");
  }
}
