package dev.skiff.image.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import dev.skiff.image.MalformedImageException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How an image wants to be run, and the digests of its layers.
///
/// @param platform what its programs run on; parts that the document leaves out are empty
/// @param created when it was made, RFC 3339, as found
/// @param env `NAME=value`, in order
/// @param entrypoint the command's fixed beginning; empty if there is none
/// @param cmd the default arguments, or the whole command where there is no entry point
/// @param labels in the document's order
/// @param workingDir absolute path, or empty
/// @param user `user[:group]`, names or numbers, or empty
/// @param diffIds digests of the uncompressed layers, oldest first
/// @param json the whole document, exactly
/// @param runJson the `config` member alone, without white space; `{}` if there is none
/// @see <a href="https://github.com/opencontainers/image-spec/blob/main/config.md">config</a>
public record ImageConfig(
    Platform platform,
    Optional<String> created,
    List<String> env,
    List<String> entrypoint,
    List<String> cmd,
    Map<String, String> labels,
    String workingDir,
    String user,
    List<Digest> diffIds,
    String json,
    String runJson) {

  /// The largest configuration that is read.
  public static final int LARGEST_BYTES = 8 << 20;

  public ImageConfig {
    env = List.copyOf(env);
    entrypoint = List.copyOf(entrypoint);
    cmd = List.copyOf(cmd);
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    diffIds = List.copyOf(diffIds);
  }

  /// Reads an OCI or Docker image configuration.
  ///
  /// @param name what the bytes are, for messages
  public static ImageConfig parse(String name, byte[] bytes) throws MalformedImageException {
    JsonDocument document = new JsonDocument(name);
    JsonNode root = document.read(bytes, JsonNodeType.OBJECT);
    JsonNode run = document.object(root, "config").orElse(JsonNodeFactory.instance.objectNode());
    return new ImageConfig(
        new Platform(
            document.text(root, "os").orElse(""),
            document.text(root, "architecture").orElse(""),
            document.text(root, "variant").orElse("")),
        document.text(root, "created"),
        document.texts(run, "Env"),
        document.texts(run, "Entrypoint"),
        document.texts(run, "Cmd"),
        document.textMap(run, "Labels"),
        document.text(run, "WorkingDir").orElse(""),
        document.text(run, "User").orElse(""),
        diffIds(document, root),
        new String(bytes, StandardCharsets.UTF_8),
        JsonDocument.compact(run));
  }

  private static List<Digest> diffIds(JsonDocument document, JsonNode root)
      throws MalformedImageException {
    Optional<JsonNode> rootfs = document.object(root, "rootfs");
    List<Digest> diffIds = new ArrayList<>();
    if (rootfs.isPresent()) {
      for (String text : document.texts(rootfs.get(), "diff_ids")) {
        diffIds.add(document.digest("rootfs.diff_ids[" + diffIds.size() + "]", text));
      }
    }
    return diffIds;
  }
}
