#!/bin/sh
# bench/second-conversion.sh FIRST SECOND [RUNS]: converts the OCI image FIRST afresh, then RUNS times (default 5) SECOND, the
# same with one layer more, which takes the files of the lower layers from the first SIF. bench/layers.sh DIR makes
# oci:DIR/five and oci:DIR/six. Prints wall and processor time of each, with a plain copy of the first SIF beside them.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
skiff=${SKIFF:-$here/../bin/skiff}
usage="say which images: bench/second-conversion.sh oci:DIR/five oci:DIR/six [RUNS]"
first=${1:?"$usage"}
second=${2:?"$usage"}
runs=${3:-5}
work=$(mktemp -d "${TMPDIR:-/var/tmp}/skiff-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
export SKIFF_CACHEDIR="$work/cache"

timed() { # label, command: wall, user and system seconds of a whole process
  label=$1
  shift
  { /usr/bin/time -f '%e %U %S' -o "$work/time" "$@" >"$work/log" 2>&1; } || { cat "$work/log" >&2; exit 1; }
  awk -v l="$label" '{ printf "%-22s %6.2f s wall   %6.2f s user   %6.2f s system\n", l, $1, $2, $3 }' "$work/time"
}

timed "first, afresh" "$skiff" build "$work/first.sif" "$first"
ls -l "$work/first.sif" | awk '{ printf "size of the first      %6.0f MB\n", $5 / 1e6 }'
i=0
while [ "$i" -lt "$runs" ]; do
  i=$((i + 1))
  rm -rf "$work/cache/conversions.was" "$work/second.sif" "$work/copy"
  cp -a "$work/cache/conversions" "$work/cache/conversions.was"
  timed "second, reusing ($i)" "$skiff" build "$work/second.sif" "$second"
  rm -rf "$work/cache/conversions" # the next run is to find the first alone again
  mv "$work/cache/conversions.was" "$work/cache/conversions"
  timed "cp of the first ($i)" cp --reflink=never "$work/first.sif" "$work/copy"
done
timed "second, afresh" "$skiff" build --no-reuse -F "$work/second.sif" "$second"
