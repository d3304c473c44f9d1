package dev.skiff.builder.metadata;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.skiff.runtime.plan.ContainerPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// `inspect-metadata.json`, the SIF object that lets an image be inspected without mounting it.
public final class InspectMetadata {

  private static final String META = "/.singularity.d/";

  private InspectMetadata() {}

  /// The JSON of a finished image, from the files it holds.
  ///
  /// @throws IOException if one of them cannot be read
  public static String json(ImageTexts image) throws IOException {
    List<String> members = new ArrayList<>();
    apps(image).ifPresent(members::add);
    environment(image, META + "env").ifPresent(members::add);
    labels(image, Skeleton.LABELS).ifPresent(members::add);
    for (Map.Entry<String, String> file :
        List.of(
            Map.entry("runscript", Skeleton.RUNSCRIPT),
            Map.entry("test", Skeleton.TEST_SCRIPT),
            Map.entry("helpfile", Skeleton.HELP),
            Map.entry("deffile", Skeleton.DEFINITION),
            Map.entry("startscript", Skeleton.STARTSCRIPT))) {
      text(image, file.getKey(), file.getValue()).ifPresent(members::add);
    }
    return "{\"data\":{\"attributes\":{" + String.join(",", members) + "}},\"type\":\"container\"}";
  }

  private static Optional<String> apps(ImageTexts image) throws IOException {
    List<String> apps = new ArrayList<>();
    for (String name : image.names(new ContainerPath("/scif/apps"))) {
      String meta = "/scif/apps/" + name + "/scif/";
      List<String> members = new ArrayList<>();
      environment(image, meta + "env").ifPresent(members::add);
      labels(image, meta + "labels.json").ifPresent(members::add);
      text(image, "runscript", meta + "runscript").ifPresent(members::add);
      text(image, "test", meta + "test").ifPresent(members::add);
      text(image, "helpfile", meta + "runscript.help").ifPresent(members::add);
      text(image, "startscript", meta + "startscript").ifPresent(members::add);
      apps.add(GoJson.quote(name) + ":{" + String.join(",", members) + "}");
    }
    return apps.isEmpty()
        ? Optional.empty()
        : Optional.of("\"apps\":{" + String.join(",", apps) + "}");
  }

  private static Optional<String> environment(ImageTexts image, String directory)
      throws IOException {
    SortedMap<String, String> files = new TreeMap<>();
    for (String name : image.names(new ContainerPath(directory))) {
      if (name.matches("10-docker.*\\.sh|9.*-environment\\.sh")) {
        String path = directory + "/" + name;
        trimmed(image, path).ifPresent(text -> files.put(path, text));
      }
    }
    return files.isEmpty()
        ? Optional.empty()
        : Optional.of("\"environment\":" + GoJson.compact(files));
  }

  private static Optional<String> labels(ImageTexts image, String path) throws IOException {
    Optional<String> json = image.read(new ContainerPath(path));
    if (json.isEmpty()) {
      return Optional.empty();
    }
    try {
      SortedMap<String, String> labels = Labels.parse(json.get()).values();
      return labels.isEmpty()
          ? Optional.empty()
          : Optional.of("\"labels\":" + GoJson.compact(labels));
    } catch (JsonProcessingException e) {
      return Optional.empty(); // a base image may hold anything; inspecting it must still work
    }
  }

  private static Optional<String> text(ImageTexts image, String member, String path)
      throws IOException {
    return trimmed(image, path).map(text -> "\"" + member + "\":" + GoJson.quote(text));
  }

  /// Without the line ends at its end; empty if nothing is left.
  private static Optional<String> trimmed(ImageTexts image, String path) throws IOException {
    return image
        .read(new ContainerPath(path))
        .map(text -> text.replaceAll("[\\r\\n]+\\z", ""))
        .filter(text -> !text.isEmpty());
  }
}
