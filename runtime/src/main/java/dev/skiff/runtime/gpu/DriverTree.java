package dev.skiff.runtime.gpu;

import dev.skiff.runtime.elf.ElfIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The file tree that a driver is installed in: the host's own, or one that was put somewhere else,
/// as on nodes whose driver comes in a container. Starts no process.
final class DriverTree {

  private static final int LARGEST_CACHE = 16 << 20;
  private static final int LARGEST_TEXT = 1 << 20;
  private static final int MOST_LINKS = 40;
  private static final List<String> PROGRAMS =
      List.of("/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/bin", "/sbin");

  private final Path host;
  private final String prefix;
  private final ElfIdentity machine;

  private DriverTree(Path host, String prefix) {
    this.host = host;
    this.prefix = prefix;
    this.machine = ElfIdentity.ours();
  }

  /// @param host the root of the host: `/`, or a folder that plays one
  /// @param driver where on it the driver's tree begins: `/`
  static DriverTree of(Path host, Path driver) {
    String text = driver.normalize().toString();
    return new DriverTree(host, text.equals("/") ? "" : text);
  }

  /// Where a path of the tree is to be read.
  private Path readable(String path) {
    return host.resolve((prefix + path).substring(1));
  }

  /// The host path that a mount can name: in a tree of its own, links are followed inside it.
  Path source(String path) {
    return Path.of(prefix + (prefix.isEmpty() ? path : followed(path)));
  }

  /// A path without symbolic links; absolute ones begin at the root of the tree.
  String followed(String path) {
    String left = path;
    for (int i = 0; i < MOST_LINKS; i++) {
      String next = oneLink(left);
      if (next == null) {
        return left;
      }
      left = next;
    }
    return left;
  }

  /// The path with its first symbolic link replaced, or null without one.
  private @Nullable String oneLink(String path) {
    int end = path.indexOf('/', 1);
    while (true) {
      int cut = end < 0 ? path.length() : end;
      Path part = readable(path.substring(0, cut));
      if (Files.isSymbolicLink(part)) {
        return replaced(path, cut, part);
      }
      if (end < 0) {
        return null;
      }
      end = path.indexOf('/', end + 1);
    }
  }

  private static @Nullable String replaced(String path, int cut, Path link) {
    try {
      Path target = Files.readSymbolicLink(link);
      Path parent = Path.of(path.substring(0, cut)).getParent();
      Path whole = parent == null ? target : parent.resolve(target);
      return Path.of(whole + path.substring(cut)).normalize().toString();
    } catch (IOException | InvalidPathException e) {
      return null;
    }
  }

  boolean exists(String path) {
    return Files.exists(prefix.isEmpty() ? readable(path) : readable(followed(path)));
  }

  /// Whether anything of this name is there, also a link that leads nowhere.
  boolean isNamed(String path) {
    return Files.exists(readable(path), LinkOption.NOFOLLOW_LINKS);
  }

  /// The text of a file; nothing when it cannot be read.
  String text(String path) {
    byte[] bytes = bytes(path, LARGEST_TEXT);
    return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
  }

  private byte @Nullable [] bytes(String path, int most) {
    try (InputStream in = Files.newInputStream(readable(path))) {
      byte[] bytes = in.readNBytes(most + 1);
      return bytes.length > most ? null : bytes;
    } catch (IOException e) {
      return null;
    }
  }

  /// Names in a directory, sorted; none when there is none.
  List<String> names(String directory) {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(readable(directory))) {
      for (Path entry : entries) {
        names.add(entry.getFileName().toString());
      }
    } catch (IOException | DirectoryIteratorException e) {
      return List.of();
    }
    names.sort(null);
    return names;
  }

  /// Libraries of this machine that belong to a driver, by the names under which programs ask for
  /// them, with their paths in the tree. Those of the loader's cache come first.
  Map<String, String> libraries(DriverParts parts, List<String> moreDirectories) {
    Map<String, String> byName = new LinkedHashMap<>();
    byte[] cache = bytes("/etc/ld.so.cache", LARGEST_CACHE); // musl hosts have none
    if (cache != null) {
      for (LoaderCache.Entry entry : LoaderCache.parse(cache, parts)) {
        String path = entry.path();
        addLibrary(byName, path.substring(path.lastIndexOf('/') + 1), path);
      }
    }
    for (String directory : moreDirectories) {
      for (String name : names(directory)) {
        if (parts.hasLibrary(name)) {
          addLibrary(byName, name, directory + "/" + name);
        }
      }
    }
    return byName;
  }

  private void addLibrary(Map<String, String> byName, String name, String path) {
    if (path.startsWith("/")
        && !name.isEmpty()
        && !byName.containsKey(name)
        && machine.equals(ElfIdentity.of(readable(prefix.isEmpty() ? path : followed(path))))) {
      byName.put(name, path);
    }
  }

  /// Programs by name, with their paths in the tree.
  Map<String, String> programs(List<String> names, List<String> moreDirectories) {
    Map<String, String> found = new LinkedHashMap<>();
    List<String> directories = new ArrayList<>(PROGRAMS);
    directories.addAll(moreDirectories);
    for (String name : names) {
      for (String directory : directories) {
        String path = directory + "/" + name;
        if (Files.isExecutable(readable(prefix.isEmpty() ? path : followed(path)))) {
          found.put(name, path);
          break;
        }
      }
    }
    return found;
  }
}
