package dev.skiff.runtime.config;

import dev.skiff.image.squashfs.BlockSize;
import dev.skiff.image.squashfs.codec.CompressionLevel;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// What a setting may be set to.
///
/// @param shape how it stands in the file
/// @param form one word of it, for a person
/// @param example a line of the file, without the name
/// @param read gives the word in its usual form; throws `IllegalArgumentException` saying what is
///   wrong with it
public record ValueType(Shape shape, String form, String example, UnaryOperator<String> read) {

  /// How a value stands in the file.
  public enum Shape {
    WORD,
    /// A file or directory: `~/`, `$NAME` and `${NAME}` are filled in, and it counts from where the
    /// file lies.
    PATH,
    LIST,
    /// A file for each registry.
    PATHS_OF_HOSTS,
    /// A list for each registry.
    LISTS_OF_HOSTS,
    /// What holds for the jobs of a site, for each profile's name.
    PROFILES
  }

  static final ValueType COMPRESSION =
      new ValueType(
          Shape.WORD,
          "zstd, gzip, lz4, xz or none, and perhaps a level",
          "zstd:9",
          text -> asTyped(text, CompressionLevel.parse(text)));
  static final ValueType BLOCK_SIZE =
      new ValueType(
          Shape.WORD,
          "a power of two from 4K to 1M",
          "256K",
          text -> asTyped(text, BlockSize.parse(text)));
  static final ValueType SWITCH =
      new ValueType(Shape.WORD, "true or false", "true", ValueType::truth);
  static final ValueType NEED =
      new ValueType(
          Shape.WORD,
          "true, false or require",
          "true",
          text -> text.equals("require") ? text : truth(text));
  static final ValueType SIZE =
      new ValueType(
          Shape.WORD,
          "bytes, with K, M, G or T, or none",
          "50G",
          text -> asTyped(text, CacheSize.parse(text)));
  static final ValueType DIRECTORY =
      new ValueType(Shape.PATH, "a directory", "/scratch/$USER/skiff", ValueType::filled);
  static final ValueType FILE =
      new ValueType(Shape.PATH, "a file", "~/.docker/config.json", ValueType::filled);
  static final ValueType PROXY =
      new ValueType(
          Shape.WORD, "http://HOST[:PORT]", "http://proxy.lab:3128", text -> address(text, "http"));
  static final ValueType SERVER =
      new ValueType(
          Shape.WORD,
          "http[s]://HOST[:PORT][/PATH]",
          "https://library.lab",
          text -> address(text, "https"));
  static final ValueType HOSTS =
      new ValueType(Shape.LIST, "HOST or HOST:PORT", "[registry.lab:5000]", ValueType::host);
  static final ValueType EXEMPT =
      new ValueType(Shape.LIST, "a host, .DOMAIN, or *", "[.lab, 10.0.0.1]", ValueType::filled);
  static final ValueType MIRRORS =
      new ValueType(
          Shape.LISTS_OF_HOSTS,
          "http[s]://HOST[:PORT][/PATH]",
          "{docker.io: [https://mirror.lab]}",
          text -> address(text, "https"));
  static final ValueType CERTIFICATES =
      new ValueType(
          Shape.PATHS_OF_HOSTS,
          "a file of PEM certificates",
          "{registry.lab: /etc/ssl/lab.pem}",
          ValueType::filled);
  static final ValueType CLIENT_CERTIFICATES =
      new ValueType(
          Shape.PATHS_OF_HOSTS,
          "a file of a PEM certificate, whose key stands in it or beside it",
          "{registry.lab: ~/certs/me.pem}",
          ValueType::filled);

  static final ValueType PROFILE =
      new ValueType(Shape.WORD, "the name of a profile", "skynet", ValueType::filled);
  static final ValueType PROFILES =
      new ValueType(
          Shape.PROFILES,
          ProfileKey.ALL.stream().map(ProfileKey::name).collect(Collectors.joining(", ")),
          "{lab: {queue: short, time: 6h}}",
          ValueType::filled);

  /// Whether a value, or each row of a table, is a list.
  boolean isList() {
    return switch (shape) {
      case LIST, LISTS_OF_HOSTS -> true;
      case WORD, PATH, PATHS_OF_HOSTS, PROFILES -> false;
    };
  }

  /// Whether a word is a path.
  boolean isPath() {
    return switch (shape) {
      case PATH, PATHS_OF_HOSTS -> true;
      case WORD, LIST, LISTS_OF_HOSTS, PROFILES -> false;
    };
  }

  static ValueType number(int least, int most) {
    return new ValueType(
        Shape.WORD,
        "a number from " + least + " to " + most,
        Integer.toString(Math.min(least + 3, most)),
        text -> {
          boolean number = text.matches("[0-9]{1,6}");
          if (number && Integer.parseInt(text) >= least && Integer.parseInt(text) <= most) {
            return Integer.toString(Integer.parseInt(text));
          }
          throw new IllegalArgumentException("it is no number from " + least + " to " + most);
        });
  }

  /// The text itself, once `parsed` could be made of it.
  private static String asTyped(String text, Object parsed) {
    return parsed == null ? "" : text;
  }

  private static String truth(String text) {
    return switch (text) {
      case "1", "t", "T", "true", "TRUE", "True" -> "true"; // those of Go
      case "0", "f", "F", "false", "FALSE", "False" -> "false";
      default -> throw new IllegalArgumentException("it is neither true nor false");
    };
  }

  private static String filled(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("it is empty");
    }
    return text;
  }

  /// The name of a registry, as it stands in an image's name.
  static String host(String text) {
    if (text.matches(
        "(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?)(:[0-9]{1,5})?")) {
      return text;
    }
    throw new IllegalArgumentException("it is no HOST or HOST:PORT");
  }

  private static String address(String text, String usualScheme) {
    try {
      URI url = new URI(text.contains("://") ? text : usualScheme + "://" + text);
      boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (http && url.getHost() != null && url.getQuery() == null && url.getUserInfo() == null) {
        return url.toString();
      }
    } catch (URISyntaxException e) {
      // told below, as every other text that is no address
    }
    throw new IllegalArgumentException(
        "it is no address of the form http[s]://HOST[:PORT][/PATH], without user and password");
  }
}
