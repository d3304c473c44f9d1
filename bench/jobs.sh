#!/bin/bash
# bench/jobs.sh IMAGE.sif [RUNS]: what jobs cost beside Slurm's own commands, on the cluster that SLURM_CONF names: `submit`
# beside `sbatch`, in turns; `ps` of 200 waiting jobs, and how often it asks; how soon `logs -f` shows a line; what is
# resident on the node besides the payload.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
image=$(realpath "$1")
runs=${2:-11}
skiff=${SKIFF:-$here/../bin/skiff}
parts=${PARTS:-submit ps logs resident}
work=$(mktemp -d "$HOME/skiff-bench.XXXXXX")
export XDG_STATE_HOME=$work/state
cd "$work"
ids=
finish() {
  [ -z "$ids" ] || scancel $ids
  "$skiff" ps --json | sed -n 's/.*"id" : "\([0-9]*\)".*/\1/p' | xargs -r scancel
  rm -rf "$work"
}
trap finish EXIT
now() { echo $((${EPOCHREALTIME/./} / 1000)); } # milliseconds
took() { # a file to append to, words
  local to=$1 start
  shift
  start=$(now)
  "$@" >out 2>err || { cat err >&2 && exit 1; }
  echo $(($(now) - start)) >>"$to"
}
middle() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

"$skiff" submit --dry-run "$image" true >script 2>/dev/null
if [[ $parts = *submit* ]]; then
  for ((i = 0; i < runs; i++)); do
    took ours "$skiff" submit --slurm --hold "$image" true
    took theirs sbatch --parsable --hold script
    ids="$ids $(<out)"
  done
  echo "submit: $(middle ours) ms, sbatch: $(middle theirs) ms, added: $(($(middle ours) - $(middle theirs))) ms"
  "$skiff" ps --json | sed -n 's/.*"id" : "\([0-9]*\)".*/\1/p' | xargs -r scancel
fi

if [[ $parts = *ps* ]]; then
  one=$("$skiff" submit --slurm --hold -N bench-0 "$image" true 2>/dev/null)
  record=$work/state/skiff/jobs/$one
  id=$(sed -n 's/.*"id" *: *"\([0-9]*\)".*/\1/p' "$record/job.json")
  for ((i = 1; i < 200; i++)); do # the same jobs as `submit` makes them, without 200 starts of it
    new=$(sbatch --parsable --hold --job-name="bench-$i" script)
    ids="$ids $new"
    cp -r "$record" "$work/state/skiff/jobs/bench-$i"
    sed -i 's/"bench-0"/"bench-'$i'"/; s/\("id" *: *"\)[0-9]*"/\1'$new'"/' "$work/state/skiff/jobs/bench-$i/job.json"
  done
  mkdir bin
  for tool in squeue sacct scontrol; do
    printf '#!/bin/sh\necho %s >>%s/asked\nexec %s "$@"\n' "$tool" "$work" "$(command -v "$tool")" >"bin/$tool"
  done
  chmod +x bin/*
  PATH=$work/bin:$PATH "$skiff" ps >table
  for ((i = 0; i < 5; i++)); do
    took ps "$skiff" ps
    took squeue squeue --me
  done
  echo "ps of $(grep -c PENDING table) waiting jobs: $(middle ps) ms, squeue: $(middle squeue) ms; it asks: $(sort asked | uniq -c | tr -s ' \n' ' ')"
  scancel $ids "$id"
  ids=
fi

if [[ $parts = *logs* ]]; then
  job=$("$skiff" submit -t 5m "$image" -- sh -c 'i=0; while [ $i -lt 8 ]; do sleep 2; i=$((i + 1)); date +%s; done' 2>/dev/null)
  "$skiff" logs -f "$job" | while read -r printed; do echo $(($(now) - printed * 1000)); done >shown
  echo "logs -f: a line is seen after $(middle shown) ms, at the latest $(sort -n shown | tail -n 1) ms (up to 1000 of them are date's rounding)"
fi

if [[ $parts = *resident* ]]; then
  job=$("$skiff" submit -t 5m "$image" -- sleep 60 2>/dev/null)
  until grep -q pid= "$work/state/skiff/jobs/$job/start" 2>/dev/null; do sleep 0.2; done
  sleep 3
  waiter=$(sed -n 's/.* waiter=\([0-9]*\).*/\1/p' "$work/state/skiff/jobs/$job/start")
  echo "resident below slurmstepd:"
  below() {
    local child
    awk -v p="$1" '/^VmRSS/ { rss = $2 } /^RssAnon/ { own = $2 } /^Name/ { name = $2 } END { printf "  %-12s %6d kB resident, %6d kB of its own\n", name, rss, own }' "/proc/$1/status"
    for child in $(cat "/proc/$1/task/$1/children"); do below "$child"; done
  }
  below "$waiter"
  "$skiff" cancel "$job" 2>/dev/null
fi
