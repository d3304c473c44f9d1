# Starts the tasks of a job on this machine when their turn comes: queue RECORD AT_ONCE [WHEN:PID:RECORD...] -- [TASK...]
record=$1 at_once=$2 stop=
shift 2
trap 'stop=1; for child in $(jobs -p); do kill -TERM "$child"; done' TERM
refuse() { # why it never starts
  printf 'state=CANCELLED code=0 ended=%(%s)T reason=%s\n' -1 "$1" >"$record/.verdict" && mv "$record/.verdict" "$record/verdict"
  for task in $tasks; do cp "$record/verdict" "$record/verdict-$task"; done
  exit 1
}
succeeded() { # record: every run of it
  local file some=
  for file in "$1"/exit "$1"/exit-*; do
    [ -e "$file" ] || continue
    some=1
    case $(<"$file") in 'code=0 how=exited '*) ;; *) return 1 ;; esac
  done
  [ -n "$some" ]
}
words=("$@") tasks=
for ((i = 0; i < $#; i++)); do
  [ "${words[i]}" = -- ] && tasks="${words[*]:i+1}" && break
done
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  when=${1%%:*} rest=${1#*:}
  pid=${rest%%:*} other=${rest#*:}
  while kill -0 "$pid" 2>/dev/null && [ ! -e "$other/exit" ]; do
    [ -z "$stop" ] || refuse cancelled
    sleep 0.5
  done
  case $when in
    OK) succeeded "$other" || refuse the_job_it_waits_for_did_not_succeed ;;
    FAIL) succeeded "$other" && refuse the_job_it_waits_for_succeeded ;;
  esac
  shift
done
[ -z "$stop" ] || refuse cancelled
if [ -z "$tasks" ]; then
  trap - TERM
  exec bash "$record/script"
fi
for task in $tasks; do
  while [ -z "$stop" ] && running=($(jobs -rp)) && [ "${#running[@]}" -ge "$at_once" ]; do wait -n; done
  [ -z "$stop" ] || break
  SLURM_ARRAY_TASK_ID=$task bash "$record/script" >>"$record/log-$task" 2>>"$record/log.err-$task" &
done
while [ -n "$(jobs -rp)" ]; do wait; done
