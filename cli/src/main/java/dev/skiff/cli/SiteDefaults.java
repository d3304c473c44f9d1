package dev.skiff.cli;

import dev.skiff.definitions.finding.Nearest;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.config.Configuration;
import dev.skiff.runtime.config.ProfileKey;
import dev.skiff.runtime.config.Setting;
import dev.skiff.runtime.config.SettingValue;
import dev.skiff.runtime.config.SiteProfile;
import dev.skiff.runtime.job.Resources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// What a site's profile says that is no option of its own: amounts for each GPU, how its types of
/// GPU are asked for, where images lie, how nodes are called.
///
/// @param profile in force; an empty one where none is
record SiteDefaults(SiteProfile profile) {

  static final SiteDefaults NONE = new SiteDefaults(SiteProfile.EMPTY);

  /// The profile of a name.
  ///
  /// @param named on the command line or in a script; empty for the one that is set
  static SiteDefaults of(Configuration configuration, String named) {
    String name = named;
    if (name.isEmpty()
        && configuration.effective(Setting.PROFILE).orElse(null)
            instanceof SettingValue.Word(String set)) {
      name = set;
    }
    if (name.isEmpty() || name.equals("none")) {
      return NONE;
    }
    Map<String, SiteProfile> all = configuration.profiles();
    SiteProfile profile = all.get(name);
    if (profile == null) {
      String known = String.join(", ", all.keySet());
      throw new ProblemException(
          new Problem(
              "cannot use the profile '%s'".formatted(name),
              all.isEmpty() ? "no skiff.yaml has profiles" : "no skiff.yaml has it",
              all.isEmpty()
                  ? "write it below 'profiles:'; see skiff config explain profiles"
                  : Nearest.of(name, List.copyOf(all.keySet()))
                      .map(near -> "write '%s'".formatted(near))
                      .orElse("write one of: " + known)),
          ExitCode.USAGE);
    }
    return new SiteDefaults(profile);
  }

  /// What was asked for, and what each GPU brings with it.
  ///
  /// @param cpusSaid whether somebody said how many processors, for instance in a script
  Resources filled(Resources asked, boolean cpusSaid, boolean memorySaid) {
    int gpus = asked.gpus();
    int cpus =
        gpus > 0 && profile.number(ProfileKey.CPUS_PER_GPU) > 0
            ? profile.number(ProfileKey.CPUS_PER_GPU) * gpus
            : profile.number(ProfileKey.CPUS);
    long memory =
        gpus > 0 && profile.megabytes(ProfileKey.MEMORY_PER_GPU) > 0
            ? profile.megabytes(ProfileKey.MEMORY_PER_GPU) * gpus
            : profile.megabytes(ProfileKey.MEMORY);
    return new Resources(
        cpusSaid ? asked.cpus() : cpus,
        memorySaid ? asked.memoryMegabytes() : memory,
        gpus,
        features(asked.gpuType()).isEmpty() ? asked.gpuType() : "",
        asked.nodes(),
        asked.tasks());
  }

  /// The features of nodes that have a type of GPU, or any of several; empty if the type is asked
  /// for by its name.
  String features(String types) {
    List<String> found = new ArrayList<>();
    for (String type : types.split("\\|", -1)) {
      String features = profile.gpuTypes().get(type);
      if (features == null) {
        return "";
      }
      found.add(features);
    }
    return String.join("|", found);
  }

  /// What a node must have, for what was asked and for the type of GPU.
  String constraint(String asked, String gpuType) {
    String features = features(gpuType);
    if (asked.isEmpty() || features.isEmpty()) {
      return asked.isEmpty() ? features : asked;
    }
    if (asked.contains("|") || features.contains("|")) {
      throw JobRequestReader.usage(
          "--gpu-type",
          gpuType,
          "here it stands for --constraint '%s', which cannot be joined with '%s'"
              .formatted(features, asked));
    }
    return asked + "&" + features;
  }

  /// Whether a type of GPU can be asked for in these letters.
  boolean isGpuType(String type) {
    return type.matches("[A-Za-z0-9_.-]*") || !features(type).isEmpty();
  }

  /// The node that a number stands for, as people say it: `30` or `n30`.
  String node(String asked) {
    List<String> prefix = profile.all(ProfileKey.NODE_PREFIX);
    return !prefix.isEmpty() && asked.matches("n?[0-9]+")
        ? prefix.getFirst() + asked.replaceFirst("n", "")
        : asked;
  }

  /// The image of a bare name, looked for in the folders of the site where it is not here.
  String image(String asked, Path directory) {
    if (asked.contains("/") || Files.exists(directory.resolve(asked))) {
      return asked;
    }
    return profile.all(ProfileKey.IMAGES).stream()
        .flatMap(folder ->
            Arrays.stream(new String[] {"", ".sif"})
                .map(end -> asked + end)
                .map(Path.of(folder)::resolve))
        .filter(Files::exists)
        .map(Path::toString)
        .findFirst()
        .orElse(asked);
  }
}
