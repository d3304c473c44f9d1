package dev.skiff.builder.registry;

import dev.skiff.builder.registry.RegistryFailure.Kind;
import dev.skiff.builder.registry.RegistryHttp.Get;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// Requests to a repository that are authorised as asked and tried again when that may help.
final class RegistryRequests {

  private static final int MOST_REFUSALS = 2; // a host that refuses connections rarely reconsiders

  private final RegistryHttp http;
  private final RegistryAuth auth;
  private final RetryPolicy policy;
  private final PullListener listener;

  RegistryRequests(
      RegistryHttp http, RegistryAuth auth, RetryPolicy policy, PullListener listener) {
    this.http = http;
    this.auth = auth;
    this.policy = policy;
    this.listener = listener;
  }

  /// Something that a repository has.
  ///
  /// @param what `manifests/...` or `blobs/...`
  /// @param headers such as `Accept` and `Range`
  record Wanted(String repository, String what, Map<String, String> headers) {}

  /// An answer of 200 or 206, whose body the caller closes; 416 too, for a range that is not there.
  ///
  /// @throws RegistryFailure if it cannot be had, after as many attempts as the policy says
  HttpResponse<InputStream> get(RegistryEndpoint endpoint, Wanted wanted) throws IOException {
    return patiently(() -> authorised(endpoint, wanted));
  }

  /// The same for whatever is asked in one attempt.
  HttpResponse<InputStream> patiently(Attempt attempt) throws IOException {
    for (int failures = 1; ; failures++) {
      Duration asked = Duration.ZERO;
      RegistryFailure failure;
      try {
        HttpResponse<InputStream> response = attempt.send();
        int status = response.statusCode();
        if (status == 200 || status == 206 || status == 416) {
          return response;
        }
        asked = RateLimit.of(response.headers()).pause();
        failure = RegistryHttp.failure(response);
      } catch (RegistryFailure e) {
        failure = e;
      }
      int most =
          failure.kind() == Kind.UNREACHABLE
              ? Math.min(MOST_REFUSALS, policy.attempts())
              : policy.attempts();
      if (!failure.isPassing() || failures >= most || policy.isTooLong(asked)) {
        throw failure;
      }
      pause(failure, policy.pause(failures, asked));
    }
  }

  /// One request; any status is an answer.
  @FunctionalInterface
  interface Attempt {
    HttpResponse<InputStream> send() throws IOException;
  }

  /// Waits, and tells why.
  void pause(RegistryFailure failure, Duration pause) throws RegistryFailure {
    listener.retrying(String.valueOf(failure.getMessage()), pause);
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure;
    }
  }

  private HttpResponse<InputStream> authorised(RegistryEndpoint endpoint, Wanted wanted)
      throws IOException {
    URI uri = endpoint.uri(wanted.repository, wanted.what);
    Optional<Secret> known = auth.known(endpoint, wanted.repository);
    HttpResponse<InputStream> response = http.get(new Get(uri, wanted.headers, known));
    if (response.statusCode() != 401) {
      return response;
    }
    Optional<AuthChallenge> challenge =
        AuthChallenge.parse(response.headers().allValues("WWW-Authenticate"));
    if (challenge.isEmpty() || !RegistryHttp.host(response.uri()).equals(endpoint.host())) {
      return response; // nothing to answer, or asked by a host that is none of ours
    }
    response.body().close();
    Secret answer = auth.answer(endpoint, wanted.repository, challenge.get());
    return http.get(new Get(uri, wanted.headers, Optional.of(answer)));
  }
}
