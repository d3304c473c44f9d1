package dev.skiff.runtime.planner;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which of the caller's variables a payload sees.
///
/// @param all names that a shell can assign to, sorted
record CallerVariables(List<String> all) {

  private static final Set<String> CLEAN =
      Set.of(
          "TERM",
          "http_proxy",
          "https_proxy",
          "ftp_proxy",
          "all_proxy",
          "no_proxy",
          "HTTP_PROXY",
          "HTTPS_PROXY",
          "FTP_PROXY",
          "ALL_PROXY",
          "NO_PROXY");

  static CallerVariables of(Map<String, String> environment) {
    List<String> names = new ArrayList<>(environment.size());
    for (String name : environment.keySet()) {
      if (isAssignable(name)) {
        names.add(name);
      }
    }
    Collections.sort(names);
    return new CallerVariables(List.copyOf(names));
  }

  /// `_`, `PWD`, `OLDPWD` and `PPID` are the shell's own, `HOME` is set anew.
  private static boolean isAssignable(String name) {
    switch (name) {
      case "_", "PWD", "OLDPWD", "PPID", "HOME", "" -> {
        return false;
      }
      default -> {
        // The rest is decided by its letters.
      }
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
      if (!letter && (i == 0 || c < '0' || c > '9')) {
        return false;
      }
    }
    return !name.startsWith("skiff_");
  }

  /// What is passed on by default.
  ///
  /// @param withheld names that the person asked to keep out
  List<String> passed(Set<String> withheld) {
    List<String> passed = new ArrayList<>(all.size());
    for (String name : all) {
      if (!isControl(name) && !withheld.contains(name)) {
        passed.add(name);
      }
    }
    return passed;
  }

  private static boolean isControl(String name) {
    return name.equals("PATH")
        || name.equals("LD_LIBRARY_PATH")
        || name.startsWith("APPTAINER_")
        || name.startsWith("APPTAINERENV_")
        || name.startsWith("SINGULARITY_")
        || name.startsWith("SINGULARITYENV_")
        || name.startsWith("SKIFF_")
        || name.startsWith("SKIFFENV_");
  }

  /// What is passed on with `--cleanenv`: what Apptainer passes, and what tells a job which GPUs it
  /// has and which rank it is. `SLURM_JWT` is a password.
  ///
  /// @param withheld names that the person asked to keep out
  List<String> whenClean(Set<String> withheld) {
    List<String> passed = new ArrayList<>();
    for (String name : all) {
      if ((CLEAN.contains(name) || isOfJob(name)) && !withheld.contains(name)) {
        passed.add(name);
      }
    }
    return passed;
  }

  private static boolean isOfJob(String name) {
    return switch (name) {
      case "CUDA_VISIBLE_DEVICES",
          "NVIDIA_VISIBLE_DEVICES",
          "ROCR_VISIBLE_DEVICES",
          "HIP_VISIBLE_DEVICES",
          "GPU_DEVICE_ORDINAL" ->
          true;
      case "SLURM_JWT" -> false;
      default ->
          name.startsWith("SLURM_")
              || name.startsWith("PMI_")
              || name.startsWith("PMIX_")
              || name.startsWith("OMPI_");
    };
  }
}
