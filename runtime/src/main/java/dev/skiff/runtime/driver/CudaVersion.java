package dev.skiff.runtime.driver;

import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/// A version of CUDA, by which toolkits and drivers are compared.
///
/// @see <a href="https://docs.nvidia.com/cuda/cuda-toolkit-release-notes/index.html#id6">CUDA
///   toolkits and their drivers</a>
public record CudaVersion(int major, int minor) implements Comparable<CudaVersion> {

  /// From which branch of the driver on it runs programs of which CUDA.
  private static final NavigableMap<Integer, CudaVersion> BRANCHES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry(375, new CudaVersion(8, 0)),
              Map.entry(384, new CudaVersion(9, 0)),
              Map.entry(390, new CudaVersion(9, 1)),
              Map.entry(396, new CudaVersion(9, 2)),
              Map.entry(410, new CudaVersion(10, 0)),
              Map.entry(418, new CudaVersion(10, 1)),
              Map.entry(440, new CudaVersion(10, 2)),
              Map.entry(450, new CudaVersion(11, 0)),
              Map.entry(455, new CudaVersion(11, 1)),
              Map.entry(460, new CudaVersion(11, 2)),
              Map.entry(465, new CudaVersion(11, 3)),
              Map.entry(470, new CudaVersion(11, 4)),
              Map.entry(495, new CudaVersion(11, 5)),
              Map.entry(510, new CudaVersion(11, 6)),
              Map.entry(515, new CudaVersion(11, 7)),
              Map.entry(520, new CudaVersion(11, 8)),
              Map.entry(525, new CudaVersion(12, 0)),
              Map.entry(530, new CudaVersion(12, 1)),
              Map.entry(535, new CudaVersion(12, 2)),
              Map.entry(545, new CudaVersion(12, 3)),
              Map.entry(550, new CudaVersion(12, 4)),
              Map.entry(555, new CudaVersion(12, 5)),
              Map.entry(560, new CudaVersion(12, 6)),
              Map.entry(565, new CudaVersion(12, 7)),
              Map.entry(570, new CudaVersion(12, 8)),
              Map.entry(575, new CudaVersion(12, 9)),
              Map.entry(580, new CudaVersion(13, 0)),
              Map.entry(590, new CudaVersion(13, 1))));

  /// `12.2`, `12.2.140`, `12`; nothing for what is no version.
  public static Optional<CudaVersion> parse(String text) {
    String[] parts = text.strip().split("\\.", -1);
    try {
      int major = Integer.parseInt(parts[0]);
      int minor = parts.length > 1 ? Integer.parseInt(parts[1]) : 0;
      boolean known = major > 0 && major < 100 && minor >= 0 && minor < 100;
      return known ? Optional.of(new CudaVersion(major, minor)) : Optional.empty();
    } catch (NumberFormatException none) {
      return Optional.empty();
    }
  }

  /// The highest that a driver runs without limits; of a branch newer than our table at least that
  /// of the newest one in it.
  ///
  /// @param driver its version, `535.104.05`
  public static Optional<CudaVersion> highestOf(String driver) {
    int dot = driver.indexOf('.');
    try {
      int branch = Integer.parseInt(dot < 0 ? driver : driver.substring(0, dot));
      return Optional.ofNullable(BRANCHES.floorEntry(branch)).map(Map.Entry::getValue);
    } catch (NumberFormatException none) {
      return Optional.empty();
    }
  }

  @Override
  public int compareTo(CudaVersion other) {
    return major != other.major
        ? Integer.compare(major, other.major)
        : Integer.compare(minor, other.minor);
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
