
# --- from here on the same in every job: waits for the payload, passes signals on, writes down how it ended
skiff_early=
trap 'skiff_early=1' TERM # until there is a payload
trap : USR1
skiff_task=${SLURM_ARRAY_TASK_ID:+-$SLURM_ARRAY_TASK_ID}
[ -d "$skiff_record" ] && [ -w "$skiff_record" ] || skiff_record= # runs as well without a record
skiff_log=$skiff_record/log$skiff_task skiff_err=$skiff_record/log.err$skiff_task
skiff_marks=$skiff_record/marks$skiff_task skiff_part=$skiff_record/.exit$skiff_task.$$
export SKIFF_JOB=$skiff_job SKIFF_RESTART_COUNT=${SLURM_RESTART_COUNT:-${SKIFF_RESTART_COUNT:-0}}
unset SLURM_EXPORT_ENV # else srun inside would pass nothing on
set +e

skiff_note() { printf 'skiff: %(%FT%T%z)T %s\n' -1 "$1" >&9; }
skiff_now() { printf -v "$1" '%(%s)T' -1; }
skiff_group() { kill "-$1" -- "-$skiff_pid" 2>/dev/null; } # everything the payload started
skiff_mark() { # how long the logs are by now, so that lines can be told with their time
  local now sizes
  skiff_now now
  sizes=$(stat -L -c %s -- "$skiff_log" "$skiff_err" 2>/dev/null) && printf '%s %s\n' "$now" "${sizes//$'\n'/ }" >>"$skiff_marks"
} 2>/dev/null
skiff_mark_before() { # what came between the last mark of the run before and its end: the files tell their times
  [ -s "$skiff_marks" ] || return 0
  {
    stat -L -c '%Y %s 0' -- "$skiff_log"
    stat -L -c '%Y 0 %s' -- "$skiff_err"
  } >>"$skiff_marks"
} 2>/dev/null
skiff_links() { # where the output is, if not in the record
  local here=/proc/$$/fd
  [ "$skiff_log" -ef $here/1 ] || ln -sfn -- "$(readlink $here/1)" "$skiff_log"
  [ "$skiff_err" -ef $here/2 ] || [ $here/1 -ef $here/2 ] || ln -sfn -- "$(readlink $here/2)" "$skiff_err"
}
skiff_start() { # the place for the end is taken now: at the end the disk may be full
  [ -n "$skiff_record" ] || return
  skiff_links
  rm -f -- "$skiff_record/exit$skiff_task" "$skiff_record/verdict$skiff_task"
  { printf '%-255s\n' 'code=?' >"$skiff_part" && printf '%s\n' \
    "started=$skiff_started host=$HOSTNAME waiter=$$ pid=$skiff_pid restarts=$SKIFF_RESTART_COUNT" \
    >"$skiff_record/.start$skiff_task.$$" &&
    mv -f -- "$skiff_record/.start$skiff_task.$$" "$skiff_record/start$skiff_task"; } 2>/dev/null ||
    skiff_note "the record in $skiff_record cannot be written: is the disk full?"
}
skiff_finish() { # code, how
  [ -n "$skiff_record" ] || return
  local now full=
  skiff_now now
  skiff_mark
  { printf '%8192s' '' >"$skiff_part.room"; } 2>/dev/null || full=' full=1' # then the log is cut off
  rm -f -- "$skiff_part.room"
  { printf '%-255s\n' "code=$1 how=$2 started=$skiff_started ended=$now host=$HOSTNAME restarts=$SKIFF_RESTART_COUNT$full" 1<>"$skiff_part" &&
    mv -f -- "$skiff_part" "$skiff_record/exit$skiff_task"; } 2>/dev/null ||
    skiff_note "the end of the job could not be written to $skiff_record"
}
skiff_near() { # whether it is the time limit for which we are warned
  local now
  skiff_now now
  if [ -n "$SLURM_JOB_END_TIME" ]; then
    [ "$now" -ge $((SLURM_JOB_END_TIME - skiff_before - 60)) ]
  elif [ -n "$skiff_limit" ]; then
    [ $((SECONDS - skiff_begun)) -ge $((skiff_limit - skiff_before - 60)) ]
  fi # else nobody knows
}
skiff_wanted() { # whether it is to run again after what it was warned of
  case " $skiff_rerun " in *" $skiff_why "*) ;; *) return 1 ;; esac
}
skiff_warn() { # once in a run
  [ -z "$skiff_warned" ] && [ -n "$skiff_signal" ] || return 0
  skiff_warned=$SECONDS
  if skiff_near; then
    skiff_why=timeout
    skiff_note "the time limit is near ($skiff_before s): the payload gets SIG$skiff_signal"
  else # where the site has Slurm send the same signal for it
    skiff_why=preempt
    skiff_note "another job is to have this place: the payload gets SIG$skiff_signal"
  fi
  skiff_group "$skiff_signal"
}
skiff_usr1() { # of Slurm, before the limit, or of a person
  if [ -n "$skiff_signal" ] && [ -z "$skiff_warned" ]; then skiff_warn; else skiff_group USR1; fi
}
skiff_end() { # why: SIGTERM once, then, after the grace, SIGKILL
  [ -z "$skiff_ending" ] || return 0
  skiff_ending=$SECONDS skiff_how=$1
  [ "$2" = told ] || skiff_group TERM
  [ -z "$skiff_record" ] || printf 'how=%s\n' "$1" >"$skiff_record/verdict$skiff_task"
} 2>/dev/null
skiff_told() { # SIGTERM: of Slurm, which tells every process itself, or of skiff cancel
  local how=terminated
  if [ -n "$skiff_limit" ] && [ $((SECONDS - skiff_begun)) -ge $((skiff_limit - 2)) ]; then how=timeout; fi
  if [ -n "$skiff_record" ] && [ -e "$skiff_record/cancelled" ]; then how=cancelled; fi
  skiff_end "$how" "${SLURM_JOB_ID:+told}"
}
skiff_tick() { # once a second
  if [ -n "$skiff_record" ] && { [ "$skiff_log" -nt "$skiff_marks" ] || [ "$skiff_err" -nt "$skiff_marks" ]; }; then
    skiff_mark
  fi
  local ran=$((SECONDS - skiff_begun))
  if [ -z "$SLURM_JOB_ID" ] && [ -n "$skiff_limit" ]; then
    [ -n "$skiff_signal" ] && [ $ran -ge $((skiff_limit - skiff_before)) ] && skiff_warn
    [ $ran -lt "$skiff_limit" ] || skiff_end timeout
  fi
  if [ -n "$skiff_warned" ] && [ "$skiff_why" = timeout ] && skiff_wanted && [ -n "$SLURM_JOB_ID" ] && # enough time to ask for another run
    [ $((SECONDS - skiff_warned)) -ge $((skiff_before > 40 ? skiff_before - 20 : skiff_before / 2)) ]; then
    skiff_end timeout
  fi
  [ -z "$skiff_ending" ] || [ $((SECONDS - skiff_ending)) -lt "$skiff_grace" ] || skiff_group KILL
}
skiff_run() {
  skiff_warned= skiff_why= skiff_ending= skiff_how=exited skiff_over= skiff_begun=$SECONDS
  skiff_now skiff_started
  skiff_mark_before
  skiff_pid=$$
  trap 'kill -0 "$skiff_pid" 2>/dev/null || { skiff_over=1; echo >&8; }' CHLD
  set -m # a process group of its own
  skiff_payload "$@" </dev/null 8>&- 9>&- &
  skiff_pid=$!
  set +m
  trap skiff_usr1 USR1
  for skiff_word in HUP INT QUIT USR2 CONT WINCH; do trap "skiff_group $skiff_word" "$skiff_word"; done
  skiff_start
  trap skiff_told TERM
  if [ -n "$skiff_early" ]; then skiff_early= && skiff_told; fi
  { # bash would tell of the signal that ended the payload
    while [ -z "$skiff_over" ] && kill -0 "$skiff_pid"; do
      read -r -t 1 -u 8 _
      skiff_tick
    done
    trap - CHLD
    while wait "$skiff_pid"; skiff_code=$?; kill -0 "$skiff_pid"; do :; done
  } 2>/dev/null
  skiff_group KILL # what it left behind, as Slurm does
}
skiff_starved() { # whether the kernel ended something of this job for want of memory
  local id controllers path file key count
  while IFS=: read -r id controllers path; do
    case ,$controllers, in
      ,,) file=/sys/fs/cgroup$path/memory.events ;;
      *,memory,*) file=/sys/fs/cgroup/memory$path/memory.oom_control ;;
      *) continue ;;
    esac
    while read -r key count; do
      [ "$key" = oom_kill ] && [ "$count" -gt 0 ] && return 0
    done <"$file"
  done </proc/self/cgroup
  return 1
} 2>/dev/null
skiff_again() { # whether it is to run once more; on Slurm it is asked to, and ends this process
  [ -n "$skiff_warned" ] && skiff_wanted && [ "$skiff_how" != cancelled ] || return 1
  if [ "$SKIFF_RESTART_COUNT" -ge "$skiff_retries" ]; then
    skiff_note "it has been run again $SKIFF_RESTART_COUNT times, which is the most it may"
    [ "$skiff_why" = preempt ] || skiff_how=timeout
    return 1
  fi
  if [ -z "$SLURM_JOB_ID" ]; then
    SKIFF_RESTART_COUNT=$((SKIFF_RESTART_COUNT + 1))
    skiff_note "run again, for the $SKIFF_RESTART_COUNT. time"
    return 0
  fi
  trap '' TERM
  skiff_mark
  if scontrol requeue "$SLURM_JOB_ID"; then
    skiff_note "Slurm was asked to run it again"
    sleep 60
  fi
  skiff_note "Slurm would not run it again"
  [ "$skiff_why" = preempt ] || skiff_how=timeout
  return 1
}
exec 9>&2 8<> <(:) # nobody writes to it: to wait for it is a clock without a process
[ -z "$skiff_copy" ] || trap 'rm -f -- "$skiff_copy"' EXIT
skiff_run "$@"
while skiff_again; do skiff_run "$@"; done
if [ -s "$skiff_record/left" ] && [ "$skiff_how" = exited ]; then # by skiff launch, whose shell ended so
  read -r skiff_code <"$skiff_record/left"
fi
if [ "$skiff_code" != 0 ] && [ "$skiff_how" = exited ] && skiff_starved; then skiff_how=oom; fi # a child may have been ended
skiff_finish "$skiff_code" "$skiff_how"
exit "$skiff_code"
