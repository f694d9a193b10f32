#!/bin/sh
# Prepares what the benchmarks need: a Python environment in .build-bench/venv and the C++ programs of `peers`. Quick
# when it is up to date.
# usage: setup.sh [--packages]   --packages prints the Debian packages and does nothing else.
set -eu

packages="g++ libsimdjson-dev valgrind mtail goaccess jq mawk miller zstd nginx-light wrk python3-venv"
requirements="chdb>=3,<5
duckdb>=1,<2
hdrhistogram>=0.10,<1
matplotlib>=3.8,<4
zstandard>=0.22,<1"

if [ "${1:-}" = "--packages" ]; then
    echo $packages
    exit 0
fi

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
place=$(CDPATH='' cd -- "$here/../.." && pwd)/.build-bench
venv=$place/venv
stamp=$venv/requirements.installed
mkdir -p "$place"

if [ "$(cat "$stamp" 2>/dev/null || true)" != "$requirements" ]; then
    python=/usr/bin/python3
    [ -x "$python" ] || python=python3
    echo "benchmarks: installing chdb, duckdb, hdrhistogram, matplotlib and zstandard into $venv"
    "$python" -m venv --clear "$venv"
    echo "$requirements" >"$venv/requirements.txt"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$venv/requirements.txt"
    echo "$requirements" >"$stamp"
fi

for program in totals slices stopwatch writer; do
    if [ ! -x "$place/$program" ] || [ -n "$(find "$here/peers" -newer "$place/$program" -print -quit)" ]; then
        g++ -O3 -march=native -std=c++17 -Wall -Wextra "$here/peers/$program.cpp" -lsimdjson -o "$place/$program"
    fi
done
