package dev.skiff.builder.inspect;

import dev.skiff.builder.metadata.ImageTexts;
import dev.skiff.runtime.plan.ContainerPath;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// Texts that take the place of others.
///
/// @param above those that count
/// @param below those that count where there is none above
record TextsAbove(ImageTexts above, ImageTexts below) implements ImageTexts {

  @Override
  public Optional<String> read(ContainerPath file) throws IOException {
    Optional<String> text = above.read(file);
    return text.isPresent() ? text : below.read(file);
  }

  @Override
  public List<String> names(ContainerPath directory) throws IOException {
    SortedSet<String> names = new TreeSet<>(above.names(directory));
    names.addAll(below.names(directory));
    return List.copyOf(names);
  }
}
