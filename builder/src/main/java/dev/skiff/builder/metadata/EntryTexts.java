package dev.skiff.builder.metadata;

import dev.skiff.builder.metadata.ImageEntry.TextFile;
import dev.skiff.runtime.plan.ContainerPath;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The texts of entries that are yet to be written to an image.
public final class EntryTexts implements ImageTexts {

  private final SortedMap<String, String> files = new TreeMap<>();

  /// The texts of these entries; of several with one path the last counts.
  public EntryTexts(List<ImageEntry> entries) {
    for (ImageEntry entry : entries) {
      if (entry instanceof TextFile file) {
        files.put(file.path().value(), file.text());
      }
    }
  }

  @Override
  public Optional<String> read(ContainerPath file) {
    return Optional.ofNullable(files.get(file.value()));
  }

  @Override
  public List<String> names(ContainerPath directory) {
    String prefix = directory.value() + "/";
    return files.tailMap(prefix).keySet().stream()
        .takeWhile(path -> path.startsWith(prefix))
        .map(path -> path.substring(prefix.length()).split("/", 2)[0])
        .distinct()
        .toList();
  }
}
