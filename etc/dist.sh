#!/bin/sh
# Called by Maven when the jars are in place: adds the launcher to cli/target/dist and trains the start-up cache.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
dist=$root/cli/target/dist
mkdir -p "$dist/bin" "$dist/libexec"
cp -p "$root"/bin/* "$dist/bin/"
cp -Rp "$root"/libexec/. "$dist/libexec/"
rm -f "$dist"/lib/skiff/*.aot
# Of a sealed package, classes from the start-up cache and classes from the jar refuse each other.
printf 'Sealed: false\n' >"$root/cli/target/unsealed"
for jar in "$dist"/lib/skiff/xz-*.jar; do
  "$1/bin/jar" --update --file "$jar" --manifest "$root/cli/target/unsealed" 2>/dev/null
done
# Classes without stack maps stay out of the cache, and are verified at every start.
for jar in "$dist"/lib/skiff/picocli-*.jar; do
  "$1/bin/java" "$root/etc/FramedJar.java" "$jar"
done
# Else each start that needs them writes them to /tmp, which may be full, or may not have programs in it.
mkdir -p "$dist/lib/skiff/native"
case $(uname -m) in x86_64) machine=amd64 ;; *) machine=$(uname -m) ;; esac
for library in "$dist"/lib/skiff/zstd-jni-*.jar "$dist"/lib/skiff/lz4-java-*.jar; do
  (cd "$root/cli/target" && rm -rf native && mkdir native && cd native && "$1/bin/jar" --extract --file "$library" &&
    find . -path "*/linux/$machine/*.so" -exec cp {} "$dist/lib/skiff/native/" \;)
done
rm -rf "$root/cli/target/native"
# Without the cache Skiff works, only slower to start; so a failure here is said and not fatal.
if ! "$dist/libexec/skiff/train-aot" "$1" "$dist/lib/skiff" "$root/samples/src/test/resources/sif/zstd.sif"; then
  echo "warning: the start-up cache was not made; skiff exec will start slower" >&2
fi
