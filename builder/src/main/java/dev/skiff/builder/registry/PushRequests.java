package dev.skiff.builder.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// Requests that change a repository: authorised as asked, and tried again when that may help.
/// Redirects are not followed: what they say is said by `Location` of an upload.
final class PushRequests {

  private static final Duration ANSWER = Duration.ofSeconds(60);

  private final RegistryHttp http;
  private final RegistryAuth auth;
  private final RegistryRequests requests;
  private final RetryPolicy policy;
  private final Target target;

  /// @param repository the one that is changed
  record Target(RegistryEndpoint endpoint, String repository) {}

  PushRequests(
      RegistryHttp http,
      RegistryAuth auth,
      RegistryRequests requests,
      RetryPolicy policy,
      Target target) {
    this.http = http;
    this.auth = auth;
    this.requests = requests;
    this.policy = policy;
    this.target = target;
  }

  /// A request.
  ///
  /// @param body asked for anew each time it is sent
  /// @param longest until the answer's first line
  record Sent(
      String method,
      URI uri,
      Map<String, String> headers,
      Supplier<BodyPublisher> body,
      Duration longest) {

    /// Without a body.
    static Sent bare(String method, URI uri) {
      return new Sent(method, uri, Map.of(), BodyPublishers::noBody, ANSWER);
    }

    /// With a small body.
    static Sent of(String method, URI uri, String mediaType, byte[] body) {
      return new Sent(
          method,
          uri,
          Map.of("Content-Type", mediaType),
          () -> BodyPublishers.ofByteArray(body),
          ANSWER);
    }
  }

  RegistryEndpoint endpoint() {
    return target.endpoint;
  }

  URI uri(String what) {
    return target.endpoint.uri(target.repository, what);
  }

  /// An answer with one of the statuses, after as many attempts as the policy says.
  ///
  /// @throws RegistryFailure for every other status
  HttpResponse<InputStream> patiently(Sent sent, int... wanted) throws IOException {
    for (int failures = 1; ; failures++) {
      Duration asked = Duration.ZERO;
      RegistryFailure failure;
      try {
        HttpResponse<InputStream> response = once(sent);
        if (Arrays.stream(wanted).anyMatch(status -> status == response.statusCode())) {
          return response;
        }
        asked = RateLimit.of(response.headers()).pause();
        failure = RegistryHttp.failure(response);
      } catch (RegistryFailure e) {
        failure = e;
      }
      if (!failure.isPassing() || failures >= policy.attempts() || policy.isTooLong(asked)) {
        throw failure;
      }
      pause(failure, policy.pause(failures, asked));
    }
  }

  void pause(RegistryFailure failure, Duration pause) throws RegistryFailure {
    requests.pause(failure, pause);
  }

  /// Whatever the answer is; the caller closes its body.
  HttpResponse<InputStream> once(Sent sent) throws IOException {
    boolean ours = RegistryHttp.host(sent.uri).equals(target.endpoint.host());
    Optional<Secret> known =
        ours ? auth.known(target.endpoint, target.repository) : Optional.empty();
    HttpResponse<InputStream> response = http.send(request(sent, known));
    if (response.statusCode() != 401 || !ours) {
      return response;
    }
    Optional<AuthChallenge> challenge =
        AuthChallenge.parse(response.headers().allValues("WWW-Authenticate"));
    if (challenge.isEmpty()) {
      return response;
    }
    response.body().close();
    Secret answer = auth.answer(target.endpoint, target.repository, challenge.get());
    return http.send(request(sent, Optional.of(answer)));
  }

  private static HttpRequest request(Sent sent, Optional<Secret> authorization) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(sent.uri).timeout(sent.longest).method(sent.method, sent.body.get());
    sent.headers.forEach(request::setHeader);
    authorization.ifPresent(secret -> request.setHeader("Authorization", secret.reveal()));
    return request.build();
  }
}
