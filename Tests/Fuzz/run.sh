#!/bin/sh
# Runs fuzzers: run.sh smoke | fuzz SECONDS [NAME...]
#
# smoke: every input of the committed corpora once, then a few seconds of new ones. fuzz: each for so many seconds; what
# is new and interesting goes to .build/fuzz/corpus. Either stops at the first finding and says how to replay it.
set -eu
cd "$(dirname "$0")/../.."

mode=$1 seconds=$2
shift 2
names=${*:-lines json shapes texts snapshot journal gzip settings http}
out=.build/fuzz
# A fuzzer allocates all the time: no long stack of each allocation, and not much memory kept back.
# Hashes that are the same in every run make an input take the same way again.
export ASAN_OPTIONS="malloc_context_size=1:quarantine_size_mb=16" SWIFT_BACKTRACE="enable=no"
export SWIFT_DETERMINISTIC_HASHING=1

Tests/Fuzz/build.sh "$@"
for name in $names; do
    corpus=Tests/Fuzz/corpus/$name
    mkdir -p "$out/corpus/$name" "$out/findings"
    case $name in
        journal) longest=3200 ;;
        json | shapes | texts | settings) longest=2048 ;;
        snapshot | gzip) longest=1500 ;;
        *) longest=700 ;;
    esac
    log=$out/$name.log
    # The first directory takes new inputs.
    fresh=$out/corpus/$name seed=0
    if [ "$mode" = smoke ]; then fresh=$(mktemp -d) seed=1; fi
    if "$out/$name" -max_total_time="$seconds" -max_len="$longest" -seed="$seed" -timeout=10 -rss_limit_mb=1024 \
        -print_final_stats=1 -artifact_prefix="$out/findings/$name-" "$fresh" "$corpus" >"$log" 2>&1; then
        echo "fuzz: $name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") runs," \
            "$(sed -n 's/^#.*DONE *//p' "$log" | sed 's/ corp:.*//')"
    else
        grep -E 'Precondition|Fatal error|ERROR' "$log" | head -5
        echo "fuzz: $name: a finding; the whole story is in $log; to see it again:"
        echo "    SWIFT_BACKTRACE=enable=no SWIFT_DETERMINISTIC_HASHING=1 $out/$name $(sed -n 's/.*Test unit written to //p' "$log")"
        exit 1
    fi
    if [ "$mode" = smoke ]; then rm -r "$fresh"; fi
done
