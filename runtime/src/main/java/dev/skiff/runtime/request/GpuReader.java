package dev.skiff.runtime.request;

import dev.skiff.definitions.problem.Problem;
import dev.skiff.runtime.request.GpuRequest.Need;
import dev.skiff.runtime.request.GpuRequest.Source;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Gives the options about GPUs and devices their meaning.
final class GpuReader {

  private static final String REQUIRE = "require";

  private final GivenOptions given;
  private final List<Problem> problems;

  GpuReader(GivenOptions given, List<Problem> problems) {
    this.given = given;
    this.problems = problems;
  }

  GpuRequest read() {
    boolean cli = given.isOn(RunOption.NVCCLI);
    Need nvidia = need(RunOption.NV, RunOption.NO_NV);
    if (cli && nvidia == Need.NONE && !given.isOn(RunOption.NO_NV)) {
      nvidia = Need.WANTED;
    }
    Need rocm = need(RunOption.ROCM, RunOption.NO_ROCM);
    List<String> devices = words(RunOption.DEVICE);
    if (nvidia == Need.NONE && rocm == Need.NONE && devices.isEmpty()) {
      return GpuRequest.NONE;
    }
    return new GpuRequest(
        nvidia, rocm, cli ? Source.CONTAINER_CLI : Source.LOADER_CACHE, devices, directories());
  }

  private Need need(RunOption option, RunOption cancel) {
    GivenOptions.Value value = given.last(option);
    if (value == null) {
      return Need.NONE;
    }
    boolean required = value.text().equals(REQUIRE);
    if (!required && !Switch.isWord(value.text())) {
      problems.add(RequestProblems.notANeed(value.origin(), value.text()));
    }
    if ((!required && !Switch.isOn(value.text())) || given.isOn(cancel)) {
      return Need.NONE;
    }
    return required ? Need.REQUIRED : Need.WANTED;
  }

  private List<Path> directories() {
    List<Path> directories = new ArrayList<>();
    for (String word : words(RunOption.CDI_DIRS)) {
      try {
        directories.add(Path.of(word));
      } catch (InvalidPathException e) {
        problems.add(RequestProblems.path(RunOption.CDI_DIRS, word, BindSpec.unusable(e)));
      }
    }
    return directories;
  }

  private List<String> words(RunOption option) {
    List<String> words = new ArrayList<>();
    for (GivenOptions.Value value : given.all(option)) {
      for (String word : Words.split(value.text(), ',')) {
        if (!word.isEmpty()) {
          words.add(word);
        }
      }
    }
    return words;
  }
}
