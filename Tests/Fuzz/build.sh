#!/bin/sh
# Builds the fuzzers named on the command line, or all of them, into .build/fuzz.
#
# SwiftPM cannot link an executable with -sanitize=fuzzer, so each module is compiled here by one call of swiftc, its
# dependencies first, and only when a source is newer than what was built of it.
set -eu
cd "$(dirname "$0")/../.."

out=.build/fuzz
system=.build/checkouts/swift-system
mkdir -p "$out"
[ -d "$system" ] || swift package resolve

# Optimised, since a fuzzer lives by the number of its runs; checks stay and say what failed.
common="-O -assert-config Debug -gline-tables-only -wmo -parse-as-library -use-ld=lld -I $out"
for clang in Sources/CScan/include Sources/CZlib/include Sources/CYaml/include Tests/Fuzz/CFuzzer \
    "$system/Sources/CSystem/include"; do
    common="$common -Xcc -fmodule-map-file=$clang/module.modulemap -Xcc -I$clang"
done
strict="-swift-version 6 -package-name plumbline -sanitize=address,fuzzer -warnings-as-errors"
for feature in ExistentialAny MemberImportVisibility InternalImportsByDefault NonisolatedNonsendingByDefault; do
    strict="$strict -enable-upcoming-feature $feature"
done

# is_fresh PRODUCT SOURCE...: nothing that went into the product is newer.
is_fresh() {
    product=$1
    shift
    [ -e "$product" ] && [ -z "$(find "$@" -newer "$product" -print -quit)" ]
}

objects() {
    for module in "$@"; do printf '%s ' "$out/$module.o"; done
}

# module NAME "DEPENDENCIES" SOURCE...: files and folders.
module() {
    name=$1 dependencies=$2
    shift 2
    # shellcheck disable=SC2046,SC2086
    is_fresh "$out/$name.o" "$@" $(objects $dependencies) && return
    echo "compiling $name"
    # shellcheck disable=SC2046,SC2086
    swiftc $common $strict -module-name "$name" -emit-module -emit-module-path "$out/$name.swiftmodule" \
        -c -o "$out/$name.o" $(find "$@" -name '*.swift')
    # The compiler leaves an object that would not change as it is.
    touch "$out/$name.o"
}

system_package() {
    is_fresh "$out/SystemPackage.o" "$system/Sources" && return
    echo "compiling SystemPackage"
    clang -c -I "$system/Sources/CSystem/include" -o "$out/CSystem.o" "$system"/Sources/CSystem/*.c
    set --
    for version in $(sed -n 's/^  Available("\([0-9.]*\)".*/\1/p' "$system/Package.swift"); do
        set -- "$@" -enable-experimental-feature "AvailabilityMacro=System $version:macOS 10.10"
    done
    # shellcheck disable=SC2046,SC2086
    swiftc $common -swift-version 5 -package-name swift-system -suppress-warnings -sanitize=address -DSYSTEM_PACKAGE \
        -enable-experimental-feature Lifetimes "$@" -module-name SystemPackage \
        -emit-module -emit-module-path "$out/SystemPackage.swiftmodule" \
        -c -o "$out/SystemPackage.o" $(find "$system/Sources/System" -name '*.swift')
}

# The kernels of C behind RequestLog, explored like the rest.
kernels() {
    is_fresh "$out/CScan.o" Sources/CScan && return
    echo "compiling CScan"
    for kernel in Lines Escapes Match Texts Values; do
        clang -c -O2 -g -gdwarf-4 -fsanitize=address,fuzzer-no-link -I Sources/CScan/include \
            -o "$out/CScan$kernel.o" "Sources/CScan/$kernel.c"
    done
    ld -r -o "$out/CScan.o" "$out/CScanLines.o" "$out/CScanEscapes.o" "$out/CScanMatch.o" \
        "$out/CScanTexts.o" "$out/CScanValues.o"
}

# fuzzer NAME "FILES" "MODULES" LIBRARY...: FILES are those of Tests/Fuzz and Tests/Fuzz/Support that it is made of.
fuzzer() {
    name=$1 parts=$2 modules=$3
    shift 3
    case " $wanted " in *" $name "*) ;; *) return 0 ;; esac
    sources=""
    for part in $parts FuzzInput; do
        case $part in
            *Fuzzer) sources="$sources Tests/Fuzz/$part.swift" ;;
            Sources/*) sources="$sources $part.swift" ;;
            *) sources="$sources Tests/Fuzz/Support/$part.swift" ;;
        esac
    done
    # shellcheck disable=SC2046,SC2086
    is_fresh "$out/$name" $sources $(objects $modules) && return
    echo "linking $name"
    # shellcheck disable=SC2046,SC2086
    swiftc $common $strict -sanitize=address,fuzzer -module-name "Fuzz_$name" -o "$out/$name" $sources $(objects $modules) "$@"
}

wanted=${*:-lines json shapes texts snapshot journal gzip settings http}

# Two at a time.
{
    system_package
    module Files "SystemPackage" Sources/Files
    module Tailing "Files SystemPackage" Sources/Tailing
    # What only serves the fuzzers is not what they are to explore.
    strict=$(echo "$strict" | sed 's/address,fuzzer/address/')
    module TestSupport "Tailing Files SystemPackage" Tests/TestSupport
} &
kernels
module RequestLog "CScan" Sources/RequestLog
module RollingWindow "RequestLog" Sources/RollingWindow
module Snapshots "RollingWindow RequestLog" Sources/Snapshots
module Settings "" Sources/Settings
# All of the exposition that the parser and its errors need.
module Exposition "" Sources/Exposition/JSON/JSONWriter.swift Sources/Exposition/Decimals.swift \
    Sources/Exposition/Prometheus/MetricsFormat.swift
wait $!
module Store "Snapshots RollingWindow RequestLog Files SystemPackage" Sources/Store

files="Files SystemPackage CSystem"
frames="OpenedFrames FrameMutator"
requests=""
for file in Requests/RequestParser Requests/RequestHead Requests/RequestTarget Requests/RequestFault Requests/Request \
    Requests/LineScanner Requests/ChunkedBody Negotiation/FieldPieces Negotiation/MediaRange Negotiation/Preferences \
    Negotiation/Quality ServerLimits Responses/Status Responses/Problem; do
    requests="$requests Sources/Serving/$file"
done

{
    fuzzer lines "LinesFuzzer PiecewiseSource Padding" "Tailing TestSupport $files" -l:libz.a
    fuzzer gzip "GzipFuzzer GzipOracle GzipMutator PiecewiseSource Padding" "Tailing TestSupport $files" -l:libz.a
    fuzzer settings "SettingsFuzzer" "Settings" -l:libyaml.a
    fuzzer http "HTTPFuzzer $requests" "Exposition"
} &
fuzzer json "JSONFuzzer JSONOracle" "RequestLog CScan"
fuzzer shapes "ShapesFuzzer" "RequestLog CScan"
fuzzer texts "TextsFuzzer" "RequestLog CScan"
fuzzer snapshot "SnapshotFuzzer $frames" "Snapshots RollingWindow RequestLog CScan TestSupport Tailing $files" -l:libz.a
fuzzer journal "JournalFuzzer DataFiles StoreContents $frames" \
    "Store Snapshots RollingWindow RequestLog CScan TestSupport Tailing $files" -l:libz.a
wait $!
