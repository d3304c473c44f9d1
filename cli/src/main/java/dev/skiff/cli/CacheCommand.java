package dev.skiff.cli;

import dev.skiff.builder.registry.BlobCache;
import dev.skiff.builder.store.StoreCleaning;
import dev.skiff.builder.store.StoreCleaning.Verdict;
import dev.skiff.builder.store.StoreCleaning.Wish;
import dev.skiff.builder.store.StoreSurvey;
import dev.skiff.builder.store.StoredItem;
import dev.skiff.builder.store.StoredKind;
import dev.skiff.cli.output.Amounts;
import dev.skiff.cli.output.StoreListing;
import dev.skiff.cli.output.Terminal;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.runtime.config.CacheSize;
import dev.skiff.runtime.setup.UnpackedImages;
import java.io.Console;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `skiff cache`: what is kept, how much it is, and how to be rid of it.
@Command(
    name = "cache",
    mixinStandardHelpOptions = true,
    description = "Show and clean what Skiff keeps: downloads, converted images, steps of builds.",
    footer = {
      "",
      "It lies in SKIFF_CACHEDIR (default: ~/.cache/skiff), unpacked images in TMPDIR. After a pull or build, what was",
      "not used for longest goes until no more is there than SKIFF_CACHE_SIZE says: skiff config explain cache-size.",
      "",
      "Examples:",
      "  skiff cache du                             # how much each type takes",
      "  skiff cache list -v --type image,blob",
      "  skiff cache clean --days 30 --dry-run      # what was not used for a month",
      "  skiff cache clean --force                  # all that no running process needs"
    },
    subcommands = {CacheCommand.ListItems.class, CacheCommand.Use.class, CacheCommand.Clean.class})
final class CacheCommand {

  /// What the caller's cache is, and what is in it.
  private record Store(Path root, Map<String, String> environment) {

    static Store of(Terminal terminal) {
      Map<String, String> environment = new RegistryOptions().environment(terminal);
      return new Store(BlobCache.of(environment).root(), environment);
    }

    List<StoredItem> items(Set<StoredKind> kinds) {
      List<StoredItem> items = new ArrayList<>(StoreSurvey.of(root));
      if (kinds.contains(StoredKind.UNPACKED)) {
        items.addAll(StoreSurvey.ofUnpacked(UnpackedImages.directoryOfCaller()));
      }
      items.removeIf(item -> !kinds.contains(item.kind()));
      return items;
    }
  }

  private static Set<StoredKind> kinds(List<String> words) {
    Set<StoredKind> kinds = EnumSet.noneOf(StoredKind.class);
    for (String word : words) {
      try {
        kinds.addAll(StoredKind.parse(word));
      } catch (IllegalArgumentException e) {
        throw new ProblemException(
            new Problem(
                "cannot tell what '%s' is in the cache".formatted(word),
                "there is no such type",
                "write some of: " + String.join(", ", StoredKind.WORDS)),
            ExitCode.USAGE);
      }
    }
    return kinds;
  }

  /// `skiff cache list`.
  @Command(name = "list", description = "Tell what is in the cache; with -v each thing.")
  static final class ListItems extends Subcommand {

    @Option(
        names = {"-T", "--type"},
        paramLabel = "TYPE",
        split = ",",
        description =
            "Only these: blob, image, step, note, unpacked, all; Apptainer's words are understood.")
    private List<String> types = List.of("all");

    @Option(
        names = {"-v", "--verbose"},
        description = "A line for each thing, the last used first.")
    private boolean each;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    int run(Terminal terminal) {
      List<StoredItem> items = Store.of(terminal).items(kinds(types));
      terminal.show(
          json
              ? StoreListing.json(items)
              : (each ? StoreListing.table(items) : "") + StoreListing.summary(items));
      return ExitCode.DONE.status();
    }
  }

  /// `skiff cache du`.
  @Command(name = "du", description = "Tell how much each type of thing takes.")
  static final class Use extends Subcommand {

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    int run(Terminal terminal) {
      Store store = Store.of(terminal);
      List<StoredItem> items = store.items(EnumSet.allOf(StoredKind.class));
      CacheSize most = CacheSize.of(store.environment, StoreCleaning.diskBytes(store.root));
      terminal.show(
          json
              ? StoreListing.useJson(items, store.root, most)
              : StoreListing.use(items, store.root, most));
      return ExitCode.DONE.status();
    }
  }

  /// `skiff cache clean`.
  @Command(
      name = "clean",
      description = "Remove what is in the cache; what a running process needs stays.",
      footer = {
        "",
        "On a terminal it asks first, without one it does not.",
        "",
        "Examples:",
        "  skiff cache clean --dry-run",
        "  skiff cache clean --days 30 --type blob,image"
      })
  static final class Clean extends Subcommand {

    @Option(
        names = {"-f", "--force"},
        description = "Do not ask.")
    private boolean force;

    @Option(
        names = {"-n", "--dry-run"},
        description = "Tell what would be removed, and remove nothing.")
    private boolean dryRun;

    @Option(
        names = {"-D", "--days"},
        paramLabel = "N",
        description = "Only what was not used for N days.")
    private int days;

    @Option(
        names = {"-T", "--type"},
        paramLabel = "TYPE",
        split = ",",
        description = "Only these: blob, image, step, note, unpacked, all.")
    private List<String> types = List.of("all");

    @Option(names = "--json", description = "Print JSON, and do not ask.")
    private boolean json;

    @Override
    int run(Terminal terminal) {
      if (days < 0) {
        throw new ProblemException(
            new Problem(
                "cannot clean what was not used for %d days".formatted(days),
                "that is less than none",
                "write --days 0 or more"),
            ExitCode.USAGE);
      }
      Store store = Store.of(terminal);
      Set<StoredKind> kinds = kinds(types);
      StoreCleaning cleaning = StoreCleaning.begin(store.root);
      List<Verdict> verdicts =
          cleaning.judge(store.items(kinds), new Wish(kinds, Duration.ofDays(days)));
      if (dryRun) {
        terminal.show(
            json ? StoreListing.cleanedJson(verdicts, false) : told(verdicts, "would remove"));
        return ExitCode.DONE.status();
      }
      if (!force && !json && !isWanted(verdicts, store.root)) {
        terminal.inform("nothing was removed");
        return ExitCode.DONE.status();
      }
      List<Verdict> done = verdicts.stream().map(verdict -> removed(cleaning, verdict)).toList();
      terminal.show(json ? StoreListing.cleanedJson(done, true) : told(done, "removed"));
      return ExitCode.DONE.status();
    }

    private static Verdict removed(StoreCleaning cleaning, Verdict verdict) {
      return verdict.kept().isPresent()
          ? verdict
          : new Verdict(verdict.item(), cleaning.remove(verdict.item()));
    }

    private static String told(List<Verdict> verdicts, String word) {
      StringBuilder text = new StringBuilder();
      long bytes = 0;
      long count = 0;
      for (Verdict verdict : verdicts) {
        StoredItem item = verdict.item();
        Optional<String> kept = verdict.kept();
        bytes += kept.isEmpty() ? item.sizeBytes() : 0;
        count += kept.isEmpty() ? 1 : 0;
        text.append(
            kept.map(why -> "kept %s %s: %s%n".formatted(item.kind().word(), item.name(), why))
                .orElseGet(() ->
                    "%s %s %s, %s%n"
                        .formatted(
                            word,
                            item.kind().word(),
                            item.name(),
                            Amounts.size(item.sizeBytes()))));
      }
      return text
          + "%s %d of %d, %s%n".formatted(word, count, verdicts.size(), Amounts.size(bytes));
    }

    /// Asks a person, if there is one.
    @SuppressWarnings("SystemConsoleNull") // JDK 25 gives null again, others say it by isTerminal
    private static boolean isWanted(List<Verdict> verdicts, Path root) {
      Console console = System.console();
      List<StoredItem> going =
          verdicts.stream().filter(v -> v.kept().isEmpty()).map(Verdict::item).toList();
      if (console == null || !console.isTerminal() || going.isEmpty()) {
        return true;
      }
      long bytes = going.stream().mapToLong(StoredItem::sizeBytes).sum();
      String answer =
          console.readLine(
              "Remove %d things, %s, from %s? [y/N] ", going.size(), Amounts.size(bytes), root);
      return answer != null && answer.strip().toLowerCase(java.util.Locale.ROOT).startsWith("y");
    }
  }
}
