#!/bin/sh
# Makes an OCI layout of this machine's own files for the conversion benchmark: five layers, some
# 1.5 GB, in which the fifth overwrites and removes files of the first.
#
#   sh bench/layers.sh DIR
#
# makes the layouts DIR/five, DIR/six (the same with one small layer more), DIR/small (4 MB) and
# DIR/zstd (the same five compressed with zstd), and DIR/layers, the files by name. Needs tar, gzip,
# zstd.
set -eu

dir=${1:?"say where to make it: sh bench/layers.sh DIR"}
mkdir -p "$dir/layers" "$dir/work"
dir=$(cd "$dir" && pwd)
work=$dir/work

layer() { # name, then directory and paths for tar
  name=$1 from=$2
  shift 2
  [ -e "$dir/layers/$name.tar" ] ||
    tar -C "$from" --numeric-owner --xattrs --sort=name -cf "$dir/layers/$name.tar" "$@"
}
first() { # paths below / that are there
  for path do [ ! -e "/$path" ] || echo "$path"; done
}

layer l1 / $(first usr/lib/x86_64-linux-gnu usr/lib/aarch64-linux-gnu etc)
layer l2 / $(first usr/share/locale usr/share/doc usr/share/man usr/share/perl usr/share/icons usr/include)
layer l3 / $(cd / && find usr/lib/jvm -mindepth 1 -maxdepth 1 -type d | sort | tail -n 1)
layer l4 / $(first usr/lib/python3 usr/lib/python3.11 usr/lib/git-core usr/libexec)
if [ ! -e "$dir/layers/l5.tar" ]; then
  app=$work/app
  mkdir -p "$app/opt/app" "$app/usr/lib" "$app/usr/share"
  find "${HOME:-/root}/.m2" /usr/share/java -name '*.jar' -size +20k 2>/dev/null | head -n 200 |
    while read -r jar; do cp "$jar" "$app/opt/app/"; done
  # 100 MB or so that stand in the first layer already
  (cd / && find usr/lib/*-linux-gnu -maxdepth 1 -type f -size +500k | sort | head -n 25 |
    tar -cf - -T -) | tar -C "$app" -xf -
  : >"$app/usr/share/.wh.doc-base"
  mkdir -p "$app/usr/share/bug" && : >"$app/usr/share/bug/.wh..wh..opq"
  first=$(find "$app/opt/app" -type f | head -n 1)
  [ -z "$first" ] || ln "$first" "$app/opt/app/linked.jar"
  [ -z "$first" ] || cp "$first" "$app/opt/app/copied.jar"
  truncate -s 64M "$app/opt/app/sparse"
  mkfifo "$app/opt/app/fifo"
  tar -C "$app" --numeric-owner --sort=name -cf "$dir/layers/l5.tar" opt usr
  rm -rf "$app"
fi
if [ ! -e "$dir/layers/l6.tar" ]; then
  mkdir -p "$work/change/opt/app"
  echo "changed" >"$work/change/opt/app/settings.txt"
  tar -C "$work/change" --numeric-owner -cf "$dir/layers/l6.tar" opt
fi
if [ ! -e "$dir/layers/s1.tar" ]; then
  mkdir -p "$work/small/bin" "$work/small/usr/share"
  cp -L "$(command -v busybox || echo /bin/sh)" "$work/small/bin/"
  tar -C / -cf - usr/share/perl 2>/dev/null | head -c 3000000 >"$work/small/usr/share/blob"
  tar -C "$work/small" --numeric-owner -cf "$dir/layers/s1.tar" bin usr
fi
for tar in "$dir"/layers/*.tar; do
  [ -e "$tar.gz" ] || gzip -6 -n -c "$tar" >"$tar.gz"
  [ -e "$tar.zst" ] || zstd -q -3 -c "$tar" >"$tar.zst"
  [ -e "$tar.id" ] || sha256sum <"$tar" | cut -d' ' -f1 >"$tar.id"
done

blob() { # layout, file: puts it there and prints its digest
  sum=$(sha256sum <"$2" | cut -d' ' -f1)
  case $2 in
    "$dir"/layers/*) ln -f "$2" "$1/blobs/sha256/$sum" ;;
    *) cp "$2" "$1/blobs/sha256/$sum" ;;
  esac
  echo "$sum"
}
image() { # layout, suffix of the layers' files, media type, layers
  layout=$1 suffix=$2 media=$3
  shift 3
  mkdir -p "$layout/blobs/sha256"
  ids= layers=
  for name do
    file=$dir/layers/$name.tar
    sum=$(blob "$layout" "$file.$suffix")
    ids="$ids${ids:+,}\"sha256:$(cat "$file.id")\""
    layers="$layers${layers:+,}{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar+$media\",\"digest\":\"sha256:$sum\",\"size\":$(stat -c %s "$file.$suffix")}"
  done
  arch=$(uname -m | sed 's/x86_64/amd64/; s/aarch64/arm64/')
  printf '{"architecture":"%s","os":"linux","created":"2024-01-01T00:00:00Z","config":{"Env":["PATH=/usr/bin:/bin"],"Cmd":["sh"]},"rootfs":{"type":"layers","diff_ids":[%s]}}' \
    "$arch" "$ids" >"$work/config"
  config=$(blob "$layout" "$work/config")
  printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:%s","size":%s},"layers":[%s]}' \
    "$config" "$(stat -c %s "$work/config")" "$layers" >"$work/manifest"
  manifest=$(blob "$layout" "$work/manifest")
  printf '{"imageLayoutVersion":"1.0.0"}' >"$layout/oci-layout"
  printf '{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:%s","size":%s}]}' \
    "$manifest" "$(stat -c %s "$work/manifest")" >"$layout/index.json"
}
image "$dir/five" gz gzip l1 l2 l3 l4 l5
image "$dir/six" gz gzip l1 l2 l3 l4 l5 l6
image "$dir/small" gz gzip s1
image "$dir/zstd" zst zstd l1 l2 l3 l4 l5
rm -rf "$work"
du -sh "$dir"/layers/*.tar "$dir"/layers/*.gz
