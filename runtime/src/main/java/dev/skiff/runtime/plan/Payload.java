package dev.skiff.runtime.plan;

import java.util.List;

/// What runs in the finished container.
///
/// @param script POSIX shell text that ends in `exec`; it sets the environment, sources the image's
///   own environment scripts, changes directory and becomes the command. It is read by a shell that
///   was started outside, so the image needs none, or by the image's bash where environment scripts
///   have words of bash. Its positional parameters are `arguments`.
/// @param arguments `"$@"` of the script
/// @param filter a system call filter put on the payload
/// @param confinement its rights
public record Payload(
    String script, List<String> arguments, Filter filter, Confinement confinement) {

  public Payload {
    arguments = List.copyOf(arguments);
  }

  /// One that nobody asked other rights for.
  public Payload(String script, List<String> arguments, Filter filter) {
    this(script, arguments, filter, Confinement.usual(new Confinement.Root()));
  }

  /// Which system call filter the payload runs under.
  public enum Filter {
    NONE,
    /// mknod of devices reports success and does nothing, for a root that has a range of ids: the
    /// kernel lets only the machine's own make them.
    EMULATE_DEVICES,
    /// chown, mknod of devices, set*id and their like report success and do nothing, for a root
    /// that has one id only.
    EMULATE_ROOT
  }
}
