#!/bin/sh
# Lays NVIDIA's user-space driver out in a folder: real libraries and nvidia-smi of Debian's non-free
# packages, from where this machine gets its own. Nothing is installed, no other package list changes.
#
#   nvidia-driver.sh FOLDER
set -eu
to=$1
packages="libcuda1 libnvidia-ml1 libnvidia-ptxjitcompiler1 nvidia-smi"
say() { echo "test set-up: no NVIDIA libraries, so tests with them are skipped: $*" && exit 0; }

[ "$(uname -m)" = x86_64 ] || say "made for x86_64 alone"
uri=$(apt-cache policy 2>/dev/null | sed -n 's/^ *[0-9]* \(http[^ ]*\) bookworm\/main amd64 Packages$/\1/p' | head -n 1)
[ -n "$uri" ] || say "apt knows no bookworm/main"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/root"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $uri bookworm non-free" >"$work/list"
set -- -qq -o Dir::Etc::sourcelist="$work/list" -o Dir::Etc::sourceparts=/nonexistent \
  -o Dir::State::lists="$work/lists" -o Dir::Cache="$work/cache" -o APT::Sandbox::User=root
apt-get "$@" update 2>/dev/null || say "'$uri' has no component non-free"
(cd "$work" && apt-get "$@" download $packages >/dev/null 2>&1) || say "the packages cannot be fetched"
for package in "$work"/*.deb; do
  dpkg-deb -x "$package" "$work/root"
done

rm -rf "$to"
mkdir -p "$to/usr/lib/x86_64-linux-gnu" "$to/usr/bin" "$to/etc"
cp -a "$work"/root/usr/lib/x86_64-linux-gnu/nvidia/current/*.so* "$to/usr/lib/x86_64-linux-gnu/"
cp "$work/root/usr/lib/nvidia/current/nvidia-smi" "$to/usr/bin/"
echo /usr/lib/x86_64-linux-gnu >"$to/etc/ld.so.conf"
/sbin/ldconfig -r "$to"
chmod -R a+rX "$to"
echo "test set-up: NVIDIA's libraries are in $to"
