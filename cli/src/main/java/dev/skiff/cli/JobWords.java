package dev.skiff.cli;

import java.util.ArrayList;
import java.util.List;

/// Collects words of `skiff submit`: what is empty was not said.
final class JobWords {

  private final List<String> words = new ArrayList<>();

  JobWords add(String option, String value) {
    if (!value.isEmpty()) {
      words.add(option + "=" + value);
    }
    return this;
  }

  JobWords addAll(String option, List<String> values) {
    values.forEach(value -> add(option, value));
    return this;
  }

  List<String> words() {
    return List.copyOf(words);
  }
}
