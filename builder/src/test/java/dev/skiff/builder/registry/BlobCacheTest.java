package dev.skiff.builder.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BlobCacheTest {

  @Test
  void theCacheIsWhereTheEnvironmentSays() {
    assertThat(root(Map.of("SKIFF_CACHEDIR", "/c", "HOME", "/h"))).isEqualTo(Path.of("/c"));
    assertThat(root(Map.of("XDG_CACHE_HOME", "/x", "HOME", "/h"))).isEqualTo(Path.of("/x/skiff"));
    Path atHome = Path.of("/h/.cache/skiff");
    assertThat(root(Map.of("XDG_CACHE_HOME", "x", "HOME", "/h"))).isEqualTo(atHome);
    Path ofAccount = Path.of(System.getProperty("user.home"), ".cache/skiff");
    assertThat(root(Map.of())).isEqualTo(ofAccount);
    assertThat(root(Map.of("HOME", ""))).as("not where one stands").isEqualTo(ofAccount);
  }

  private static Path root(Map<String, String> environment) {
    return BlobCache.of(environment).root();
  }
}
