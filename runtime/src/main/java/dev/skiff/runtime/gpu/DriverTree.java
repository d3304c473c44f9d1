package dev.skiff.runtime.gpu;

import dev.skiff.runtime.elf.ElfIdentity;
import dev.skiff.runtime.seen.Sightings;
import dev.skiff.runtime.seen.Sightings.Question;
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

  private static final String CACHE = "/etc/ld.so.cache";
  private static final int LARGEST_CACHE = 16 << 20;
  private static final int LARGEST_TEXT = 1 << 20;
  private static final int MOST_LINKS = 40;
  private static final List<String> PROGRAMS =
      List.of("/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/bin", "/sbin");

  private final Path host;
  private final String prefix;
  private final Sightings seen;
  private final ElfIdentity machine;

  private DriverTree(Path host, String prefix, Sightings seen) {
    this.host = host;
    this.prefix = prefix;
    this.seen = seen;
    this.machine = ElfIdentity.ours();
  }

  /// @param host the root of the host: `/`, or a folder that plays one
  /// @param driver where on it the driver's tree begins: `/`
  /// @param seen gets everything that is looked at
  static DriverTree of(Path host, Path driver, Sightings seen) {
    String text = driver.normalize().toString();
    return new DriverTree(host, text.equals("/") ? "" : text, seen);
  }

  /// The same tree, for a look that no container depends on.
  DriverTree unnoted() {
    return new DriverTree(host, prefix, new Sightings());
  }

  /// Where a path of the tree is to be read.
  private Path readable(String path) {
    return host.resolve((prefix + path).substring(1));
  }

  /// The host path that a mount can name: in a tree of its own, links are followed inside it.
  Path source(String path) {
    return Path.of(prefix + place(path));
  }

  /// Where a path of the tree leads: links are followed by the kernel, or within a tree of its own.
  private String place(String path) {
    return prefix.isEmpty() ? path : followed(path);
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
      String next = replaced(path, cut);
      if (next != null) {
        return next;
      }
      if (end < 0) {
        return null;
      }
      end = path.indexOf('/', end + 1);
    }
  }

  /// The path once its first `cut` characters are what the link there says, or null for no link.
  private @Nullable String replaced(String path, int cut) {
    String link = path.substring(0, cut);
    try {
      Path target = Files.readSymbolicLink(readable(link));
      seen.note(Question.LINK, prefix + link, target.toString());
      Path parent = Path.of(link).getParent();
      Path whole = parent == null ? target : parent.resolve(target);
      return Path.of(whole + path.substring(cut)).normalize().toString();
    } catch (IOException | InvalidPathException e) {
      seen.note(Question.LINK, prefix + link, "");
      return null;
    }
  }

  boolean exists(String path) {
    String place = place(path);
    boolean there = Files.exists(readable(place));
    seen.note(Question.EXISTS, prefix + place, there);
    return there;
  }

  /// Whether anything of this name is there, also a link that leads nowhere.
  boolean isNamed(String path) {
    boolean named = Files.exists(readable(path), LinkOption.NOFOLLOW_LINKS);
    seen.note(Question.NAMED, prefix + path, named);
    return named;
  }

  /// The text of a file; nothing when it cannot be read.
  String text(String path) {
    byte[] bytes = bytes(path, LARGEST_TEXT);
    String text = bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    seen.note(Question.TEXT, prefix + path, text);
    return text;
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
    return names(directory, List.of());
  }

  /// Those that begin like one of `prefixes`; all when there are none.
  List<String> names(String directory, List<String> prefixes) {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(readable(directory))) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (prefixes.isEmpty() || beginsLike(prefixes, name)) {
          names.add(name);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      names.clear();
    }
    names.sort(null);
    seen.noteNames(prefix + directory, prefixes, names);
    return names;
  }

  private static boolean beginsLike(List<String> prefixes, String name) {
    for (String prefix : prefixes) {
      if (name.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  /// Libraries of this machine that belong to a driver, by the names under which programs ask for
  /// them, with their paths in the tree. Those of the loader's cache come first.
  Map<String, String> libraries(DriverParts parts, List<String> moreDirectories) {
    Map<String, String> byName = new LinkedHashMap<>();
    seen.note(Question.STAMP, prefix + CACHE, FileStamp.of(readable(CACHE))); // before it is read
    byte[] cache = bytes(CACHE, LARGEST_CACHE); // musl hosts have none
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
    if (path.startsWith("/") && !name.isEmpty() && !byName.containsKey(name) && isOfUse(path)) {
      byName.put(name, path);
    }
  }

  private boolean isOfUse(String path) {
    String place = place(path);
    boolean ours = machine.equals(ElfIdentity.of(readable(place)));
    seen.note(Question.LIBRARY, prefix + place, ours);
    return ours;
  }

  /// Programs by name, with their paths in the tree.
  Map<String, String> programs(List<String> names, List<String> moreDirectories) {
    Map<String, String> found = new LinkedHashMap<>();
    List<String> directories = new ArrayList<>(PROGRAMS);
    directories.addAll(moreDirectories);
    for (String name : names) {
      for (String directory : directories) {
        String path = directory + "/" + name;
        if (runs(path)) {
          found.put(name, path);
          break;
        }
      }
    }
    return found;
  }

  private boolean runs(String path) {
    String place = place(path);
    boolean runs = Files.isExecutable(readable(place));
    seen.note(Question.RUNS, prefix + place, runs);
    return runs;
  }
}
