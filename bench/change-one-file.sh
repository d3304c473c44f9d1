#!/bin/sh
# bench/change-one-file.sh IMAGE.sif [RUNS]: one small file is put into a large SIF with %files, and one is written by %post;
# beside it, what a plain copy of the image takes. Each line: wall time, processor time, peak memory.
#
# Blocks of files that stay are copied as they are compressed: the first should cost about what cp does.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
skiff=${SKIFF:-$here/../bin/skiff}
base=$(readlink -f "$1")
runs=${2:-3}
work=$(mktemp -d "${TMPDIR:-/var/tmp}/skiff-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
echo changed >file
printf 'Bootstrap: localimage\nFrom: %s\n%%files\n    file /opt/file\n' "$base" >files.def
printf 'Bootstrap: localimage\nFrom: %s\n%%post\n    echo changed >/opt/file\n' "$base" >post.def

timed() { # label, then words
  label=$1
  shift
  /usr/bin/time -o time -f '%e %U %S %M' "$@" >log 2>&1 || {
    cat log >&2
    exit 1
  }
  read -r took user system kb <time
  awk -v l="$label" -v w="$took" -v c="$user" -v s="$system" -v k="$kb" 'BEGIN {
    printf "%-28s %7.2f s wall %7.2f s cpu %5d MB\n", l, w, c + s, k / 1024 }'
}
awk -v s="$(stat -c %s "$base")" 'BEGIN { printf "base %d MB\n", s / 1e6 }'
while [ "$runs" -gt 0 ]; do
  runs=$((runs - 1))
  rm -f out.sif copy.sif
  timed "cp, to the disk" sh -c 'cp --reflink=never "$1" copy.sif && sync copy.sif' sh "$base"
  timed "skiff build with %files" "$skiff" build --tmpdir "$work" out.sif files.def
  rm -f out.sif
  timed "skiff build with %post" "$skiff" build --tmpdir "$work" out.sif post.def
done
