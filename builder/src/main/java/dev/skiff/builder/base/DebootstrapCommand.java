package dev.skiff.builder.base;

import dev.skiff.builder.base.AptSources.Entry;
import dev.skiff.builder.plan.Base.Debootstrap;
import dev.skiff.runtime.launch.IdMapping;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The host tool that puts Debian packages together, and how it is called.
///
/// Both tools believe they are root of a machine. In a user namespace they cannot make devices or
/// mount what they like; the options here leave that out. With a single id, they also run under the
/// filter that answers chown and the like with success.
///
/// @param words program and arguments
/// @param environment variables besides the caller's own
record DebootstrapCommand(List<String> words, Map<String, String> environment) {

  /// Which of the two.
  enum Tool {
    /// Preferred: a third of the time.
    MMDEBSTRAP,
    DEBOOTSTRAP
  }

  /// Packages that a container has no use for.
  private static final String EXCLUDED = "openssl,udev,debconf-i18n,e2fsprogs";

  /// Of mmdebstrap: `/bin` is `/usr/bin` from the beginning, where the release has it so. Else a
  /// package does that which brings all of Perl with it.
  static final Path MERGED_USR = Path.of("/usr/share/mmdebstrap/hooks/maybe-merged-usr");

  private static final String OWN_MOUNTS = "mount --rbind /dev \"$1/dev\"";

  /// The command for a base.
  ///
  /// @param program where the tool is
  /// @param hostSources used when the base names no mirror
  static DebootstrapCommand of(
      Tool tool, Path program, Debootstrap base, AptSources hostSources, Target target) {
    return switch (tool) {
      case MMDEBSTRAP -> mmdebstrap(program, base, hostSources, target);
      case DEBOOTSTRAP -> debootstrap(program, base, hostSources, target);
    };
  }

  /// What is to be filled.
  ///
  /// @param architecture as Debian names it
  /// @param root a directory, there and empty
  /// @param ids which owners its files can have
  /// @param hooks folders of what mmdebstrap does besides
  record Target(String architecture, Path root, IdMapping ids, List<Path> hooks) {
    Target {
      hooks = List.copyOf(hooks);
    }
  }

  private static DebootstrapCommand mmdebstrap(
      Path program, Debootstrap base, AptSources hostSources, Target target) {
    List<String> words = new ArrayList<>();
    words.addAll(
        List.of(
            program.toString(),
            "--mode=root",
            "--format=directory",
            "--variant=minbase",
            "--skip=cleanup/apt/lists", // debootstrap leaves them, and definitions count on it
            "--architectures=" + target.architecture()));
    words.add("--include=" + String.join(",", included(base)));
    target.hooks().forEach(folder -> words.add("--hook-directory=" + folder));
    if (target.ids() == IdMapping.SINGLE) {
      words.add("--aptopt=APT::Sandbox::User \"root\"");
      words.add("--skip=chroot/mount/dev"); // its /dev/pts wants group 5
      words.add("--extract-hook=" + OWN_MOUNTS);
      words.add("--customize-hook=umount -l \"$1/dev\"");
    }
    words.add(base.suite());
    words.add(target.root().toString());
    if (base.mirror().isPresent()) {
      words.add("deb %s %s main".formatted(base.mirror().orElseThrow(), base.suite()));
    } else {
      hostSources.of(base.suite()).forEach(entry -> words.add(entry.line()));
    }
    return new DebootstrapCommand(words, Map.of());
  }

  private static DebootstrapCommand debootstrap(
      Path program, Debootstrap base, AptSources hostSources, Target target) {
    List<String> words = new ArrayList<>();
    words.addAll(
        List.of(
            program.toString(),
            "--variant=minbase",
            "--exclude=" + EXCLUDED,
            "--include=" + String.join(",", included(base)),
            "--arch=" + target.architecture()));
    if (base.mirror().isEmpty()) {
      hostSources
          .main(base.suite())
          .map(Entry::signedBy)
          .ifPresent(key -> key.ifPresent(file -> words.add("--keyring=" + file)));
    }
    words.add(base.suite());
    words.add(target.root().toString());
    base.mirror()
        .map(Object::toString)
        .or(() -> hostSources.main(base.suite()).map(Entry::uri))
        .ifPresent(words::add);
    return new DebootstrapCommand(
        words, target.ids() == IdMapping.ROOT ? Map.of() : Map.of("container", "lxc"));
  }

  /// Neither tool installs apt where the mirror does not call it required.
  private static List<String> included(Debootstrap base) {
    List<String> include = new ArrayList<>(List.of("apt"));
    include.addAll(base.include());
    return include;
  }
}
