package dev.skiff.runtime.driver;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What an image brings that the libraries of a host's driver meet.
///
/// @param library the kind of its C library
/// @param offered versions of symbols by soname, of the libraries of its C library
/// @param cuda the version of its CUDA toolkit; empty when it does not say
/// @param cudaSource where it says so
/// @param compat whether it has CUDA's libraries for older drivers
public record ImageRuntime(
    CLibrary library,
    Map<String, List<String>> offered,
    String cuda,
    String cudaSource,
    Compat compat) {

  public ImageRuntime {
    Map<String, List<String>> copy = new LinkedHashMap<>();
    offered.forEach((name, versions) -> copy.put(name, List.copyOf(versions)));
    offered = copy;
  }

  /// Kinds of C library.
  public enum CLibrary {
    GLIBC,
    MUSL,
    /// None was found: an image of static programs.
    NONE
  }

  /// Whether `/usr/local/cuda/compat` is there.
  public enum Compat {
    PRESENT,
    ABSENT
  }
}
