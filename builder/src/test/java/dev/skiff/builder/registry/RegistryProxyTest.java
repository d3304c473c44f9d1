package dev.skiff.builder.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import dev.skiff.builder.registry.TestImage.Packing;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.oci.ImageReference;
import dev.skiff.image.oci.OciImage;
import dev.skiff.image.oci.Platform;
import dev.skiff.runtime.config.SkiffConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A registry that only a proxy can reach: the proxy answers for it.
class RegistryProxyTest {

  private static final RetryPolicy QUICK =
      new RetryPolicy(2, Duration.ofMillis(1), Duration.ofMillis(20), Duration.ofSeconds(1));

  @TempDir Path directory;
  private final FakeRegistry proxy;
  private final Map<String, String> environment = new HashMap<>();

  RegistryProxyTest() throws IOException {
    proxy = new FakeRegistry();
  }

  @BeforeEach
  void hasAnImageBehindIt() throws IOException {
    environment.put("HOME", directory.toString());
    TestImage image = new TestImage("amd64").layer(Packing.GZIP, "a", "behind");
    proxy.put("x", "1", image);
    for (String path : proxy.paths()) {
      proxy.put("http://registry.lab" + path, proxy.content(path));
    }
  }

  @AfterEach
  void stop() {
    proxy.close();
  }

  private String pulled() throws IOException {
    SkiffConfig config = SkiffConfig.EMPTY.withInsecure("registry.lab");
    RegistryClient.Settings settings =
        new RegistryClient.Settings(
            config, environment, BlobCache.of(environment), QUICK, PullListener.silent());
    try (RegistryClient client = RegistryClient.open(settings);
        RegistryImage source = client.image(ImageReference.parse("registry.lab/x:1"))) {
      OciImage image = OciImage.open(source, Platform.parse("amd64"));
      return PulledImages.text(PulledImages.tree(image), "a");
    }
  }

  private Problem problem() {
    return catchThrowableOfType(ProblemException.class, this::pulled).problem();
  }

  private static String basic(String pair) {
    byte[] bytes = pair.getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(bytes);
  }

  /// Whether a header holds something else, which is answered then.
  private static boolean refused(
      HttpExchange exchange, String header, String wanted, int status, String challenge)
      throws IOException {
    if (wanted.equals(exchange.getRequestHeaders().getFirst(header))) {
      return false;
    }
    exchange.getResponseHeaders().set(challenge, "Basic realm=\"door\"");
    FakeRegistry.send(exchange, status, "");
    return true;
  }

  private void guard(String pair) {
    proxy.trick(exchange ->
        refused(exchange, "Proxy-Authorization", basic(pair), 407, "Proxy-Authenticate"));
  }

  @ParameterizedTest
  @CsvSource({
    "me:at%20the%20door, me:at the door",
    "me:100%, me:100%",
    "me:p@ss/word, me:p@ss/word",
    "me:a+b, me:a+b",
    "me, me:",
  })
  void aProxyIsToldItsPasswordAndARegistryIsNot(String written, String meant) throws IOException {
    guard(meant);
    environment.put("http_proxy", "http://" + written + "@" + proxy.host());
    assertThat(pulled()).isEqualTo("behind");
    assertThat(proxy.requests()).allMatch(request -> request.endsWith(" null"));
  }

  @Test
  void aRegistryBehindAProxyWithAPasswordIsToldItsOwn() throws IOException {
    guard("me:door");
    proxy.trick(
        exchange -> refused(exchange, "Authorization", basic("alice:w"), 401, "WWW-Authenticate"));
    environment.put("HTTP_PROXY", "me:door@" + proxy.host());
    environment.put("DOCKER_USERNAME", "alice");
    environment.put("DOCKER_PASSWORD", "w");
    assertThat(pulled()).isEqualTo("behind");
  }

  @Test
  void aProxyThatWantsAPasswordIsToldOf() {
    guard("me:door");
    environment.put("all_proxy", proxy.host());
    Problem without = problem();
    assertThat(without.why()).contains(proxy.host(), "asks for a user name and a password");
    assertThat(without.fix()).contains("http://[USER:PASSWORD@]HOST:PORT");
    environment.put("http_proxy", "http://me:w0rd@" + proxy.host());
    Problem wrong = problem();
    assertThat(wrong.why()).contains("does not take the user name and password");
    assertThat(wrong.render()).doesNotContain("w0rd");
    assertThat(proxy.requests()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({
    "socks5://proxy.lab:1080, socks5:// is no proxy that speaks http",
    "http://me:w0rd@proxy.lab:port, it is no address of the form http://HOST:PORT",
    "proxy.lab:70000, there is no port 70000",
    "http://127.0.0.1:1, the proxy before it, 127.0.0.1:1: the connection is refused",
    "http://nobody.invalid:1, there is no host of this name",
  })
  void aProxyThatCannotBeUsedIsToldOf(String named, String why) {
    environment.put("http_proxy", named);
    assertThat(problem().render()).contains(why).doesNotContain("w0rd");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "                      | https://registry.lab/        | false",
        "                      | https://localhost:5000/      | true",
        "                      | http://127.0.0.5/            | true",
        "                      | http://[::1]:5000/           | true",
        "*                     | https://registry.lab/        | true",
        "lab                   | https://registry.lab/        | true",
        "lab                   | https://lab/                 | true",
        "lab                   | https://collab/              | false",
        "a, .lab               | https://registry.lab/        | true",
        "*.lab                 | https://registry.lab/        | true",
        "REGISTRY.Lab          | https://registry.lab/        | true",
        "registry.lab          | https://Registry.LAB/        | true",
        "registry.lab:443      | https://registry.lab/        | true",
        "registry.lab:443      | http://registry.lab/         | false",
        "registry.lab:5000     | http://registry.lab:5000/    | true",
        "registry.lab:5000     | https://registry.lab/        | false",
        "10.0.0.0/8            | https://10.1.2.3/            | true",
        "10.0.0.0/8            | https://11.1.2.3/            | false",
        "10.0.0.0/40           | https://10.1.2.3/            | false",
        "10.0.0.0/8            | https://registry.lab/        | false",
        "10.1.2.3              | https://10.1.2.3:5000/       | true",
        "fd00::/8              | https://[fd00::5]:5000/      | true",
        "[fd00::5]:5000        | https://[fd00::5]:5000/      | true",
        "[fd00::5]:5000        | https://[fd00::5]/           | false",
      })
  void someHostsAreReachedWithoutIt(@Nullable String exempt, URI uri, boolean expected) {
    String text = exempt == null ? "" : exempt;
    assertThat(ProxyExemptions.parse(text).contain(uri)).isEqualTo(expected);
  }
}
