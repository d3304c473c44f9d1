package dev.skiff.builder.library;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skiff.builder.plan.SifAddress;
import dev.skiff.builder.registry.RegistryProblems;
import dev.skiff.builder.registry.Secret;
import dev.skiff.builder.registry.ServedFiles;
import dev.skiff.definitions.problem.ProblemException;
import dev.skiff.image.oci.Descriptor;
import dev.skiff.image.oci.Digest;
import dev.skiff.image.oci.Platform;
import dev.skiff.image.sif.SifReader;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// Fetches SIF files from servers of the library API, of Singularity Hub, and of the web.
///
/// @param files brings what servers have into the cache
/// @param environment of the caller: `SKIFF_LIBRARY` and `SKIFF_SHUB` name servers,
///   `SKIFF_LIBRARY_TOKEN` is shown to the library's
/// @param plainHttp whether a `HOST[:PORT]` is spoken to without TLS
/// @see <a href="https://github.com/sylabs/scs-library-client">the library API's client</a>
public record SifServers(
    ServedFiles files, Map<String, String> environment, Predicate<String> plainHttp) {

  private static final String TYPE = "application/vnd.sylabs.sif.layer.v1.sif";

  public SifServers {
    environment = Map.copyOf(environment);
  }

  /// The file in the cache; not to be changed.
  ///
  /// @param platform whose image is wanted, of a server that has several
  /// @throws ProblemException if there is no such server or file, or it is no SIF file
  public Path fetch(SifAddress address, Platform platform) {
    try {
      Optional<Path> known = files.known(address.uri());
      if (known.isPresent()) {
        return known.get();
      }
      Path file =
          switch (address.protocol()) {
            case LIBRARY -> ofLibrary(address, platform);
            case SHUB -> ofHub(address);
            case HTTPS, HTTP ->
                files.fetchAddressed(
                    request(address, WebFile.parse(address).address(), Optional.empty()));
            case ORAS -> throw new IllegalArgumentException("a registry has " + address.uri());
          };
      SifReader.open(file).close(); // what came may be anything
      return file;
    } catch (IllegalArgumentException e) {
      throw LibraryProblems.badReference(address, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw RegistryProblems.unusable(address.uri(), e);
    }
  }

  private Path ofLibrary(SifAddress address, Platform platform) throws IOException {
    LibraryReference reference = LibraryReference.parse(address.reference());
    String server =
        reference
            .host()
            .map(this::withScheme)
            .or(address::server)
            .or(() -> said("SKIFF_LIBRARY"))
            .orElseThrow(() -> LibraryProblems.noLibrary(address));
    String image =
        reference.path()
            + ":"
            + reference.tag()
            + "?arch="
            + URLEncoder.encode(platform.architecture(), StandardCharsets.UTF_8);
    boolean trusted = reference.host().isEmpty() && address.server().isEmpty();
    Optional<Secret> token =
        trusted
            ? said("SKIFF_LIBRARY_TOKEN").map(text -> new Secret("Bearer " + text))
            : Optional.empty();
    JsonNode said =
        files.describe(request(address, server + "/v1/images/" + image, token)).path("data");
    ServedFiles.Request request = request(address, server + "/v1/imagefile/" + image, token);
    String hash = said.path("hash").asText("");
    long size = said.path("size").asLong(-1);
    if (!said.path("uploaded").asBoolean(true)) {
      throw LibraryProblems.notUploaded(address);
    }
    if (hash.matches("sha256\\.[0-9a-f]{64}") && size > 0) {
      Digest digest = Digest.parse(hash.replace('.', ':'));
      return files.fetch(request, Descriptor.of(TYPE, digest, size));
    }
    if (hash.isEmpty()) {
      throw LibraryProblems.noAnswer(address, server, "its answer has no hash of an image");
    }
    return files.fetchUnnamed(request, hash, Optional.empty());
  }

  private Path ofHub(SifAddress address) throws IOException {
    HubReference reference = HubReference.parse(address.reference());
    String server =
        reference
            .server()
            .map(this::withScheme)
            .or(() -> said("SKIFF_SHUB"))
            .orElseThrow(() -> LibraryProblems.noHub(address));
    String api = server + "/api/container/" + reference.image() + reference.version();
    ServedFiles.Request request = request(address, api, Optional.empty());
    JsonNode said = files.describe(request);
    String image = said.path("image").asText("");
    boolean same = api.startsWith("https:") ? image.startsWith("https:") : image.startsWith("http");
    if (!same) {
      throw LibraryProblems.noAnswer(address, server, "its answer has no address of an image");
    }
    String version = said.path("version").asText("");
    return files.fetchUnnamed(
        request(address, image, Optional.empty()),
        version + " " + said.path("commit").asText(""),
        version.matches("[0-9a-fA-F]{32}") ? Optional.of(version) : Optional.empty());
  }

  private static ServedFiles.Request request(
      SifAddress address, String url, Optional<Secret> authorization) {
    return new ServedFiles.Request(address.uri(), URI.create(url), authorization);
  }

  private String withScheme(String server) {
    String host = server.split("/", 2)[0];
    return (plainHttp.test(host) ? "http://" : "https://") + server;
  }

  private Optional<String> said(String variable) {
    return Optional.of(environment.getOrDefault(variable, ""))
        .filter(text -> !text.isEmpty())
        .map(text -> text.replaceAll("/+\\z", ""));
  }
}
