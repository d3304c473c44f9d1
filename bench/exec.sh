#!/bin/sh
# bench/exec.sh IMAGE.sif [RUNS]: the wall time of `exec IMAGE true`, Skiff against Apptainer, in turns.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
image=$1
runs=${2:-30}
skiff=${SKIFF:-$here/../bin/skiff}
work=$(mktemp -d)
chmod 755 "$work"
trap 'rm -rf "$work"' EXIT
cp "$here/loop.sh" "$work/loop.sh"
batch=5

median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
ours() { ${SKIFF_RUN:-} sh "$work/loop.sh" "$1" "$skiff" exec "$image" true; }
peer() { ${PEER_RUN:-} sh "${PEER_LOOP_PREFIX:-}$work/loop.sh" "$1" apptainer exec "${PEER_IMAGE:-$image}" true; }

ours 2 >/dev/null
peer 2 >/dev/null
done=0
while [ "$done" -lt "$runs" ]; do
  ours $batch >>"$work/ours"
  peer $batch >>"$work/peer"
  done=$((done + batch))
done
a=$(median "$work/ours")
b=$(median "$work/peer")
awk -v a="$a" -v b="$b" -v n="$done" 'BEGIN {
  printf "skiff exec      median %.1f ms (%d runs)\napptainer exec  median %.1f ms (%d runs)\nratio           %.2f\n", a / 1000, n, b / 1000, n, a / b }'
