#!/bin/bash
# One-machine Slurm for tests: munge, a controller and two nodes with made-up GPUs, all of it below one directory.
#
#   slurm-up.sh up DIR [--min-job-age SECONDS] [--accounting] [--enforce-memory] [--name NAME]
#                        prints `export SLURM_CONF=...` once jobs can run
#   slurm-up.sh down DIR cancels all jobs and ends the daemons, by their pids
#
# Run by root it is a cluster for all users; run by anyone else it serves that user alone. Needs no service manager, no
# fixed ports, and control groups (root, version 1) for --enforce-memory alone. What it looks like:
#
#   node  CPUs  memory   GPUs                    features       partition  nodes   longest, default
#   n1    4     8000 MB  2 a100                  a100,ssd       debug*     n1      30 min, 5 min
#   n2    4     6000 MB  2 a40, 1 2080_ti        a40,2080_ti    short      n1,n2   6 h, 1 h
#                                                               long       n2      2 d, 12 h; at most 2 nodes
#                                                               overcap    n1,n2   no limit; preempted by the others
set -u
PATH=$PATH:/usr/sbin:/sbin
usage() {
  echo "usage: slurm-up.sh up|down DIR [--min-job-age SECONDS] [--accounting] [--enforce-memory] [--name NAME]" >&2
  exit 2
}
[ $# -ge 2 ] || usage
verb=$1 dir=$2
shift 2
name=test age=300 accounting= groups=linuxproc tasks=none memory=no
while [ $# -gt 0 ]; do
  case $1 in
    --min-job-age) age=$2 && shift 2 ;;
    --name) name=$2 && shift 2 ;;
    --accounting) accounting=1 && shift ;;
    --enforce-memory) groups=cgroup tasks=cgroup memory=yes && shift ;;
    *) usage ;;
  esac
done
export SLURM_CONF=$dir/etc/slurm.conf
me=$(id -un)
host=$(hostname -s)

fail() {
  echo "slurm-up: $1" >&2
  tail -qn 15 "$dir"/log/*.log >&2 2>/dev/null
  down
  exit 1
}
until_true() { # seconds, command: tries it until it succeeds
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.05
  done
}
has_ended() { # a pid, its program: an entry that init has not collected yet is no process
  [ "$(cat "/proc/$1/comm" 2>/dev/null)" != "$2" ] || grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null
}
end_daemons() { # pid files, named by their programs: only a pid that still runs its program is ended
  local file program
  for file in "$@"; do
    program=$(basename "$file" .pid)
    [ ! -s "$file" ] || has_ended "$(<"$file")" "${program%%-*}" || kill "$(<"$file")" 2>/dev/null
  done
  for file in "$@"; do
    program=$(basename "$file" .pid)
    [ -s "$file" ] || continue
    until_true 8 has_ended "$(<"$file")" "${program%%-*}" || kill -9 "$(<"$file")" 2>/dev/null
    rm -f "$file"
  done
}
down() {
  local run=$dir/run
  if [ -s "$run/slurmctld.pid" ]; then
    timeout 5 scancel --full --state=RUNNING,PENDING,SUSPENDED --quiet 2>/dev/null
    until_true 5 eval '[ -z "$(timeout 5 squeue -h)" ]'
  fi
  end_daemons "$run"/slurmd-*.pid "$run/slurmctld.pid"
  end_daemons "$run/slurmdbd.pid"
  end_daemons "$run/mariadbd.pid" "$run/munged.pid"
  if grep -qs '^ProctrackType=proctrack/cgroup' "$dir/etc/slurm.conf"; then # slurmd leaves empty groups behind
    find /sys/fs/cgroup/*/slurm_n[12] -depth -type d -exec rmdir {} \; 2>/dev/null
  fi
}
next_free_port() { # from this one on: nobody listens there
  local port=$1
  while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
  echo "$port"
}

case $verb in
  down) down && exit 0 ;;
  up) ;;
  *) usage ;;
esac
for program in munged slurmctld slurmd sinfo; do
  command -v "$program" >/dev/null || { echo "slurm-up: $program is not installed (Debian: slurm-wlm munge)" >&2 && exit 1; }
done
[ ! -e "$dir/etc" ] || { echo "slurm-up: $dir is in use" >&2 && exit 2; }
mkdir -p "$dir"/{etc,log,run,state,munge,devices,spool-n1,spool-n2,tmp-n1,tmp-n2} || exit 1
chmod 1777 "$dir"/tmp-n[12]
chmod 755 "$dir" "$dir/etc" "$dir/munge" "$dir/run"

# --- munge: a key and a socket of its own -----------------------------------------------------------------------------

socket=$dir/munge/socket
(umask 077 && head -c 1024 /dev/urandom >"$dir/etc/munge.key")
munged --force --num-threads=2 --socket="$socket" --key-file="$dir/etc/munge.key" --seed-file="$dir/munge/seed" \
  --pid-file="$dir/run/munged.pid" --log-file="$dir/log/munged.log" || fail "munged did not start"
until_true 10 eval "munge --socket=$socket -n | unmunge --socket=$socket" || fail "munged does not answer"

# --- the cluster ------------------------------------------------------------------------------------------------------

# Two clusters that start at once must not find the same port free: each process looks from another one on.
port=$(next_free_port $((16817 + ($$ % 1500) * 10)))
storage='AccountingStorageType=accounting_storage/none'
if [ -n "$accounting" ]; then
  storage="AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=localhost
AccountingStoragePort=$((port + 1))
AccountingStoragePass=$socket
AccountingStorageTRES=gres/gpu"
fi
cat >"$dir/etc/slurm.conf" <<END
ClusterName=$name
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmUser=$me
SlurmdUser=$me
AuthType=auth/munge
AuthInfo=socket=$socket
CredType=cred/munge
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool-%n
SlurmctldPidFile=$dir/run/slurmctld.pid
SlurmdPidFile=$dir/run/slurmd-%n.pid
SlurmctldLogFile=$dir/log/slurmctld.log
SlurmdLogFile=$dir/log/slurmd-%n.log
TmpFS=$dir/tmp-%n
ProctrackType=proctrack/$groups
TaskPlugin=task/$tasks
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=1
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerParameters=bf_interval=2,sched_interval=5,batch_sched_delay=0
PriorityType=priority/basic
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
ReturnToService=2
SlurmdParameters=config_overrides
CompleteWait=0
KillWait=5
MinJobAge=$age
MailProg=/bin/true
DefMemPerCPU=500
GresTypes=gpu
$storage
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 2)) CPUs=4 RealMemory=8000 Gres=gpu:a100:2 Feature=a100,ssd
NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 3)) CPUs=4 RealMemory=6000 Gres=gpu:a40:2,gpu:2080_ti:1 Feature=a40,2080_ti
PartitionName=debug Nodes=n1 Default=YES MaxTime=00:30:00 DefaultTime=00:05:00 PriorityTier=2 PreemptMode=OFF
PartitionName=short Nodes=n1,n2 MaxTime=06:00:00 DefaultTime=01:00:00 PriorityTier=2 PreemptMode=OFF
PartitionName=long Nodes=n2 MaxTime=2-00:00:00 DefaultTime=12:00:00 MaxNodes=2 PriorityTier=2 PreemptMode=OFF
PartitionName=overcap Nodes=n1,n2 DefaultTime=01:00:00 PriorityTier=1
END
# A job gets CUDA_VISIBLE_DEVICES only for files that are character devices; slurmd never opens them.
for number in 0 1 2; do ln -s /dev/null "$dir/devices/nvidia$number"; done
cat >"$dir/etc/gres.conf" <<END
NodeName=n1 Name=gpu Type=a100 File=$dir/devices/nvidia[0-1]
NodeName=n2 Name=gpu Type=a40 File=$dir/devices/nvidia[0-1]
NodeName=n2 Name=gpu Type=2080_ti File=$dir/devices/nvidia2
END
cat >"$dir/etc/cgroup.conf" <<END
CgroupPlugin=cgroup/v1
CgroupAutomount=no
ConstrainDevices=no
ConstrainRAMSpace=$memory
ConstrainSwapSpace=$memory
END

# --- accounting: a database server on a socket of its own -------------------------------------------------------------

start_accounting() {
  local database=$dir/database as=
  mkdir "$database"
  [ "$me" != root ] || { as=--user=mysql && chown mysql "$database"; }
  mariadb-install-db --no-defaults $as --datadir="$database/data" --auth-root-authentication-method=normal \
    --skip-test-db >"$dir/log/database-set-up.log" 2>&1 || fail "the database could not be made"
  mariadbd --no-defaults $as --datadir="$database/data" --socket="$database/s" --skip-networking \
    --pid-file="$database/pid" --innodb-buffer-pool-size=32M --innodb-log-file-size=16M \
    --innodb-flush-log-at-trx-commit=0 --innodb-lock-wait-timeout=900 >"$dir/log/mariadbd.log" 2>&1 &
  echo $! >"$dir/run/mariadbd.pid"
  until_true 30 mariadb --no-defaults -uroot -S "$database/s" -e 'select 1' || fail "mariadbd does not answer"
  mariadb --no-defaults -uroot -S "$database/s" -e "create database slurm_acct_db;
    create user slurm@localhost identified by 'slurm'; grant all on slurm_acct_db.* to slurm@localhost" ||
    fail "the database could not be prepared"
  (umask 077 && cat >"$dir/etc/slurmdbd.conf") <<END
AuthType=auth/munge
AuthInfo=socket=$socket
DbdHost=localhost
DbdPort=$((port + 1))
SlurmUser=$me
StorageType=accounting_storage/mysql
StorageHost=localhost
StorageUser=slurm
StoragePass=slurm
StorageLoc=slurm_acct_db
LogFile=$dir/log/slurmdbd.log
PidFile=$dir/run/slurmdbd.pid
END
  MYSQL_UNIX_PORT=$database/s slurmdbd || fail "slurmdbd did not start" # its library finds the socket by this variable alone
  until_true 30 eval "exec 3<>/dev/tcp/127.0.0.1/$((port + 1))" || fail "slurmdbd does not answer"
  until_true 30 sacctmgr -n -i add cluster "$name" ||
    until_true 5 eval 'sacctmgr -n list cluster | grep -q $name' || fail "the cluster could not be registered"
}
[ -z "$accounting" ] || start_accounting

# --- go ---------------------------------------------------------------------------------------------------------------

slurmctld || fail "slurmctld did not start"
until_true 20 eval "scontrol ping | grep -q 'is UP'" || fail "slurmctld does not answer"
for node in n1 n2; do slurmd -N "$node" || fail "slurmd did not start for $node"; done
until_true 20 eval '[ "$(sinfo -h -N -p short -t idle -o %N | wc -l)" = 2 ]' || fail "the nodes are not ready: $(sinfo -N)"
echo "export SLURM_CONF=$SLURM_CONF"
