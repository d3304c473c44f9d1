package dev.skiff.builder.plan;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Packages that a tool of the host installs into an empty directory. Addresses are as the tool
/// wants them, `%{OSVERSION}` filled in; they may hold variables of the tool's own.
public sealed interface PackageSource {

  /// The distribution in a few words.
  String title();

  /// Further packages.
  List<String> include();

  /// Where packages come from.
  List<String> addresses();

  /// RPM packages, by dnf or yum.
  ///
  /// @param release what `$releasever` stands for
  /// @param setopt one option of the tool's configuration
  /// @param key the address of the key that packages are checked by; without it they are not
  record Yum(
      String mirror,
      Optional<String> updates,
      Optional<String> release,
      List<String> include,
      Optional<String> setopt,
      Optional<String> key)
      implements PackageSource {
    public Yum {
      include = List.copyOf(include);
    }

    @Override
    public String title() {
      return "RPM packages from " + mirror;
    }

    @Override
    public List<String> addresses() {
      return updates.map(more -> List.of(mirror, more)).orElse(List.of(mirror));
    }
  }

  /// RPM packages, by zypper.
  ///
  /// @param mirror empty with a subscription alone
  /// @param others further repositories
  /// @param key the text of the key that packages are checked by
  record Zypper(
      Optional<String> mirror,
      Optional<String> updates,
      Optional<String> release,
      List<String> include,
      List<String> others,
      Optional<String> key,
      Optional<Subscription> subscription)
      implements PackageSource {
    public Zypper {
      include = List.copyOf(include);
      others = List.copyOf(others);
    }

    @Override
    public String title() {
      return subscription
          .map(known -> "%s of SUSE".formatted(known.product()))
          .orElse("RPM packages from " + mirror.orElse("no mirror"));
    }

    @Override
    public List<String> addresses() {
      return Stream.concat(Stream.concat(mirror.stream(), updates.stream()), others.stream())
          .toList();
    }
  }

  /// Whoever may have SUSE Linux Enterprise.
  ///
  /// @param product `NAME`, `NAME/VERSION` or `NAME/VERSION/MACHINE`
  /// @param release such as `15.4`
  /// @param code not to be shown
  /// @param server to register with; empty means SUSE's own
  record Subscription(
      String product,
      String release,
      String user,
      String code,
      Optional<String> server,
      List<String> modules) {
    public Subscription {
      modules = List.copyOf(modules);
    }

    /// What is registered.
    public String productFor(String machine) {
      String[] parts = product.split("/", -1);
      return switch (parts.length) {
        case 2 -> product + "/" + machine;
        case 3 -> product + "/" + release + "/" + parts[2];
        default -> product;
      };
    }

    /// What stands behind the name of a module.
    public String moduleVersionFor(String machine) {
      String[] parts = product.split("/", -1);
      String[] numbers = release.split("\\.", -1);
      String version = numbers.length > 1 ? numbers[0] + "." + numbers[1] : numbers[0];
      return version + "/" + (parts.length == 3 ? parts[2] : machine);
    }

    /// Without the code.
    @Override
    public String toString() {
      return "Subscription[%s, %s, %s]".formatted(product, release, user);
    }
  }

  /// Arch Linux, by pacstrap.
  ///
  /// @param configuration the address of pacman's configuration
  record Arch(String configuration, List<String> include) implements PackageSource {
    public Arch {
      include = List.copyOf(include);
    }

    @Override
    public String title() {
      return "Arch Linux";
    }

    @Override
    public List<String> addresses() {
      return List.of(configuration);
    }
  }
}
