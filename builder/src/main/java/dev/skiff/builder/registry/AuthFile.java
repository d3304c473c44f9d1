package dev.skiff.builder.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skiff.definitions.problem.ExitCode;
import dev.skiff.definitions.problem.Problem;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.oci.ImageReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A file of passwords in the form of Docker's `config.json`, which Apptainer and the tools of
/// containers/image read too. What it holds besides stays. Only its owner can read it.
///
/// @param path which file; it need not exist
/// @param environment the caller's, for credential helpers
public record AuthFile(Path path, Map<String, String> environment) {

  private static final int LARGEST_BYTES = 1 << 20;
  static final String DOCKER_HUB_KEY = "https://index.docker.io/v1/";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /// A registry that a password is kept for.
  ///
  /// @param user nothing where only a helper knows
  /// @param keeper `file`, or the helper's program
  public record Entry(String host, Optional<String> user, String keeper) {}

  public AuthFile {
    environment = Map.copyOf(environment);
  }

  /// Where logins are kept: the file that a variable names, else Apptainer's.
  ///
  /// @param environment the caller's
  public static AuthFile of(Map<String, String> environment) {
    return new AuthFile(
        CredentialLookup.namedFile(environment)
            .orElseGet(() ->
                Path.of(
                    environment.getOrDefault("HOME", System.getProperty("user.home")),
                    ".apptainer",
                    "docker-config.json")),
        environment);
  }

  /// Docker's own file.
  public static AuthFile ofDocker(Map<String, String> environment) {
    String home = environment.getOrDefault("HOME", System.getProperty("user.home"));
    String folder = environment.getOrDefault("DOCKER_CONFIG", home + "/.docker");
    return new AuthFile(Path.of(folder, "config.json"), environment);
  }

  /// Everything that the file names.
  ///
  /// @throws ProblemException if it cannot be read
  public List<Entry> entries() {
    ObjectNode root = read();
    List<Entry> entries = new ArrayList<>();
    for (Map.Entry<String, JsonNode> auth : root.path("auths").properties()) {
      Optional<CredentialProgram> helper = helper(root, auth.getKey());
      entries.add(
          new Entry(
              shown(auth.getKey()),
              user(auth.getValue()),
              helper.map(CredentialProgram::program).orElse("file")));
    }
    for (Map.Entry<String, JsonNode> one : root.path("credHelpers").properties()) {
      if (!root.path("auths").has(one.getKey())) {
        String keeper = "docker-credential-" + one.getValue().asText("");
        entries.add(new Entry(shown(one.getKey()), Optional.empty(), keeper));
      }
    }
    return List.copyOf(entries);
  }

  /// What it holds for a repository, or the helper that it names does.
  ///
  /// @throws IOException if the helper fails
  /// @throws ProblemException if the file cannot be read
  Optional<Credentials> find(String host, String repository) throws IOException {
    return new KeptCredentials(read(), environment).of(host, repository);
  }

  private static String shown(String key) {
    return key.equals(DOCKER_HUB_KEY)
        ? ImageReference.DOCKER_HUB
        : RegistryHttp.clean(key.replaceFirst("^https?://", "").replaceFirst("/.*$", ""), 260);
  }

  private static Optional<String> user(JsonNode auth) {
    try {
      byte[] pair = Base64.getDecoder().decode(auth.path("auth").asText(""));
      String text = new String(pair, StandardCharsets.UTF_8);
      return text.contains(":")
          ? Optional.of(RegistryHttp.clean(text.substring(0, text.indexOf(':')), 100))
          : Optional.ofNullable(auth.path("username").textValue());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /// Keeps a password: in the helper that the file names for the registry, else in the file.
  ///
  /// @param host `host[:port]`
  /// @return who keeps it
  /// @throws ProblemException if it cannot be kept
  public String store(String host, Credentials credentials) {
    ObjectNode root = read();
    Optional<CredentialProgram> helper = helper(root, key(host));
    ObjectNode auth = root.withObjectProperty("auths").putObject(key(host));
    try {
      if (helper.isPresent()) {
        ObjectNode told = JSON.createObjectNode();
        told.put("ServerURL", key(host));
        told.put("Username", credentials.username());
        told.put("Secret", credentials.password().reveal());
        helper.get().tell("store", told.toString());
      } else {
        String pair = credentials.username() + ":" + credentials.password().reveal();
        auth.put("auth", Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
      }
      write(root);
      return helper.map(CredentialProgram::program).orElse(path.toString());
    } catch (IOException e) {
      throw problem("keep the password for '%s'".formatted(host), e);
    }
  }

  /// Forgets a password.
  ///
  /// @return whether there was one
  public boolean remove(String host) {
    if (!Files.exists(path)) {
      return false;
    }
    ObjectNode root = read();
    Optional<CredentialProgram> helper = helper(root, key(host));
    boolean known = false;
    if (root.get("auths") instanceof ObjectNode auths) {
      for (String name : List.of(key(host), host, "https://" + host)) {
        known |= auths.remove(name) != null;
      }
    }
    try {
      if (helper.isPresent()) {
        helper.get().tell("erase", key(host));
        known = true;
      }
      if (known) {
        write(root);
      }
      return known;
    } catch (IOException e) {
      throw problem("forget the password for '%s'".formatted(host), e);
    }
  }

  private static String key(String host) {
    return host.equals(ImageReference.DOCKER_HUB) ? DOCKER_HUB_KEY : host;
  }

  private Optional<CredentialProgram> helper(ObjectNode root, String key) {
    String own = root.path("credHelpers").path(key).asText("");
    String name = own.isEmpty() ? root.path("credsStore").asText("") : own;
    try {
      return name.isEmpty()
          ? Optional.empty()
          : Optional.of(new CredentialProgram(name, environment));
    } catch (IllegalArgumentException e) {
      throw problem("use", new IOException(e.getMessage(), e));
    }
  }

  private ObjectNode read() {
    try {
      if (!Files.exists(path) || Files.size(path) == 0) {
        return JSON.createObjectNode();
      }
      if (Files.size(path) > LARGEST_BYTES) {
        throw new IOException("it has more than %d bytes".formatted(LARGEST_BYTES));
      }
      if (JSON.readTree(Files.readAllBytes(path)) instanceof ObjectNode root) {
        return root;
      }
      throw new IOException("it is no JSON object");
    } catch (JsonProcessingException e) {
      throw problem("read", new IOException("it is no JSON", e)); // the text may hold passwords
    } catch (IOException e) {
      throw problem("read", e);
    }
  }

  /// Beside it, then renamed; never readable by others, not even for a moment.
  private void write(ObjectNode root) throws IOException {
    Path file = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
    Path folder = Optional.ofNullable(file.getParent()).orElse(Path.of("/"));
    if (!Files.isDirectory(folder)) {
      var _ =
          Files.createDirectories(
              folder,
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    Path part = Files.createTempFile(folder, ".auth", ".json"); // with mode 600
    try {
      Files.writeString(part, JSON.writeValueAsString(root) + "\n");
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private ProblemException problem(String what, IOException e) {
    String why =
        e instanceof java.nio.file.AccessDeniedException
            ? "you may not write there"
            : RegistryFailure.firstLine(e);
    boolean named = what.contains(" ");
    return new ProblemException(
        new Problem(
            named ? "cannot " + what : "cannot %s the passwords in '%s'".formatted(what, path),
            named ? "'%s': %s".formatted(path, why) : why,
            "look at the file, or name another one with --authfile"),
        ExitCode.PROBLEM,
        e);
  }
}
