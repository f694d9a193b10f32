#!/bin/sh
# The whole job in half a minute, on a live log in a folder of its own: what `make run` shows.
# usage: demo.sh PROGRAM SECONDS
set -eu

program=$1
seconds=$2
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

say "A service writes its request log: 400 requests a second into $place/access.log"
"$program" simulate --rate 400 --seed "$(date +%s)" --output "$place/access.log" &
writer=$!
while [ ! -s "$place/access.log" ]; do sleep 0.05; done
head -n 1 "$place/access.log"

sleep 1
say "plumbline run: what it recognised, then a line every few seconds"
port=9180
while "$program" health "http://127.0.0.1:$port/livez" >/dev/null 2>&1; do port=$((port + 1)); done
"$program" run "$place/access.log" --from-start --data "$place/data" --listen "127.0.0.1:$port" &
agent=$!
tries=0
until "$program" health "http://127.0.0.1:$port/readyz" >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || { echo "the agent does not get ready" >&2; exit 1; }
    sleep 0.1
done
sleep "$((seconds / 2))"

say "kill -9, and start again: nothing is lost, nothing is counted twice"
kill -9 "$agent"
wait "$agent" 2>/dev/null || true
"$program" run "$place/access.log" --data "$place/data" --listen "127.0.0.1:$port" &
agent=$!
sleep "$((seconds / 2))"

say "http://127.0.0.1:$port/health"
"$program" health "http://127.0.0.1:$port" || true

say "The log ends. SIGTERM: everything is committed."
kill "$writer"
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
