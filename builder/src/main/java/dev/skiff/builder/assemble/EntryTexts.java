package dev.skiff.builder.assemble;

import dev.skiff.builder.metadata.ImageEntry;
import dev.skiff.builder.metadata.ImageEntry.TextFile;
import dev.skiff.builder.metadata.ImageTexts;
import dev.skiff.runtime.plan.ContainerPath;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The texts that are added to an image, as if they were the only ones in it.
final class EntryTexts implements ImageTexts {

  private final Map<String, String> files = new TreeMap<>();

  EntryTexts(List<ImageEntry> entries) {
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
    return files.keySet().stream()
        .filter(path -> path.startsWith(prefix) && path.indexOf('/', prefix.length()) < 0)
        .map(path -> path.substring(prefix.length()))
        .toList();
  }
}
