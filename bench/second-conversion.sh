#!/bin/sh
# bench/second-conversion.sh [LAYOUT] [RUNS]: converts an OCI image afresh, then RUNS times (default 5) the same with one
# layer more, which takes the files of the lower layers from the first SIF. LAYOUT is an OCI layout with the tags v1 and v2,
# such as bench/five-layers.sh makes (its DIR/gzip). Prints wall and processor time of each, and a plain copy beside them.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
skiff=${SKIFF:-$here/../bin/skiff}
layout=${1:?"say where the layout is: bench/second-conversion.sh DIR/gzip [RUNS]"}
runs=${2:-5}
work=$(mktemp -d "${TMPDIR:-/var/tmp}/skiff-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
export SKIFF_CACHEDIR="$work/cache"

timed() { # label, command: wall, user and system seconds of a whole process
  label=$1
  shift
  { /usr/bin/time -f '%e %U %S' -o "$work/time" "$@" >"$work/log" 2>&1; } || { cat "$work/log" >&2; exit 1; }
  awk -v l="$label" '{ printf "%-22s %6.2f s wall   %6.2f s user   %6.2f s system\n", l, $1, $2, $3 }' "$work/time"
}

cat "$layout"/blobs/sha256/* >/dev/null # from the page cache, all of them
timed "v1, afresh" "$skiff" build "$work/v1.sif" "oci:$layout:v1"
ls -l "$work/v1.sif" | awk '{ printf "v1.sif                 %6.0f MB\n", $5 / 1e6 }'
i=0
while [ "$i" -lt "$runs" ]; do
  i=$((i + 1))
  rm -rf "$work/cache/conversions.was" "$work/v2.sif" "$work/copy"
  cp -a "$work/cache/conversions" "$work/cache/conversions.was"
  timed "v2, from v1 ($i)" "$skiff" build "$work/v2.sif" "oci:$layout:v2"
  rm -rf "$work/cache/conversions" # the next run is to find v1 alone again
  mv "$work/cache/conversions.was" "$work/cache/conversions"
  timed "cp v1.sif ($i)" cp --reflink=never "$work/v1.sif" "$work/copy"
done
timed "v2, afresh" "$skiff" build --no-reuse -F "$work/v2.sif" "oci:$layout:v2"
