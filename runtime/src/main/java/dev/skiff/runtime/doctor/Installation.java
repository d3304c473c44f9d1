package dev.skiff.runtime.doctor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Where this Skiff and its Java are.
///
/// @param library the folder of its jars
/// @param javaHome the folder of the Java
/// @param javaVersion as its release file says it, `25.0.3+9-LTS`
public record Installation(String library, String javaHome, String javaVersion) {

  /// That of this process.
  public static Installation current() {
    String path = System.getProperty("java.class.path", "");
    int slash = path.lastIndexOf('/');
    return new Installation(
        Path.of(slash < 0 ? "." : path.substring(0, slash)).normalize().toString(),
        System.getProperty("java.home", ""),
        System.getProperty("java.runtime.version", ""));
  }

  /// The folder that holds `bin`, `lib` and `libexec`.
  public String top() {
    String end = "/lib/skiff";
    return library.endsWith(end) ? library.substring(0, library.length() - end.length()) : library;
  }

  String libexec() {
    return top() + "/libexec/skiff";
  }

  /// Starts a JVM with a cache as the launcher does, and has it end if it cannot use that.
  String[] trial(String cache, boolean exec) {
    List<String> words = new ArrayList<>();
    words.add(javaHome + "/bin/java");
    words.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC"));
    words.addAll(
        exec
            ? List.of("-XX:TieredStopAtLevel=1")
            : List.of("-Djdk.util.jar.enableMultiRelease=false"));
    words.add("-XX:AOTCache=" + cache);
    words.add("-XX:AOTMode=on");
    words.add("-Xlog:disable");
    words.add("--enable-native-access=ALL-UNNAMED");
    words.addAll(List.of("-cp", library + "/skiff-cli.jar", "-version"));
    return words.toArray(String[]::new);
  }
}
