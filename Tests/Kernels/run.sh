#!/bin/sh
# Holds the versions of the kernels against one another, NEON's by an emulation of its instructions (libsimde-dev), and
# compiles them for arm64.
set -eu
cd "$(dirname "$0")/../.."

out=$(mktemp -d)
trap 'rm -r "$out"' EXIT
flags="-O1 -Wall -Wextra -Werror -ISources/CScan/include"
variant() {
    name=$1
    shift
    # shellcheck disable=SC2086
    clang $flags -Wno-unused-function -Wno-pass-failed -DVARIANT="$name" "$@" -c -o "$out/$name.o" Tests/Kernels/Variant.c
}
variant portable -DCSCAN_PORTABLE
variant neon -DCSCAN_NEON
variant sse2 -DCSCAN_NO_AVX2
variant native
# shellcheck disable=SC2086
clang $flags -o "$out/kernels" Tests/Kernels/main.c "$out"/*.o
"$out/kernels" "${1:-20000}"

for kernel in Sources/CScan/*.c; do
    # shellcheck disable=SC2086
    clang --target=aarch64-linux-gnu $flags -isystem /usr/aarch64-linux-gnu/include -c -o "$out/arm64.o" "$kernel"
done
echo "kernels: compiled for arm64"
