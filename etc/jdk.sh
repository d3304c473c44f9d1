# Sourced by the scripts of this checkout: finds a JDK 25 or newer and exports it as JAVA_HOME.
# The default java may be older; nothing needs to be on PATH.

jdk_version() { # DIR -> the major version of the JDK in DIR, or nothing
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
  while IFS= read -r line; do
    case $line in
      JAVA_VERSION=*)
        line=${line#*\"}
        line=${line%%[!0-9]*}
        echo "$line"
        return 0
        ;;
    esac
  done <"$1/release"
}

find_jdk() {
  for dir in "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/java/* /opt/jdk* "$HOME"/.sdkman/candidates/java/*; do
    [ -n "$dir" ] || continue
    version=$(jdk_version "$dir")
    if [ "${version:-0}" -ge 25 ]; then
      JAVA_HOME=$dir
      export JAVA_HOME
      return 0
    fi
  done
  cat >&2 <<'EOF'
error: cannot build Skiff
  why: no JDK 25 or newer was found in JAVA_HOME, /usr/lib/jvm, /opt/java or ~/.sdkman
  fix: install one (for example Temurin 25), or set JAVA_HOME to it
EOF
  return 1
}
