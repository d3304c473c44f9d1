package dev.skiff.builder.bootstrap;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Where packages are noted. Debian's rpm keeps its notes in the home directory of whoever calls
/// it, where no program of an image would look; two other places are usual.
///
/// @param rpm the program
/// @param database where this machine's rpm keeps its notes, absolute
record RpmHost(Path rpm, String database) {

  static final String OLDER = "/var/lib/rpm";
  static final String NEWER = "/usr/lib/sysimage/rpm";

  /// What tells rpm, and every tool that is made of it, of a usual place; nothing if this machine's
  /// is one.
  Optional<ToolCommands.Text> macros(ToolCommands.Places places) {
    return List.of(OLDER, NEWER).contains(database)
        ? Optional.empty()
        : Optional.of(
            new ToolCommands.Text(
                places.scratch().resolve("home/.rpmmacros"),
                "%_var /var\n%_dbpath %{_var}/lib/rpm\n"));
  }
}
