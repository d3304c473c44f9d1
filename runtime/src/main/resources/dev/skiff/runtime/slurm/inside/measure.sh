# Prints what the processes of a Slurm job use on this node: $1 its number, $2 seconds between, $3 how often.
# Runs as a step of the job, on nodes where nothing of ours is installed. The step's own processes carry
# SKIFF_MEASURE in their environment, and are not counted.
job=$1 pause=$2 times=$3
node=${SLURMD_NODENAME:-$(hostname -s)}
ticks=$(getconf CLK_TCK 2>/dev/null || echo 100)
while :; do
  read -r up _ </proc/uptime
  # As this node's daemon tells them, where it can be asked: another cluster here may have a job of this number.
  ours=$(scontrol listpids "$job" "$node" 2>/dev/null | awk '$1 ~ /^[0-9]+$/ { print $1 }') steps=
  [ -n "$ours" ] || steps=$(grep -ls "^slurmstepd: \[$job\." /proc/[0-9]*/cmdline | tr -dc '0-9\n')
  own=$(grep -lsz '^SKIFF_MEASURE=' /proc/[0-9]*/environ | tr -dc '0-9\n')
  # Those, and all that is below them, but not Slurm's own processes.
  cat /proc/[0-9]*/stat 2>/dev/null | awk -v ours="$ours" -v steps="$steps" -v own="$own" -v node="$node" -v up="$up" -v ticks="$ticks" '
    BEGIN { n = split(ours, list, "\n"); for (i = 1; i <= n; i++) in_job[list[i]] = 1
            n = split(steps, list, "\n"); for (i = 1; i <= n; i++) is_step[list[i]] = 1
            n = split(own, list, "\n"); for (i = 1; i <= n; i++) is_own[list[i]] = 1 }
    /^[0-9]+ \(/ { pid = $1; sub(/^.*\) /, ""); parent[pid] = $2; cpu[pid] = $12 + $13; rss[pid] = $22 }
    function belongs(pid, depth) {
      if (is_own[pid] || depth > 64 || !(pid in parent)) return 0
      return in_job[pid] || is_step[parent[pid]] || belongs(parent[pid], depth + 1) }
    END { for (pid in parent) if (belongs(pid, 0)) { count++; spent += cpu[pid]; pages += rss[pid] }
          printf "%s use %.2f %d %d %d\n", node, up, count, spent * 1000 / ticks, pages }'
  if command -v nvidia-smi >/dev/null 2>&1; then
    nvidia-smi --query-gpu=index,uuid,utilization.gpu,memory.used,memory.total,name --format=csv,noheader,nounits 2>/dev/null |
      while IFS= read -r line; do printf '%s gpu %s\n' "$node" "$line"; done
  fi
  printf '%s end %s\n' "$node" "${CUDA_VISIBLE_DEVICES-}"
  times=$((times - 1))
  [ "$times" -ne 0 ] || exit 0
  sleep "$pause"
done
