package dev.skiff.builder.registry;

import java.util.Optional;

/// Whose password is shown to a place.
interface CredentialSource {

  /// @throws RegistryFailure if there are some that cannot be read
  Optional<Credentials> of(RegistryEndpoint endpoint, String repository) throws RegistryFailure;
}
