package dev.skiff.runtime.host;

import java.util.Map;

/// Who called, as the launcher saw it before it entered a user namespace, where everyone is root.
///
/// @param uid the real user id
/// @param gid the real group id
/// @param environment the caller's variables, see `HostProbe.callerEnvironment`
public record Caller(long uid, long gid, Map<String, String> environment) {

  public Caller {
    environment = Map.copyOf(environment);
  }
}
