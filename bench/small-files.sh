#!/bin/sh
# bench/small-files.sh DIR [RUNS]: reads 50,000 small files of a SIF in a container, and from squashfuse_ll alone, in turns:
# wall time of the whole, start and mount with it. DIR keeps the image, 150 MB of files, for the next run.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=$1
runs=${2:-5}
skiff=${SKIFF:-$here/../bin/skiff}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
image=$dir/small-files.sif
if [ ! -e "$image" ]; then
  tree=$(mktemp -d "$dir/tree.XXXXXX")
  trap 'rm -rf "$tree"' EXIT
  mkdir -p "$tree/bin" "$tree/dev" "$tree/etc" "$tree/home" "$tree/proc" "$tree/sys" "$tree/tmp" "$tree/var/tmp"
  cp "$(command -v busybox)" "$tree/bin/busybox"
  ln -s busybox "$tree/bin/sh"
  perl -e 'srand 1; my $at = shift; for my $d (100 .. 599) { mkdir "$at/$d"; for my $n (1 .. 100) {
    open my $out, ">", "$at/$d/file$n.py"; print $out pack("N*", map { rand 2**32 } 1 .. 100 + rand 500), "=" x 1500 } }' "$tree"
  "$skiff" build "$image" "$tree"
fi
offset=$("$skiff" sif list "$image" | sed -n 's/.*|\([0-9]*\)-[0-9]* *|FS.*/\1/p')
mount=$(mktemp -d)
read_all='for d in AT/[1-5]??; do AT/bin/busybox cat $d/* >/dev/null; done'
inside=$(echo "$read_all" | sed 's,AT/,/,g')
outside=$(echo "$read_all" | sed "s,AT/,$mount/,g")
ours() { perl "$here/measure" 1 "$skiff" exec "$image" sh -c "$inside"; }
alone() {
  perl "$here/measure" 1 unshare -r -m sh -c "squashfuse_ll -o ro,offset=$offset '$image' '$mount' && $outside; umount '$mount'"
}
middle() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
results=$(mktemp -d)
trap 'rm -rf "$results" "${tree:-$results}"; rmdir "$mount"' EXIT
ours >/dev/null
alone >/dev/null
while [ "$runs" -gt 0 ]; do
  ours >>"$results/ours"
  alone >>"$results/alone"
  runs=$((runs - 1))
done
awk -v a="$(middle "$results/ours")" -v b="$(middle "$results/alone")" 'BEGIN {
  printf "%-34s %8.2f s  %8.2f s  %.2f\n", "50,000 small files, squashfuse alone", a / 1e6, b / 1e6, a / b }'
