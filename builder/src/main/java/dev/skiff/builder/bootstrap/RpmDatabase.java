package dev.skiff.builder.bootstrap;

import dev.skiff.builder.root.RootPaths;
import dev.skiff.definitions.problem.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where a new root's rpm looks for its packages. This machine's rpm noted them where it is used
/// to.
final class RpmDatabase {

  private static final Path MACROS = Path.of("/usr/lib/rpm/macros");
  private static final Pattern PLACE =
      Pattern.compile("^%_dbpath\\s+.*lib/sysimage/rpm\\s*$", Pattern.MULTILINE);
  private static final Pattern KIND =
      Pattern.compile("^%_db_backend\\s+(\\S+)\\s*$", Pattern.MULTILINE);
  private static final int LARGEST_MACROS = 1 << 20;

  private RpmDatabase() {}

  /// Puts the database where the root's own rpm looks for it, with a link at the other place.
  ///
  /// @return what is wrong with it all the same
  static Optional<Problem> settle(Path root) throws IOException {
    RootPaths paths = new RootPaths(root);
    Path macros = paths.follow(MACROS);
    if (!Files.isRegularFile(macros) || Files.size(macros) > LARGEST_MACROS) {
      return Optional.empty(); // no rpm in the image
    }
    String text = Files.readString(macros, StandardCharsets.ISO_8859_1);
    Path older = paths.locate(Path.of(RpmHost.OLDER));
    Path newer = paths.locate(Path.of(RpmHost.NEWER));
    if (PLACE.matcher(text).find()
        && Files.isDirectory(older, LinkOption.NOFOLLOW_LINKS)
        && isMissingOrEmpty(newer)) {
      boolean _ = Files.deleteIfExists(newer);
      Path _ = paths.makeDirectories(Path.of("/usr/lib/sysimage"));
      Path _ = Files.move(older, newer);
      Path _ = Files.createSymbolicLink(older, Path.of("../..", RpmHost.NEWER));
    }
    Matcher kind = KIND.matcher(text);
    boolean sqlite = Files.exists(paths.follow(Path.of(RpmHost.OLDER, "rpmdb.sqlite")));
    return kind.find() && kind.group(1).equals("bdb") && sqlite
        ? Optional.of(BootstrapProblems.otherDatabase("bdb", "sqlite"))
        : Optional.empty();
  }

  private static boolean isMissingOrEmpty(Path directory) throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return !Files.exists(directory, LinkOption.NOFOLLOW_LINKS);
    }
    try (var children = Files.newDirectoryStream(directory)) {
      return !children.iterator().hasNext();
    }
  }
}
