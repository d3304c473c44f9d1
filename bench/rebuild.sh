#!/bin/sh
# bench/rebuild.sh DIR [RUNS]: what is built, pushed or fetched once more, Skiff beside Apptainer and beside cp.
#
# DIR/base.sif is the image that is built on, with a /bin/sh; if there is none, it is made of this machine's own files, its
# programs and libraries. Apptainer reads and writes DIR as $PEER_DIR (default: the same) and is run by the words of $PEER_RUN.
#
#   1. a build with nothing changed, and one whose image was removed before
#   2. one with another %environment, %labels or %runscript; one with another %post, for comparison
#   3. a push of that image to a registry that has the one before: requests, counted by the registry
#   4. four `exec docker://` of one image at once, with nothing in the cache: the same
#
# %post writes POST_BYTES (default 300000000) of noise into the image, so that a tool that compresses them again shows it.
#
# 3 and 4 need docker-registry; the port is REGISTRY_PORT, else 5057.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
skiff=${SKIFF:-$here/../bin/skiff}
mkdir -p "${1:?"say where to work: bench/rebuild.sh DIR [RUNS]"}"
dir=$(cd "$1" && pwd)
runs=${2:-3}
peer_dir=${PEER_DIR:-$dir}
port=${REGISTRY_PORT:-5057}
work=$(mktemp -d "$dir/work.XXXXXX")
registry=
end() {
  [ -z "$registry" ] || kill "$registry" || :
  rm -rf "$work"
}
trap end EXIT
trap 'exit 1' INT TERM
chmod 755 "$work" # Apptainer may be somebody else
cd "$work"
export SKIFF_CACHEDIR="$work/cache"

if [ ! -e "$dir/base.sif" ]; then
  mkdir -p root/usr/lib root/etc root/tmp root/proc root/sys root/dev root/opt
  for name in bin sbin lib lib64; do [ ! -h "/$name" ] || ln -s "usr/$name" "root/$name"; done
  for path in bin sbin lib64 lib/x86_64-linux-gnu lib/aarch64-linux-gnu lib/ld-linux-aarch64.so.1; do
    [ ! -e "/usr/$path" ] || cp -a "/usr/$path" "root/usr/$path" 2>log || : # what may not be read is not needed
  done
  find root/usr/bin root/usr/sbin -type f -size +1024k ! -name bash -delete
  "$skiff" build "$dir/base.sif" root >log 2>&1 || { cat log >&2; exit 1; }
  chmod -R u+w root && rm -rf root
fi
awk -v s="$(stat -c %s "$dir/base.sif")" 'BEGIN { printf "base %d MB\n", s / 1e6 }'

definition() { # text of %environment; text of %post; where the base is
  printf 'Bootstrap: localimage\nFrom: %s/base.sif\n\n%%post\n    %s\n\n%%environment\n    export %s\n\n%%labels\n    Said %s\n\n%%runscript\n    echo %s\n' \
    "$3" "$2" "$1" "$1" "$1"
}
define() { # text of %environment; text of %post
  definition "$1" "$2" "$dir" >x.def
  definition "$1" "$2" "$peer_dir" >peer.def
}
timed() { # label, then words; keeps the wall time in `took`
  label=$1
  shift
  /usr/bin/time -o time -f '%e %U %S %M' "$@" >log 2>&1 || { cat log >&2; exit 1; }
  read -r took user system kb <time
  awk -v l="$label" -v w="$took" -v c="$user" -v s="$system" -v k="$kb" 'BEGIN {
    printf "%-46s %7.2f s wall %7.2f s cpu %5d MB\n", l, w, c + s, k / 1024 }'
}
ratio() { awk -v a="$1" -v b="$2" -v w="$3" 'BEGIN { if (b > 0) printf "  1/%.1f of %s\n", b / a, w }'; }
peer() { # label
  took=0
  [ -n "${PEER_RUN-}" ] || command -v apptainer >/dev/null || return 0
  timed "$1" ${PEER_RUN-} apptainer build -F "$peer_dir/peer.sif" "$peer_dir/${work##*/}/peer.def"
}

made="head -c ${POST_BYTES:-300000000} /dev/urandom >/opt/made"
define A=0 "$made; echo 0 >/opt/changed"
timed "skiff build, first" "$skiff" build out.sif x.def
i=0
while [ "$i" -lt "$runs" ]; do
  i=$((i + 1))
  timed "cp of the image ($i)" cp --reflink=never out.sif copy.sif
  copy=$took
  timed "skiff build, nothing changed ($i)" "$skiff" build -F out.sif x.def
  awk -v a="$took" -v b="$copy" 'BEGIN { printf "  %.2f s more than cp\n", a - b }'
  rm out.sif
  timed "skiff build, the image was removed ($i)" "$skiff" build out.sif x.def
  awk -v a="$took" -v b="$copy" 'BEGIN { printf "  %.2f s more than cp\n", a - b }'
  define "A=$i" "$made; echo 0 >/opt/changed"
  timed "skiff build, %environment and so on ($i)" "$skiff" build -F out.sif x.def
  ours=$took
  peer "apptainer build of the same ($i)"
  ratio "$ours" "$took" "apptainer build"
done
define A=0 "$made; echo 1 >/opt/changed"
timed "skiff build, %post changed" "$skiff" build -F out.sif x.def
ours=$took
peer "apptainer build of the same"
ratio "$ours" "$took" "apptainer build"
rm -f "$dir/peer.sif"

command -v docker-registry >/dev/null || exit 0
mkdir registry
printf 'version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: "%s"}}\nhttp: {addr: "127.0.0.1:%s"}\n' \
  "$work/registry" "$port" >config.yml
env -i PATH="$PATH" docker-registry serve config.yml >>requests 2>errors &
registry=$!
tries=0
until curl -s -o ping "http://127.0.0.1:$port/v2/"; do
  tries=$((tries + 1))
  [ "$tries" -lt 100 ] || { cat errors >&2; exit 1; }
  sleep 0.1
done
export XDG_CONFIG_HOME="$work/config" # `exec` has no --no-https
mkdir -p config/skiff
printf 'insecure: ["127.0.0.1:%s"]\n' "$port" >config/skiff/skiff.yaml
count() { # label, pattern of the request's method and path
  printf '  %-44s %3d\n' "$1" "$(grep -cE "\"($2)" requests)" || :
}
timed "skiff build and push, the registry is empty" "$skiff" build -F -o "docker://127.0.0.1:$port/x:1" x.def
count "requests" '[A-Z]+ /v2/'
count "blobs that were sent" 'PUT [^ ]*/blobs/uploads/'
: >requests
define A=8 "$made; echo 1 >/opt/changed"
timed "the same, %environment and so on changed" "$skiff" build -F -o "docker://127.0.0.1:$port/x:2" x.def
count "requests" '[A-Z]+ /v2/'
count "blobs that were sent" 'PUT [^ ]*/blobs/uploads/'

: >requests
cold() { # how many at once
  rm -rf "$work/cold" && mkdir "$work/cold"
  SKIFF_CACHEDIR=$work/cold perl "$here/at-once" "$1" time "$skiff" exec "docker://127.0.0.1:$port/x:2" true |
    awk -v n="$1" '{ printf "%d cold exec docker:// at once %23.2f s wall %7.2f s cpu\n", n, $1 / 1e6, $2 / 1e6 }'
}
cold 1
count "blobs that were fetched" 'GET [^ ]*/blobs/'
: >requests
cold 4
count "blobs that were fetched" 'GET [^ ]*/blobs/'
