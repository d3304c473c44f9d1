package dev.skiff.runtime.seccomp;

import dev.skiff.runtime.kernel.Architecture;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// The numbers of the system calls, by their names.
final class SystemCallNumbers {

  private static final String TABLE = "system-calls.txt";

  private final Map<String, Integer> numbers;

  private SystemCallNumbers(Map<String, Integer> numbers) {
    this.numbers = numbers;
  }

  static SystemCallNumbers of(Architecture architecture) {
    int column = architecture == Architecture.X86_64 ? 1 : 2;
    Map<String, Integer> numbers = new HashMap<>();
    for (String line : table().split("\n", -1)) {
      String[] fields = line.split(" ", -1);
      if (fields.length == 3 && !fields[column].equals("-")) {
        numbers.put(fields[0], Integer.valueOf(fields[column]));
      }
    }
    return new SystemCallNumbers(numbers);
  }

  private static String table() {
    try (InputStream in = SystemCallNumbers.class.getResourceAsStream(TABLE)) {
      if (in == null) {
        throw new IllegalStateException("Skiff was built without " + TABLE);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Its number; -1 where this kind of machine has no such call.
  int of(String name) {
    return numbers.getOrDefault(name, -1);
  }
}
