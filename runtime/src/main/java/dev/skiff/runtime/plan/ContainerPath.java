package dev.skiff.runtime.plan;

import java.nio.file.InvalidPathException;

/// An absolute path inside a container.
///
/// Not a `java.nio.file.Path`: that type follows the rules and the character set of the host, and a
/// JVM started under `LC_ALL=C` cannot even name a file with an accent.
///
/// @param value starts with `/`; never holds a NUL
public record ContainerPath(String value) {

  public ContainerPath {
    if (!value.startsWith("/")) {
      throw new InvalidPathException(value, "it is not absolute");
    }
    if (value.indexOf('\0') >= 0) {
      throw new InvalidPathException(value, "it holds a NUL");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
