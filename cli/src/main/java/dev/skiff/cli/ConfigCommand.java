package dev.skiff.cli;

import dev.skiff.cli.output.ConfigJson;
import dev.skiff.cli.output.ConfigListing;
import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.runtime.config.ConfigEdit;
import dev.skiff.runtime.config.ConfigPlaces;
import dev.skiff.runtime.config.Configuration;
import dev.skiff.runtime.config.Given;
import dev.skiff.runtime.config.Given.Layer;
import dev.skiff.runtime.config.Setting;
import dev.skiff.runtime.config.SettingValue;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `skiff config`: what is set, by whom, and how to change it.
@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    description = "Show and change the settings of skiff.yaml.",
    footer = {
      "",
      "Settings come from /etc/skiff/skiff.yaml (or SKIFF_SITE_CONFIG), ~/.config/skiff/skiff.yaml and the nearest",
      "skiff.yaml or .skiff.yaml in or above this directory, each over the one before; variables come over all.",
      "SKIFF_CONFIG names one file that stands for the three.",
      "",
      "Examples:",
      "  skiff config list                                     # what holds, and who says so",
      "  skiff config explain mirrors",
      "  skiff config set compression zstd:9",
      "  skiff config set mirrors.docker.io https://mirror.lab https://mirror.gcr.io",
      "  skiff config set ca-files.registry.lab:5000 /etc/ssl/lab.pem"
    },
    subcommands = {
      ConfigCommand.ListSettings.class,
      ConfigCommand.Get.class,
      ConfigCommand.SetWords.class,
      ConfigCommand.Unset.class,
      ConfigCommand.Explain.class
    })
final class ConfigCommand {

  private static Configuration load(Terminal terminal) {
    return new RegistryOptions().configuration(terminal);
  }

  /// `skiff config list`.
  @Command(name = "list", description = "List all settings: what holds, and who says so.")
  static final class ListSettings extends Subcommand {

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    int run(Terminal terminal) {
      Configuration configuration = load(terminal);
      terminal.show(
          json
              ? ConfigJson.of(configuration, Setting.ALL) + "\n"
              : ConfigListing.list(configuration));
      return ExitCode.DONE.status();
    }
  }

  /// `skiff config get`.
  @Command(
      name = "get",
      description = "Print what a setting is set to; ends with 1 where nobody sets it.",
      footer = {"", "Example: skiff config get mirrors.docker.io"})
  static final class Get extends Subcommand {

    @Parameters(paramLabel = "NAME[.HOST]", description = "The setting.")
    private String key = "";

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    int run(Terminal terminal) {
      ConfigEdit named = ConfigEdit.of(RegistryOptions.places(), key);
      Configuration configuration = load(terminal);
      if (json) {
        terminal.show(ConfigJson.of(configuration, List.of(named.setting())) + "\n");
        return ExitCode.DONE.status();
      }
      Optional<String> lines =
          configuration.effective(named.setting()).flatMap(value -> lines(value, named.row()));
      lines.ifPresent(text -> terminal.show(ConfigListing.redacted(text) + "\n"));
      return lines.isPresent() ? ExitCode.DONE.status() : ExitCode.PROBLEM.status();
    }

    private static Optional<String> lines(SettingValue value, Optional<String> row) {
      return switch (value) {
        case SettingValue.Word(String word) -> Optional.of(word);
        case SettingValue.Words(List<String> words) -> Optional.of(String.join("\n", words));
        case SettingValue.Profiles profiles -> Optional.of(profiles.text());
        case SettingValue.Table(Map<String, List<String>> rows) ->
            row.isEmpty()
                ? Optional.of(value.text())
                : Optional.ofNullable(rows.get(row.get())).map(words -> String.join("\n", words));
      };
    }
  }

  /// `skiff config set`.
  @Command(
      name = "set",
      description = "Set it in your own file; comments stay.",
      footer = {
        "",
        "Examples:",
        "  skiff config set tmpdir /scratch/alice",
        "  skiff config set insecure registry.lab:5000 localhost:5000",
        "  skiff config set mirrors.nvcr.io https://mirror.lab/nvidia"
      })
  static final class SetWords extends Subcommand {

    @Parameters(index = "0", paramLabel = "NAME[.HOST]", description = "The setting.")
    private String key = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "VALUE", description = "Its value.")
    private List<String> words = List.of();

    @Override
    int run(Terminal terminal) {
      ConfigPlaces places = RegistryOptions.places();
      ConfigEdit edit = ConfigEdit.of(places, key);
      Path file = edit.set(words);
      terminal.inform("set %s in %s".formatted(key, file));
      warnIfHidden(terminal, edit.setting());
      return ExitCode.DONE.status();
    }

    private static void warnIfHidden(Terminal terminal, Setting setting) {
      List<Given> all = load(terminal).all(setting);
      if (!all.isEmpty() && all.getLast().layer().compareTo(Layer.USER) > 0) {
        Given last = all.getLast();
        if (last.layer() != Layer.NAMED) {
          terminal.warn(
              new Problem(
                  "what '%s' is set to does not hold here".formatted(setting.name()),
                  "%s says otherwise: %s"
                      .formatted(last.place(), ConfigListing.redacted(last.value().text())),
                  "change it there; 'skiff config explain %s' shows all"
                      .formatted(setting.name())));
        }
      }
    }
  }

  /// `skiff config unset`.
  @Command(name = "unset", description = "Take it out of your own file.")
  static final class Unset extends Subcommand {

    @Parameters(paramLabel = "NAME[.HOST]", description = "The setting.")
    private String key = "";

    @Override
    int run(Terminal terminal) {
      Optional<Path> file = ConfigEdit.of(RegistryOptions.places(), key).unset();
      terminal.inform(
          file.map(changed -> "took %s out of %s".formatted(key, changed))
              .orElse("your own file does not set " + key));
      return ExitCode.DONE.status();
    }
  }

  /// `skiff config explain`.
  @Command(
      name = "explain",
      description = "Say what a setting means, what it may be, and who sets it.")
  static final class Explain extends Subcommand {

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "The setting (default: all).")
    private Optional<String> name = Optional.empty();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    int run(Terminal terminal) {
      List<Setting> settings = name.map(ConfigEdit::known).map(List::of).orElse(Setting.ALL);
      Configuration configuration = load(terminal);
      terminal.show(
          json
              ? ConfigJson.of(configuration, settings) + "\n"
              : ConfigListing.explain(configuration, settings));
      return ExitCode.DONE.status();
    }
  }
}
