package dev.skiff.builder.bootstrap;

import dev.skiff.builder.bootstrap.ToolCommands.Command;
import dev.skiff.builder.bootstrap.ToolCommands.Places;
import dev.skiff.builder.bootstrap.ToolCommands.Surroundings;
import dev.skiff.builder.bootstrap.ToolCommands.Text;
import dev.skiff.builder.plan.PackageSource.Subscription;
import dev.skiff.builder.plan.PackageSource.Zypper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// How zypper installs openSUSE, or SUSE Linux Enterprise with a subscription, into an empty
/// directory. The words are Apptainer's.
final class ZypperCommands {

  private static final String CACHE = "/var/cache/zypp-bootstrap";

  /// All packages are installed, and a script of one failed.
  private static final int SCRIPT_FAILED = 107;

  private final Path zypper;
  private final Places places;
  private final List<Command> commands = new ArrayList<>();

  private ZypperCommands(Path zypper, Places places) {
    this.zypper = zypper;
    this.places = places;
  }

  /// The programs that are called.
  ///
  /// @param register SUSEConnect; used for a subscription alone
  record Programs(Path zypper, RpmHost rpm, Path register) {}

  /// @param machine as `uname -m` says it
  static ToolCommands of(Zypper base, Programs programs, String machine, Places places) {
    ZypperCommands made = new ZypperCommands(programs.zypper(), places);
    Path configuration = places.scratch().resolve("zypp.conf");
    Path key = places.scratch().resolve("product.pgp");
    List<Text> texts = new ArrayList<>();
    texts.add(new Text(configuration, "[main]\ncachedir=%s\n\n".formatted(CACHE)));
    programs.rpm().macros(places).ifPresent(texts::add);
    made.repositories(base);
    base.key()
        .ifPresent(text -> {
          texts.add(new Text(key, text + "\n"));
          String rpmkeys = programs.rpm().rpm().resolveSibling("rpmkeys").toString();
          made.add(
              List.of(rpmkeys, "--root", places.root().toString(), "--import", key.toString()));
        });
    base.subscription()
        .ifPresent(subscription -> made.register(subscription, programs.register(), machine));
    made.others(base.others());
    made.install(base, configuration);
    return new ToolCommands("zypper", texts, made.commands, List.of(CACHE, "/var/cache/zypp"));
  }

  private void add(List<String> words) {
    commands.add(Command.of(Surroundings.DEVICES, words));
  }

  private void zypper(String... words) {
    List<String> all =
        new ArrayList<>(List.of(zypper.toString(), "--root", places.root().toString()));
    all.addAll(List.of(words));
    add(all);
  }

  private void repositories(Zypper base) {
    base.mirror()
        .ifPresent(mirror -> {
          zypper("ar", mirror, "repo");
          zypper("--gpg-auto-import-keys", "refresh");
          base.updates()
              .ifPresent(updates -> {
                zypper("ar", "-f", updates, "update");
                zypper("--gpg-auto-import-keys", "refresh", "-r", "update");
              });
        });
  }

  private void others(List<String> addresses) {
    for (int i = 0; i < addresses.size(); i++) {
      zypper("ar", "-f", addresses.get(i), "repo-" + i);
      zypper("--gpg-auto-import-keys", "refresh", "-r", "repo-" + i);
    }
  }

  private void register(Subscription subscription, Path program, String machine) {
    List<String> words = new ArrayList<>();
    words.addAll(
        List.of(
            program.toString(),
            "--root",
            places.root().toString(),
            "--product",
            subscription.productFor(machine),
            "--email",
            subscription.user(),
            "--regcode",
            subscription.code()));
    subscription.server().ifPresent(server -> words.addAll(List.of("--url", server)));
    add(words);
    for (String module : subscription.modules()) {
      add(
          List.of(
              program.toString(),
              "--root",
              places.root().toString(),
              "--product",
              module + "/" + subscription.moduleVersionFor(machine)));
    }
  }

  private void install(Zypper base, Path configuration) {
    List<String> words = new ArrayList<>();
    words.addAll(
        List.of(
            zypper.toString(),
            "--non-interactive",
            "-c",
            configuration.toString(),
            "--root",
            places.root().toString()));
    base.release().ifPresent(release -> words.add("--releasever=" + release));
    words.addAll(List.of("-n", "install", "--auto-agree-with-licenses", "--download-in-advance"));
    words.add("aaa_base");
    words.addAll(base.include());
    if (base.subscription().isPresent()) {
      words.add("SUSEConnect");
    }
    commands.add(new Command(words, Surroundings.DEVICES, Set.of(SCRIPT_FAILED)));
  }
}
