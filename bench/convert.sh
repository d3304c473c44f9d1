#!/bin/sh
# bench/convert.sh DIR [RUNS]: OCI layouts become SIF files, Skiff against Apptainer and against gunzip.
#
# DIR was made by bench/layers.sh and is read by Apptainer as $PEER_DIR (default: the same). Both write
# to a folder of their own: OUT and PEER_OUT. Each line: wall time, processor time, peak memory, size.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=$1
runs=${2:-1}
export SKIFF_DISABLE_CACHE=1 # each conversion afresh: nothing is taken from the one before
skiff=${SKIFF:-$here/../bin/skiff}
out=${OUT:-$(mktemp -d "${TMPDIR:-/var/tmp}/skiff-bench.XXXXXX")}
peer_dir=${PEER_DIR:-$dir}
peer_out=${PEER_OUT:-$out}
trap 'rm -f "$out/ours.sif"; rmdir "$out" 2>/dev/null || :' EXIT

timed() { # label, then words; keeps the last wall time in `took`
  label=$1
  shift
  /usr/bin/time -o "$here/.time" -f '%e %U %S %M' "$@" >/dev/null 2>"$here/.log" || {
    cat "$here/.log" >&2
    exit 1
  }
  read -r took user system kb <"$here/.time"
  rm -f "$here/.time" "$here/.log"
  awk -v l="$label" -v w="$took" -v c="$user" -v s="$system" -v k="$kb" 'BEGIN {
    printf "%-34s %7.2f s wall %7.2f s cpu %5d MB", l, w, c + s, k / 1024 }'
}
ours() { # label, options and layout
  label=$1
  shift
  timed "skiff $label" "$skiff" build -F "$@" "$out/ours.sif" "oci:$dir/$layout"
  awk -v s="$(stat -c %s "$out/ours.sif")" 'BEGIN { printf " %6d MB out\n", s / 1e6 }'
}
peer() { # label, options
  label=$1
  shift
  [ -n "${PEER_RUN-}" ] || command -v apptainer >/dev/null || return 0
  timed "apptainer $label" ${PEER_RUN-} apptainer build -F "$@" "$peer_out/peer.sif" "oci:$peer_dir/$layout"
  echo
}
ratio() { awk -v a="$1" -v b="$2" -v w="$3" 'BEGIN { if (b > 0) printf "  ratio %.3f  %s\n", a / b, w }'; }

while [ "$runs" -gt 0 ]; do
  runs=$((runs - 1))
  layout=small
  ours small && a=$took
  took=0 && peer small && ratio "$a" "$took" "4 MB image"
  layout=five
  timed "gunzip -c of the layers" sh -c 'for layer do gunzip -c "$layer"; done' sh "$dir"/layers/l[1-5].tar.gz
  echo
  gunzip=$took
  ours "default" && default=$took
  ratio "$default" "$gunzip" "of gunzip"
  layout=zstd
  ours "zstd layers"
  ratio "$default" "$took" "gzip layers, of zstd layers"
  layout=five
  ours "--compression zstd:1" --compression zstd:1 && a=$took
  took=0 && peer "zstd 1" --mksquashfs-args "-comp zstd -Xcompression-level 1" && ratio "$a" "$took" "zstd:1 on both sides"
  ours "--compression gzip" --compression gzip && a=$took
  took=0 && peer "default, gzip 9" && ratio "$default" "$took" "default on both sides" &&
    ratio "$a" "$took" "gzip on both sides"
done
