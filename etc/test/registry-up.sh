#!/bin/sh
# Starts a registry (Debian: docker-registry) on loopback.
#
#   registry-up.sh PORT DIR [HTPASSWD]     prints nothing; DIR/pid has the process
#   kill "$(cat DIR/pid)"                  ends it
set -eu
port=$1
mkdir -p "$2/data"
dir=$(cd "$2" && pwd)
{
  echo 'version: 0.1'
  echo 'log: {level: warn}'
  echo "storage: {filesystem: {rootdirectory: '$dir/data'}, delete: {enabled: true}}"
  echo "http: {addr: '127.0.0.1:$port'}"
  if [ $# -ge 3 ]; then
    echo "auth: {htpasswd: {realm: registry, path: '$3'}}"
  fi
} >"$dir/config.yml"
# A caller's OTEL or REGISTRY_ variables would change the registry.
env -i PATH="$PATH" HOME="$dir" docker-registry serve "$dir/config.yml" >"$dir/log" 2>&1 &
echo $! >"$dir/pid"
tries=0
until curl -s -o "$dir/ping" "http://127.0.0.1:$port/v2/"; do
  tries=$((tries + 1))
  if [ "$tries" -gt 100 ] || ! kill -0 "$(cat "$dir/pid")" 2>"$dir/gone"; then
    cat "$dir/log" >&2
    exit 1
  fi
  sleep 0.1
done
