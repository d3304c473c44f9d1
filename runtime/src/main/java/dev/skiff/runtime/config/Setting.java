package dev.skiff.runtime.config;

import static dev.skiff.runtime.config.Setting.Reach.EVERY_FILE;
import static dev.skiff.runtime.config.Setting.Reach.OWN_FILES;

import java.util.List;
import java.util.Optional;

/// One thing that can be set. This is the one place where settings are declared.
///
/// @param name as in the file
/// @param type what it may be set to
/// @param fallback what holds where nobody sets it, for a person
/// @param meaning one sentence
/// @param variables environment variables that say it too, the first that is set wins; they come
///   before every file
/// @param reach in which files it counts
public record Setting(
    String name,
    ValueType type,
    String fallback,
    String meaning,
    List<String> variables,
    Reach reach) {

  /// In which files a setting counts.
  public enum Reach {
    EVERY_FILE,
    /// Not in a project's file that somebody else could have written: it decides what is trusted,
    /// or where things are kept.
    OWN_FILES
  }

  public static final Setting COMPRESSION =
      new Setting(
          "compression",
          ValueType.COMPRESSION,
          "zstd",
          "How images are compressed.",
          List.of("SKIFF_COMPRESSION"),
          EVERY_FILE);
  public static final Setting BLOCK_SIZE =
      new Setting(
          "block-size",
          ValueType.BLOCK_SIZE,
          "128K",
          "What is compressed at once.",
          List.of("SKIFF_BLOCK_SIZE"),
          EVERY_FILE);
  public static final Setting PROCESSORS =
      new Setting(
          "processors",
          ValueType.number(1, 9999),
          "one for each processor",
          "How many threads compress.",
          List.of("SKIFF_PROCESSORS"),
          EVERY_FILE);
  public static final Setting DISABLE_CACHE =
      new Setting(
          "disable-cache",
          ValueType.SWITCH,
          "false",
          "Convert all layers of OCI images afresh, and remember nothing of it.",
          prefixed("DISABLE_CACHE"),
          EVERY_FILE);
  public static final Setting CACHE_DIRECTORY =
      new Setting(
          "cachedir",
          ValueType.DIRECTORY,
          "$XDG_CACHE_HOME/skiff, else ~/.cache/skiff",
          "Where downloads and conversions are kept.",
          List.of("SKIFF_CACHEDIR"),
          OWN_FILES);
  public static final Setting CACHE_SIZE =
      new Setting(
          "cache-size",
          ValueType.SIZE,
          "a fifth of the disk, at most 100G",
          "How much is kept in the cache; what was not used for longest goes first.",
          List.of("SKIFF_CACHE_SIZE"),
          OWN_FILES);
  public static final Setting OFFLINE =
      new Setting(
          "offline",
          ValueType.SWITCH,
          "false",
          "Ask no host for images: what the cache has is taken, all else is a problem.",
          List.of("SKIFF_OFFLINE"),
          OWN_FILES);
  public static final Setting WORKING_DIRECTORY =
      new Setting(
          "tmpdir",
          ValueType.DIRECTORY,
          "$TMPDIR, else /tmp, or /var/tmp if /tmp lies in memory",
          "Where root file systems are put together.",
          prefixed("TMPDIR"),
          OWN_FILES);
  public static final Setting MIRRORS =
      new Setting(
          "mirrors",
          ValueType.MIRRORS,
          "none",
          "Where a registry's images are looked for before it is asked, in order.",
          List.of(),
          OWN_FILES);
  public static final Setting INSECURE =
      new Setting(
          "insecure",
          ValueType.HOSTS,
          "none",
          "Registries that are spoken to in plain http.",
          List.of(),
          OWN_FILES);
  public static final Setting CERTIFICATES =
      new Setting(
          "ca-files",
          ValueType.CERTIFICATES,
          "those of the system",
          "Authorities that are believed for one registry, besides the system's.",
          List.of(),
          OWN_FILES);
  public static final Setting CLIENT_CERTIFICATES =
      new Setting(
          "client-certificates",
          ValueType.CLIENT_CERTIFICATES,
          "those of Docker's folders certs.d",
          "Certificates that are shown to one registry; the key stands in the file, or beside it in"
              + " NAME.key.",
          List.of(),
          OWN_FILES);
  public static final Setting UNVERIFIED =
      new Setting(
          "unverified-tls",
          ValueType.HOSTS,
          "none",
          "Registries whose certificate is not checked; better name its authority in ca-files.",
          List.of(),
          OWN_FILES);
  public static final Setting HTTPS_PROXY =
      new Setting(
          "https-proxy",
          ValueType.PROXY,
          "none",
          "The proxy for https.",
          List.of("https_proxy", "HTTPS_PROXY"),
          OWN_FILES);
  public static final Setting HTTP_PROXY =
      new Setting(
          "http-proxy",
          ValueType.PROXY,
          "none",
          "The proxy for plain http.",
          List.of("http_proxy", "HTTP_PROXY"),
          OWN_FILES);
  public static final Setting NO_PROXY =
      new Setting(
          "no-proxy",
          ValueType.EXEMPT,
          "this machine",
          "Hosts that are spoken to without a proxy.",
          List.of("no_proxy", "NO_PROXY"),
          OWN_FILES);
  public static final Setting AUTH_FILE =
      new Setting(
          "auth-file",
          ValueType.FILE,
          "~/.apptainer/docker-config.json, then ~/.docker/config.json",
          "Where passwords of registries are kept.",
          List.of(
              "SKIFF_AUTH_FILE",
              "APPTAINER_AUTH_FILE",
              "SINGULARITY_AUTH_FILE",
              "REGISTRY_AUTH_FILE"),
          OWN_FILES);
  public static final Setting LIBRARY =
      new Setting(
          "library",
          ValueType.SERVER,
          "none",
          "The server that library:// asks.",
          prefixed("LIBRARY"),
          OWN_FILES);
  public static final Setting SHUB =
      new Setting(
          "shub",
          ValueType.SERVER,
          "none",
          "The server that shub:// asks.",
          List.of("SKIFF_SHUB"),
          OWN_FILES);
  public static final Setting PARALLEL_DOWNLOADS =
      new Setting(
          "parallel-downloads",
          ValueType.number(1, 16),
          "3",
          "How many blobs of an image are fetched or sent at once.",
          List.of("SKIFF_PARALLEL_DOWNLOADS"),
          EVERY_FILE);
  public static final Setting RETRIES =
      new Setting(
          "retries",
          ValueType.number(0, 20),
          "4",
          "How often a request that failed is made again, after longer and longer pauses.",
          List.of("SKIFF_RETRIES"),
          EVERY_FILE);

  public static final Setting NVIDIA =
      new Setting(
          "nv",
          ValueType.NEED,
          "false",
          "Bring the host's NVIDIA driver into every container, as --nv does.",
          prefixed("NV"),
          OWN_FILES);
  public static final Setting ROCM =
      new Setting(
          "rocm",
          ValueType.NEED,
          "false",
          "Bring the host's AMD driver into every container, as --rocm does.",
          prefixed("ROCM"),
          OWN_FILES);
  public static final Setting NVIDIA_DRIVER_ROOT =
      new Setting(
          "nvidia-driver-root",
          ValueType.DIRECTORY,
          "/",
          "Below which directory NVIDIA's driver is installed.",
          List.of("SKIFF_NVIDIA_DRIVER_ROOT"),
          OWN_FILES);

  public static final Setting PROFILE =
      new Setting(
          "profile",
          ValueType.PROFILE,
          "none",
          "The profile that holds for jobs where --profile does not name one.",
          List.of("SKIFF_PROFILE"),
          OWN_FILES);
  public static final Setting PROFILES =
      new Setting(
          "profiles",
          ValueType.PROFILES,
          "none",
          "What holds for the jobs of a site: partitions, times, GPUs, binds, folders of images.",
          List.of(),
          OWN_FILES);

  /// All of them, in the order in which people are told.
  public static final List<Setting> ALL =
      List.of(
          COMPRESSION,
          BLOCK_SIZE,
          PROCESSORS,
          CACHE_DIRECTORY,
          CACHE_SIZE,
          WORKING_DIRECTORY,
          DISABLE_CACHE,
          OFFLINE,
          MIRRORS,
          INSECURE,
          CERTIFICATES,
          CLIENT_CERTIFICATES,
          UNVERIFIED,
          AUTH_FILE,
          LIBRARY,
          SHUB,
          HTTPS_PROXY,
          HTTP_PROXY,
          NO_PROXY,
          PARALLEL_DOWNLOADS,
          RETRIES,
          NVIDIA,
          ROCM,
          NVIDIA_DRIVER_ROOT,
          PROFILE,
          PROFILES);

  public Setting {
    variables = List.copyOf(variables);
  }

  /// The setting of this name.
  public static Optional<Setting> named(String name) {
    return ALL.stream().filter(setting -> setting.name.equals(name)).findFirst();
  }

  /// Whether it has a value for each registry.
  public boolean isTable() {
    return switch (type.shape()) {
      case LISTS_OF_HOSTS, PATHS_OF_HOSTS -> true;
      case WORD, PATH, LIST, PROFILES -> false;
    };
  }

  private static List<String> prefixed(String name) {
    return List.of("SKIFF_" + name, "APPTAINER_" + name, "SINGULARITY_" + name);
  }
}
