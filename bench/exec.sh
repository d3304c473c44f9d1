#!/bin/sh
# bench/exec.sh IMAGE.sif [RUNS]: starting containers, Skiff against Apptainer, in turns. Of a SIF and of a sandbox, with a
# plan that was kept (warm) and with one that is made (cold): median wall time, and processor time of all that was started;
# 30 binds; 64 at once, their time and what they hold in memory.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
image=$1
runs=${2:-30}
skiff=${SKIFF:-$here/../bin/skiff}
work=$(mktemp -d)
chmod 755 "$work"
trap 'rm -rf "$work"' EXIT
cp "$here/measure" "$here/at-once" "$work/"
batch=5

ours() { ${SKIFF_RUN:-} perl "$work/$1" "$2" $3 "$skiff" exec $4; } # program, count, mode, words
peer() { ${PEER_RUN:-} perl "${PEER_LOOP_PREFIX:-}$work/$1" "$2" $3 apptainer exec $4; }
middle() { # file, column
  awk -v c="$2" '{ print $c }' "$1" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}
line() { # what, ours, theirs, in milliseconds from microseconds
  awk -v w="$1" -v a="$2" -v b="$3" 'BEGIN { printf "%-34s %8.1f ms  %8.1f ms  %.2f\n", w, a / 1000, b / 1000, a / b }'
}
compare() { # what, our words, their words
  rm -f "$work/ours" "$work/peer"
  ours measure 2 "" "$2" >/dev/null # the second one keeps nothing new
  peer measure 2 "" "$3" >/dev/null
  done=0
  while [ "$done" -lt "$runs" ]; do
    ours measure $batch "" "$2" >>"$work/ours"
    peer measure $batch "" "$3" >>"$work/peer"
    done=$((done + batch))
  done
  line "$1, wall" "$(middle "$work/ours" 1)" "$(middle "$work/peer" 1)"
  line "$1, processor" "$(middle "$work/ours" 2)" "$(middle "$work/peer" 2)"
}

theirs=${PEER_IMAGE:-$image}
printf '%-34s %11s  %11s  %s\n' "" skiff apptainer ratio
compare "SIF, warm" "$image true" "$theirs true"
compare "SIF, cold" "--no-plan-cache $image true" "$theirs true"
if [ -n "${SANDBOX-}" ]; then # a directory, and PEER_SANDBOX the same one for the other
  compare "sandbox, warm" "$SANDBOX true" "${PEER_SANDBOX:-$SANDBOX} true"
  compare "sandbox, cold" "--no-plan-cache $SANDBOX true" "${PEER_SANDBOX:-$SANDBOX} true"
fi
binds=
for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
  binds="$binds -B /usr:/mnt/$n"
done
compare "SIF and 30 binds, warm" "$binds $image true" "$binds $theirs true"
ours at-once 64 time "$image true" >"$work/ours"
peer at-once 64 time "$theirs true" >"$work/peer"
line "64 at once, wall" "$(middle "$work/ours" 1)" "$(middle "$work/peer" 1)"
line "64 at once, processor" "$(middle "$work/ours" 2)" "$(middle "$work/peer" 2)"
ours at-once 64 memory "$image sleep 10" >"$work/ours"
peer at-once 64 memory "$theirs sleep 10" >"$work/peer"
awk -v a="$(middle "$work/ours" 1)" -v b="$(middle "$work/peer" 1)" 'BEGIN {
  printf "%-34s %8.1f MB  %8.1f MB  %.2f\n", "64 at once, memory", a / 1024, b / 1024, a / b }'
