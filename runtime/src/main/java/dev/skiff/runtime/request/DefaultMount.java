package dev.skiff.runtime.request;

/// A mount that every container gets unless `--no-mount` names it.
public enum DefaultMount {
  PROC("proc"),
  SYS("sys"),
  DEV("dev"),
  /// /dev/pts of a minimal /dev.
  DEVPTS("devpts"),
  HOME("home"),
  /// /tmp and /var/tmp.
  TMP("tmp"),
  CWD("cwd"),
  HOSTS("/etc/hosts"),
  LOCALTIME("/etc/localtime"),
  RESOLV_CONF("/etc/resolv.conf");

  private final String word;

  DefaultMount(String word) {
    this.word = word;
  }

  /// What `--no-mount` calls it.
  public String word() {
    return word;
  }
}
