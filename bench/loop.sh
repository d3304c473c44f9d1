#!/bin/sh
# loop.sh RUNS COMMAND...: runs the command so often and prints the wall time of each run in microseconds.
runs=$1
shift
while [ "$runs" -gt 0 ]; do
  start=$(date +%s%N)
  "$@" >/dev/null 2>&1 || { echo "bench: failed: $*" >&2; exit 1; }
  end=$(date +%s%N)
  echo $(((end - start) / 1000))
  runs=$((runs - 1))
done
