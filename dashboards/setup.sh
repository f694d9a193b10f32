#!/bin/sh
# Puts uPlot, which draws the charts of the live page, where the build embeds it from: .build-live/uPlot.js.gz
# (compressed, for a compiler takes long over every byte) and uPlot.css.
#
# The repository does not contain it; the wheel that does is pinned by its checksum. Quick when all is in place.
# Debian package: python3-venv.
set -eu

version=1.1.1
checksum=07c96cc34ff9107c3751fc31dfad48ccd6e86c6deebb8b41d7ec7d9811722208

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
place="$root/.build-live"
stamp="$place/wheel.sha256"
if [ "$(cat "$stamp" 2>/dev/null || true)" = "$checksum" ] && [ -s "$place/uPlot.js.gz" ] && [ -s "$place/uPlot.css" ]; then
    exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python=/usr/bin/python3
[ -x "$python" ] || python=python3
echo "the live page: fetching uPlot (uplot-python $version) into .build-live"
"$python" -m venv "$work/venv" ||
    { echo "cannot make a Python environment: install the Debian package python3-venv; then again" >&2; exit 1; }
echo "uplot-python==$version --hash=sha256:$checksum" >"$work/requirements.txt"
"$work/venv/bin/pip" download --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes \
    --requirement "$work/requirements.txt" --dest "$work" ||
    { echo "cannot fetch uplot-python $version from the package index; can be tried again" >&2; exit 1; }
"$python" -m zipfile -e "$work"/uplot_python-*.whl "$work/wheel"
mkdir -p "$place"
gzip -9 -n -c "$work/wheel/uplot/static/uPlot.iife.js" >"$place/uPlot.js.gz"
cp "$work/wheel/uplot/static/uPlot.min.css" "$place/uPlot.css"
echo "$checksum" >"$stamp"
