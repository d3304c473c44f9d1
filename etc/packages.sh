# Sourced by the scripts of this checkout: makes sure that Debian packages are installed.
#   need_packages REASON COMMAND:PACKAGE...
# Installs what is missing when it may (root with apt-get), else names it and fails.

need_packages() {
  reason=$1
  shift
  missing=
  for pair in "$@"; do
    PATH=$PATH:/usr/sbin:/sbin command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair#*:}"
  done
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    printf 'error: cannot %s\n  why: these packages are not installed:%s\n' "$reason" "$missing" >&2
    printf '  fix: sudo apt-get install -y --no-install-recommends%s\n' "$missing" >&2
    return 1
  fi
  echo "installing system packages:$missing"
  log=$(mktemp)
  # shellcheck disable=SC2086
  if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    printf 'error: cannot %s\n  why: apt-get could not install:%s\n  fix: read the lines above; the whole output is in %s\n' \
      "$reason" "$missing" "$log" >&2
    return 1
  fi
  rm -f "$log"
}
