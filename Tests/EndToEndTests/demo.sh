#!/bin/sh
# The whole job on a live log in a folder of its own, with the live page: what `make run` shows.
# usage: demo.sh PROGRAM [SECONDS]   how long the day takes (default: 240 on a terminal, else 25)
set -eu

program=$1
seconds=${2:-}
[ -n "$seconds" ] || { if [ -t 1 ]; then seconds=240; else seconds=25; fi; }
place=$(mktemp -d)
agent=""
writer=""
stop() {
    [ -z "$writer" ] || kill "$writer" 2>/dev/null || true
    [ -z "$agent" ] || { kill "$agent" 2>/dev/null && wait "$agent"; } || true
    rm -rf "$place"
}
trap stop EXIT
trap 'exit 130' INT TERM

say() { if [ -t 1 ]; then printf '\n\033[1m%s\033[0m\n' "$*"; else printf '\n%s\n' "$*"; fi; }

began=$(date +%s)
# Waits for an hour of the day, in hundredths of it.
until_hour() {
    left=$((began + seconds * $1 / 100 - $(date +%s)))
    [ "$left" -le 0 ] || sleep "$left"
}

start_agent() {
    "$program" run "$place/access.log" "$@" --data "$place/data" --listen "127.0.0.1:$port" &
    agent=$!
    tries=0
    until "$program" health "http://127.0.0.1:$port/readyz" >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ "$tries" -lt 100 ] || { echo "the agent does not get ready" >&2; exit 1; }
        sleep 0.1
    done
}

say "A service writes its request log: 400 requests a second into $place/access.log"
"$program" simulate --rate 400 --scenario day --duration "${seconds}s" --seed "$(date +%s)" --output "$place/access.log" &
writer=$!
while [ ! -s "$place/access.log" ]; do sleep 0.05; done
head -n 1 "$place/access.log"

say "plumbline run: what it recognised, then a line every few seconds"
port=9180
while "$program" health "http://127.0.0.1:$port/livez" >/dev/null 2>&1; do port=$((port + 1)); done
start_agent --from-start
say "The live page: http://127.0.0.1:$port/    (a day in $seconds s)"

change() { "$program" change "$@" --data "$place/data"; }
until_hour 30
say "plumbline change start: what is promised, the numbers before, the way back"
change start "prefetch products" --owner kim --expect "p95 /products -20%" --routes /products --anyway \
    --rollback "kubectl rollout undo deploy/shop" || true
until_hour 32
say "Noon, release 2026.11.4: it asks the database once for every row of /products"
change mark prefetch-products deploy
until_hour 45
say "kill -9, and start again: nothing is lost, nothing is counted twice"
kill -9 "$agent"
wait "$agent" 2>/dev/null || true
start_agent
say "http://127.0.0.1:$port/health"
"$program" health "http://127.0.0.1:$port" || true

until_hour 55
say "plumbline change verify"
change verify prefetch-products || true
until_hour 57
say "Afternoon: back to 2026.11.3, with an empty cache, which warms up until the evening"
change mark prefetch-products rollback
change mark prefetch-products purge --note "everything"
until_hour 100

say "The log ends. SIGTERM: everything is committed."
wait "$writer" 2>/dev/null || true
writer=""
sleep 1
kill "$agent"
wait "$agent" || true
agent=""

say "plumbline snapshots list"
"$program" snapshots list --data "$place/data"

say "plumbline summary: the log itself …"
"$program" summary "$place/access.log" | head -n 14
say "… and the same from the snapshots"
"$program" summary "$place/data" | head -n 14
