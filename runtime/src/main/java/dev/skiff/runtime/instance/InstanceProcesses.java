package dev.skiff.runtime.instance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Who is in an instance: by the process namespace, since not all descend from its first process.
final class InstanceProcesses {

  private InstanceProcesses() {}

  /// Those that run, the first one included; nobody when that has ended.
  static List<Long> of(Path proc, InstanceRecord record) {
    List<Long> found = new ArrayList<>();
    String namespace = namespace(proc.resolve(Long.toString(record.process().pid())));
    if (namespace.isEmpty() || !record.process().isAlive(proc)) {
      return found;
    }
    try (DirectoryStream<Path> all = Files.newDirectoryStream(proc, "[0-9]*")) {
      for (Path process : all) {
        if (namespace(process).equals(namespace) && ProcessMark.runs(process)) {
          found.add(Long.parseLong(process.getFileName().toString()));
        }
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Nothing for a process that has ended, or is another person's.
  private static String namespace(Path process) {
    try {
      return Files.readSymbolicLink(process.resolve("ns/pid")).toString();
    } catch (IOException unseen) {
      return "";
    }
  }
}
