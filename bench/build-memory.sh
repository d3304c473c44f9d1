#!/bin/sh
# bench/build-memory.sh [DIRECTORY]: builds a SIF from a sandbox directory (default: a copy of /usr, about 1.5 GB or more)
# and prints time, peak resident memory of the largest process, and the sizes.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
skiff=${SKIFF:-$here/../bin/skiff}
source=${1:-}
work=$(mktemp -d "${TMPDIR:-/var/tmp}/skiff-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
if [ -z "$source" ]; then
  source=$work/root
  mkdir -p "$source/bin"
  cp -a /usr "$source/usr"
fi
du -sh --apparent-size "$source" | awk '{ print "source          " $1 }'
start=$(date +%s%N)
"$skiff" build "$work/out.sif" "$source" >"$work/log" 2>&1 &
pid=$!
peak=0
while kill -0 "$pid" 2>/dev/null; do
  for p in $(ps -o pid= --ppid "$pid" 2>/dev/null) "$pid"; do
    kb=$(awk '/^VmHWM/ { print $2 }' "/proc/$p/status" 2>/dev/null || true)
    [ "${kb:-0}" -gt "$peak" ] && peak=$kb
  done
  sleep 0.05
done
wait "$pid" || { cat "$work/log" >&2; exit 1; }
end=$(date +%s%N)
awk -v t=$(((end - start) / 1000000)) -v p="$peak" -v s="$(stat -c %s "$work/out.sif")" 'BEGIN {
  printf "wall            %.1f s\npeak resident   %d MB\nimage           %d MB\n", t / 1000, p / 1024, s / 1048576 }'
