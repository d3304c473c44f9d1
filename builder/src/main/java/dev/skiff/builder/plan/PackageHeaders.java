package dev.skiff.builder.plan;

import dev.skiff.builder.plan.PackageSource.Arch;
import dev.skiff.builder.plan.PackageSource.Subscription;
import dev.skiff.builder.plan.PackageSource.Yum;
import dev.skiff.builder.plan.PackageSource.Zypper;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.definitions.syntax.Bootstrap;
import dev.skiff.definitions.syntax.Header;
import dev.skiff.definitions.syntax.HeaderKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reads the headers of agents that install packages, by Apptainer's rules.
///
/// @param environment of the caller: `INCLUDE` names further packages, `GPG` the key of yum's
record PackageHeaders(Header header, Bootstrap agent, Map<String, String> environment) {

  private static final Pattern OS_VERSION =
      Pattern.compile("%\\{OSVERSION}", Pattern.CASE_INSENSITIVE);

  /// Where Arch Linux keeps pacman's configuration.
  private static final String PACMAN_CONF =
      "https://gitlab.archlinux.org/archlinux/packaging/packages/pacman/-/raw/main/pacman.conf";

  Yum yum() {
    String mirror = address(HeaderKey.MIRROR_URL).orElseThrow(() -> missing(HeaderKey.MIRROR_URL));
    Optional<String> key =
        Optional.of(environment.getOrDefault("GPG", "")).filter(url -> !url.isEmpty());
    key.filter(url -> !url.startsWith("https://"))
        .ifPresent(url -> {
          throw new ProblemException(PlanProblems.keyNotByHttps(url));
        });
    return new Yum(
        mirror,
        address(HeaderKey.UPDATE_URL),
        header.value(HeaderKey.OS_VERSION),
        include(),
        header.value(HeaderKey.SETOPT),
        key);
  }

  Zypper zypper() {
    Optional<Subscription> subscription = subscription();
    if (subscription.isEmpty() && header.value(HeaderKey.MIRROR_URL).isEmpty()) {
      throw missing(HeaderKey.MIRROR_URL);
    }
    if (subscription.isPresent()
        && header.value(HeaderKey.MIRROR_URL).isEmpty()
        && header.value(HeaderKey.PRODUCT_PGP).isEmpty()) {
      throw missing(HeaderKey.PRODUCT_PGP);
    }
    return new Zypper(
        subscription.isPresent() ? ofSubscription() : address(HeaderKey.MIRROR_URL),
        address(HeaderKey.UPDATE_URL),
        header.value(HeaderKey.OS_VERSION),
        include(),
        others(),
        header.value(HeaderKey.PRODUCT_PGP),
        subscription);
  }

  Arch arch() {
    List<String> packages =
        header.value(HeaderKey.INCLUDE).map(PackageHeaders::words).orElse(List.of());
    return new Arch(address(HeaderKey.CONF_URL).orElse(PACMAN_CONF), packages);
  }

  /// The packages of the header and of `$INCLUDE`.
  private List<String> include() {
    return Stream.concat(
            header.value(HeaderKey.INCLUDE).stream(),
            Stream.of(environment.getOrDefault("INCLUDE", "")))
        .flatMap(text -> words(text).stream())
        .toList();
  }

  private static List<String> words(String text) {
    return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+", -1));
  }

  private Optional<String> address(HeaderKey key) {
    return header.value(key).map(text -> checked(key, filled(text)));
  }

  private String filled(String text) {
    Matcher wanted = OS_VERSION.matcher(text);
    return wanted.find()
        ? wanted.replaceAll(
            Matcher.quoteReplacement(
                header
                    .value(HeaderKey.OS_VERSION)
                    .orElseThrow(() -> missing(HeaderKey.OS_VERSION))))
        : text;
  }

  /// It stands in a line of a configuration, or is a word of a command.
  private String checked(HeaderKey key, String text) {
    boolean plain = text.chars().noneMatch(c -> c <= ' ' || c == 0x7f);
    if (plain && text.matches("[A-Za-z][A-Za-z0-9+.-]*:.+")) {
      return text;
    }
    throw new ProblemException(PlanProblems.badAddress(header, key, text));
  }

  /// `OtherURL0` or `OtherURL1` and those that follow it without a gap.
  private List<String> others() {
    List<String> found = new ArrayList<>();
    int next = other(0).isPresent() ? 0 : 1;
    for (Optional<String> url = other(next); url.isPresent(); url = other(++next)) {
      found.add(checked(HeaderKey.OTHER_URL, filled(url.get())));
    }
    return found;
  }

  private Optional<String> other(int number) {
    String name = "otherurl" + number;
    return header.entries().stream()
        .filter(entry -> entry.name().equals(name) && !entry.value().isEmpty())
        .map(Header.Entry::value)
        .findFirst();
  }

  private Optional<Subscription> subscription() {
    if (Stream.of(HeaderKey.PRODUCT, HeaderKey.USER, HeaderKey.REG_CODE)
        .allMatch(key -> header.value(key).isEmpty())) {
      return Optional.empty();
    }
    String release = required(HeaderKey.OS_VERSION);
    if (!release.matches("[0-9]{1,4}(\\.[0-9]{1,4})*")) {
      throw new ProblemException(PlanProblems.badRelease(header, release));
    }
    if (Integer.parseInt(release.split("\\.", 2)[0]) > 12
        && header.value(HeaderKey.MIRROR_URL).isEmpty()) {
      throw missing(HeaderKey.MIRROR_URL);
    }
    return Optional.of(
        new Subscription(
            withServicePack(required(HeaderKey.PRODUCT), release),
            release,
            required(HeaderKey.USER),
            required(HeaderKey.REG_CODE),
            address(HeaderKey.REGISTER_URL),
            header
                .value(HeaderKey.MODULES)
                .map(text -> List.of(text.strip().split("\\s*,\\s*", -1)))
                .orElse(List.of())));
  }

  private Optional<String> ofSubscription() {
    String release = required(HeaderKey.OS_VERSION);
    return header
        .value(HeaderKey.MIRROR_URL)
        .map(text -> checked(HeaderKey.MIRROR_URL, withServicePack(text, release)));
  }

  /// SUSE's servers name 15.0 `15`, and 15.4 `15.4`.
  private static String withServicePack(String text, String release) {
    String[] numbers = release.split("\\.", -1);
    boolean pack = numbers.length > 1 && Integer.parseInt(numbers[1]) > 0;
    String version = pack ? numbers[0] + "." + numbers[1] : numbers[0];
    return OS_VERSION.matcher(text).replaceAll(Matcher.quoteReplacement(version));
  }

  private String required(HeaderKey key) {
    return header.value(key).orElseThrow(() -> missing(key));
  }

  private ProblemException missing(HeaderKey key) {
    return new ProblemException(PlanProblems.missingKey(header, agent, key));
  }
}
