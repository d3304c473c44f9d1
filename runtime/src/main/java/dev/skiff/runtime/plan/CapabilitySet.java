package dev.skiff.runtime.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Capabilities of a process.
///
/// @param bits one for each, numbered as the kernel does
/// @see <a href="https://man7.org/linux/man-pages/man7/capabilities.7.html">capabilities(7)</a>
public record CapabilitySet(long bits) {

  private static final String PREFIX = "CAP_";

  /// In the order of their numbers.
  private static final String[] NAMES = {
    "chown",
    "dac_override",
    "dac_read_search",
    "fowner",
    "fsetid",
    "kill",
    "setgid",
    "setuid",
    "setpcap",
    "linux_immutable",
    "net_bind_service",
    "net_broadcast",
    "net_admin",
    "net_raw",
    "ipc_lock",
    "ipc_owner",
    "sys_module",
    "sys_rawio",
    "sys_chroot",
    "sys_ptrace",
    "sys_pacct",
    "sys_admin",
    "sys_boot",
    "sys_nice",
    "sys_resource",
    "sys_time",
    "sys_tty_config",
    "mknod",
    "lease",
    "audit_write",
    "audit_control",
    "setfcap",
    "mac_override",
    "mac_admin",
    "syslog",
    "wake_alarm",
    "block_suspend",
    "audit_read",
    "perfmon",
    "bpf",
    "checkpoint_restore"
  };

  /// No capability.
  public static final CapabilitySet NONE = new CapabilitySet(0);

  /// All that Linux has.
  public static final CapabilitySet ALL = new CapabilitySet((1L << NAMES.length) - 1);

  /// The set of one name: `CAP_NET_RAW`, `net_raw` or `all`; nothing when there is none such.
  public static CapabilitySet of(String name) {
    String word = name.toUpperCase(Locale.ROOT);
    if (word.equals("ALL") || word.equals("CAP_ALL")) {
      return ALL;
    }
    String bare = word.startsWith(PREFIX) ? word.substring(PREFIX.length()) : word;
    for (int number = 0; number < NAMES.length; number++) {
      if (NAMES[number].equalsIgnoreCase(bare)) {
        return new CapabilitySet(1L << number);
      }
    }
    return NONE;
  }

  public boolean isEmpty() {
    return bits == 0;
  }

  /// Those of either.
  public CapabilitySet with(CapabilitySet other) {
    return new CapabilitySet(bits | other.bits);
  }

  /// Those of this one alone.
  public CapabilitySet without(CapabilitySet other) {
    return new CapabilitySet(bits & ~other.bits);
  }

  /// Whether all of the other are in this one.
  public boolean holds(CapabilitySet other) {
    return (bits & other.bits) == other.bits;
  }

  /// The names in small letters, without a prefix, in the kernel's order.
  public List<String> names() {
    List<String> names = new ArrayList<>();
    for (int number = 0; number < NAMES.length; number++) {
      if ((bits >> number & 1) == 1) {
        names.add(NAMES[number]);
      }
    }
    return names;
  }
}
