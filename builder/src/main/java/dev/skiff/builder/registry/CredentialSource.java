package dev.skiff.builder.registry;

import java.util.Optional;

/// Whose password is shown to a place.
interface CredentialSource {

  /// The password for a repository, if there is one.
  ///
  /// @throws RegistryFailure if there are some that cannot be read
  Optional<Credentials> of(RegistryEndpoint endpoint, String repository) throws RegistryFailure;
}
