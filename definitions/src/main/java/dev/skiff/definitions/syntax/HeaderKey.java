package dev.skiff.definitions.syntax;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// A key that a stage's header may hold. Upper and lower case do not matter in a file.
public enum HeaderKey {
  BOOTSTRAP("Bootstrap"),
  BUILD_ARGS("BuildArgs"),
  CONF_URL("ConfURL"),
  FILENAME("Filename"),
  FINGERPRINTS("Fingerprints"),
  FROM("From"),
  FRONTEND("Frontend"),
  INCLUDE("Include"),
  INCLUDE_CMD("IncludeCmd"),
  LIBRARY("Library"),
  MIRROR_URL("MirrorURL"),
  MODULES("Modules"),
  NAMESPACE("Namespace"),
  OS_VERSION("OSVersion"),
  /// `OtherURL0`, `OtherURL1` and so on: the one key that carries a number.
  OTHER_URL("OtherURL"),
  PRODUCT("Product"),
  PRODUCT_PGP("ProductPGP"),
  REG_CODE("RegCode"),
  REGISTER_URL("RegisterURL"),
  REGISTRY("Registry"),
  SETOPT("Setopt"),
  STAGE("Stage"),
  TARGET("Target"),
  UPDATE_URL("UpdateURL"),
  USER("User");

  private static final Pattern NUMBERED_URL = Pattern.compile("otherurl[0-9]+");

  private final String spelling;

  HeaderKey(String spelling) {
    this.spelling = spelling;
  }

  /// The usual spelling, as in `MirrorURL`.
  public String spelling() {
    return spelling;
  }

  /// The key that `word` spells in any case; `OtherURL` only with its number.
  public static Optional<HeaderKey> of(String word) {
    String lower = word.toLowerCase(Locale.ROOT);
    if (NUMBERED_URL.matcher(lower).matches()) {
      return Optional.of(OTHER_URL);
    }
    for (HeaderKey key : values()) {
      if (key != OTHER_URL && key.spelling.toLowerCase(Locale.ROOT).equals(lower)) {
        return Optional.of(key);
      }
    }
    return Optional.empty();
  }
}
