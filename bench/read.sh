#!/bin/sh
# bench/read.sh IMAGE.sif [LEVEL]: the root file system of a SIF beside what mksquashfs makes of the same files with zstd
# of the same level and 128 KiB blocks: size, and a full read through a kernel mount, squashfuse_ll and unsquashfs.
# Needs root.
set -eu
image=$1
level=${2:-1}
work=$(mktemp -d "${TMPDIR:-/var/tmp}/skiff-bench.XXXXXX")
trap 'umount "$work/mnt" 2>/dev/null || true; rm -rf "$work"' EXIT
mkdir "$work/mnt"
start=$(LC_ALL=C grep -obUa -m 1 hsqs "$image" | head -n 1 | cut -d: -f1)
tail -c +$((start + 1)) "$image" >"$work/skiff"
unsquashfs -q -n -d "$work/tree" "$work/skiff" >/dev/null
mksquashfs "$work/tree" "$work/mksquashfs" -comp zstd -Xcompression-level "$level" -no-progress -quiet

now() { date +%s%N; }
seconds() { awk -v t="$2" -v w="$1" 'BEGIN { printf "%-34s %.2f s\n", w, t / 1e9 }'; }
read_all() {
  sync
  echo 3 >/proc/sys/vm/drop_caches
  cat "$2" >/dev/null # both from the page cache
  $3
  begin=$(now)
  (cd "$work/mnt" && find . -type f -print0 | xargs -0 cat >/dev/null)
  seconds "$1" $(($(now) - begin))
  umount "$work/mnt"
}
for made in skiff mksquashfs; do
  file=$work/$made
  echo "$made: $(stat -c %s "$file") bytes"
  for run in 1 2; do
    read_all "  kernel" "$file" "mount -o loop,ro $file $work/mnt"
    read_all "  squashfuse_ll" "$file" "squashfuse_ll $file $work/mnt"
  done
  begin=$(now)
  unsquashfs -q -n -d "$work/out" "$file" >/dev/null
  seconds "  unsquashfs" $(($(now) - begin))
  rm -rf "$work/out"
done
