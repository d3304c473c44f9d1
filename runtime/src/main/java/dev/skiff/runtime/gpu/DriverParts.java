package dev.skiff.runtime.gpu;

import java.util.ArrayList;
import java.util.List;

/// What belongs to a driver, by name. A site adds to it with a file in the form of Apptainer's
/// `nvliblist.conf`.
///
/// @param libraries beginnings of library names, `libcuda.so`
/// @param binaries programs, shown in `/usr/bin`
/// @param files paths, shown where they are on the host
record DriverParts(List<String> libraries, List<String> binaries, List<String> files) {

  private static final int LONGEST_NAME = 4096;

  DriverParts {
    libraries = List.copyOf(libraries);
    binaries = List.copyOf(binaries);
    files = List.copyOf(files);
  }

  boolean hasLibrary(String name) {
    for (String prefix : libraries) {
      if (name.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  /// These and what a list of a site names, one a line: what begins with a slash is a file, what
  /// ends in `.so` or has `.so.` in it a library, all else a program. `#` begins a comment.
  DriverParts and(String list) {
    List<String> moreLibraries = new ArrayList<>(libraries);
    List<String> moreBinaries = new ArrayList<>(binaries);
    List<String> moreFiles = new ArrayList<>(files);
    int start = 0;
    while (start < list.length()) {
      int newline = list.indexOf('\n', start);
      int end = newline < 0 ? list.length() : newline;
      String line = word(list.substring(start, end));
      start = end + 1;
      if (line.isEmpty() || line.length() > LONGEST_NAME) {
        continue;
      }
      if (line.startsWith("/")) {
        moreFiles.add(line);
      } else if (line.indexOf('/') < 0) {
        boolean library = line.endsWith(".so") || line.contains(".so.");
        (library ? moreLibraries : moreBinaries).add(line);
      }
    }
    return new DriverParts(moreLibraries, moreBinaries, moreFiles);
  }

  private static String word(String line) {
    int comment = line.indexOf('#');
    return (comment < 0 ? line : line.substring(0, comment)).strip();
  }
}
