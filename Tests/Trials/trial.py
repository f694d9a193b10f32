#!/usr/bin/env python3
"""The eight scenarios and A/A runs through the real binary: logs -> plumbline compare, beside two other methods.

usage: trial.py PLUMBLINE [--seeds N] [--aa N] [--short N] [--jobs N] [--only NAME,...]
Exits 1 when a share is not reached: the table is that of COMPARE.md, section 4.
"""
import argparse
import collections
import concurrent.futures
import datetime
import json
import os
import subprocess
import sys
import tempfile

import peers

START = datetime.datetime(2026, 11, 21, 10, tzinfo=datetime.timezone.utc)
ORDERS = "p95 /orders -20%"
# name: (promise, route of the peers, verdict, least share, attribution of the promised row, what else must hold)
SCENARIOS = {
    "nothing-changed": (ORDERS, "/orders", "not_met", 0.95, None),
    "real-fix": (ORDERS, "/orders", "met", 0.95, "real_improvement"),
    "regression": (ORDERS, "/orders", "regressed", 0.95, "real_regression"),
    "lucky-cache": (ORDERS, "/orders", "not_met", 0.95, "cache_mix"),
    "errors": (ORDERS, "/products", "regressed", 0.90, None),
    "too-little-data": (ORDERS, "/orders", "inconclusive", 0.90, None),
    "promise-missed": ("p95 /orders -30%", "/orders", "not_met", 0.95, None),
    "traffic-mix": ("p95 -20%", None, "not_met", 0.95, "traffic_mix"),
}


def simulate(plumbline, scenario, side, seed, path, days=0):
    start = (START + datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    with open(path, "wb") as log:
        subprocess.run(
            [plumbline, "simulate", "--scenario", scenario, "--side", side, "--seed", str(seed), "--start", start],
            stdout=log, check=True)


def compare(plumbline, before, after, promise, slice_seconds=None):
    result = subprocess.run(
        [plumbline, "compare", before, after, "--expect", promise, "--output", "json"], capture_output=True)
    if result.returncode not in (0, 1, 2, 3):
        sys.exit(f"compare: exit {result.returncode}: {result.stderr.decode()}")
    report = json.loads(result.stdout)
    width = report["windows"]["slice_s"]
    if slice_seconds and width != slice_seconds:
        sys.exit(f"compare: slices of {width} s, expected {slice_seconds} s")
    promised = report["change"]["expected"][0] if report.get("change") else {}
    metric, scope = "p95", {"route": "/orders"} if "/orders" in promise else {}
    rows = [
        row for row in report["results"]
        if row["metric"] == metric and (row["scope"].get("route") or None) == scope.get("route")
        and not row["scope"].get("method")
    ]
    return report["verdict"], rows[0]["attribution"] if rows else None, promised


def one(plumbline, name, seed):
    promise, route, *_ = SCENARIOS[name]
    with tempfile.TemporaryDirectory(prefix="plumbline-trial-") as place:
        before, after = os.path.join(place, "before.log"), os.path.join(place, "after.log")
        simulate(plumbline, name, "before", seed, before)
        simulate(plumbline, name, "after", seed, after)
        verdict, attribution, _ = compare(plumbline, before, after, promise)
        first, second = peers.points(before, route), peers.points(after, route)
        return verdict, attribution, peers.kayenta(first, second), peers.benchstat(first, second)


def same(plumbline, seed):
    """A/A: two days of the same service, with weather (odd seeds) and without (even ones)."""
    name = "real-fix" if seed % 2 else "nothing-changed"
    with tempfile.TemporaryDirectory(prefix="plumbline-trial-") as place:
        before, after = os.path.join(place, "before.log"), os.path.join(place, "after.log")
        simulate(plumbline, name, "before", 1_000_000 + 2 * seed, before)
        simulate(plumbline, name, "before", 1_000_001 + 2 * seed, after, days=1)
        verdict, attribution, _ = compare(plumbline, before, after, ORDERS)
        first, second = peers.points(before, "/orders"), peers.points(after, "/orders")
        return verdict, attribution, peers.kayenta(first, second), peers.benchstat(first, second)


# Requests a second, and seconds a side. Sides of minutes have slices of 1 s, those of ten minutes and more of 10 s.
SHORT = {1: ((150, 75), (600, 75), (150, 300)), 10: ((100, 1_200), (100, 2_400))}


def short(plumbline, width, number):
    """A/A: two stretches of one service, 20 s apart, in slices of so many seconds."""
    rate, seconds = SHORT[width][number % len(SHORT[width])]
    gap = 20
    with tempfile.TemporaryDirectory(prefix="plumbline-trial-") as place:
        log = os.path.join(place, "service.log")
        # At some times of the day there are more requests a second.
        lines = int(1.6 * rate * (2 * seconds + gap))
        subprocess.run(
            [plumbline, "simulate", "--lines", str(lines), "--rate", str(rate), "--seed", str(2_000_000 + number),
             "--start", instant(0), "--output", log], check=True, stdout=subprocess.DEVNULL)
        before = f"{log}@{instant(0)}..{instant(seconds)}"
        after = f"{log}@{instant(seconds + gap)}..{instant(2 * seconds + gap)}"
        verdict, attribution, _ = compare(plumbline, before, after, ORDERS, width)
        return verdict, attribution


def instant(seconds):
    return (START + datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def shares(values):
    counts = collections.Counter(str(value) for value in values)
    return ", ".join(f"{name} {count}" for name, count in counts.most_common())


def alarms(name, runs):
    """What is wrong with verdicts on sides that are the same service."""
    verdicts = [run[0] for run in runs]
    regressed = verdicts.count("regressed") / len(runs)
    if regressed > 0.05:
        yield f"{name}: regressed in {regressed:.1%}, expected at most 5 %"
    if "met" in verdicts:
        yield f"{name}: met {verdicts.count('met')} times, expected never"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("plumbline")
    parser.add_argument("--seeds", type=int, default=24)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--aa", type=int, default=200)
    parser.add_argument("--short", type=int, default=120)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    only = arguments.only.split(",") if arguments.only else list(SCENARIOS)
    failures = []
    print("| scenario | runs | Plumbline: verdict | attribution of the promised row | Kayenta | benchstat |")
    print("|---|---|---|---|---|---|", flush=True)
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for name in only:
            seeds = range(arguments.first, arguments.first + arguments.seeds)
            runs = list(pool.map(lambda seed: one(arguments.plumbline, name, seed), seeds))
            verdicts = [run[0] for run in runs]
            columns = " | ".join(shares(run[place] for run in runs) for place in range(4))
            print(f"| {name} | {len(runs)} | {columns} |", flush=True)
            _, _, wanted, least, attribution = SCENARIOS[name]
            share = verdicts.count(wanted) / len(runs)
            if share < least:
                failures.append(f"{name}: {wanted} in {share:.0%}, expected at least {least:.0%}")
            if wanted == "not_met" and "met" in verdicts:
                failures.append(f"{name}: met {verdicts.count('met')} times, expected never")
            if name == "traffic-mix" and "regressed" in verdicts:
                failures.append(f"{name}: regressed, expected never")
            right = [run[1] for run in runs].count(attribution) / len(runs)
            if attribution and right < least:
                failures.append(f"{name}: {attribution} in {right:.0%}, expected at least {least:.0%}")
        if arguments.aa:
            runs = list(pool.map(lambda seed: same(arguments.plumbline, seed), range(arguments.aa)))
            columns = " | ".join(shares(run[place] for run in runs) for place in range(4))
            print(f"| A/A | {len(runs)} | {columns} |", flush=True)
            failures += alarms("A/A", runs)
        for width in SHORT if arguments.short else ():
            runs = list(pool.map(lambda number: short(arguments.plumbline, width, number), range(arguments.short)))
            columns = " | ".join(shares(run[place] for run in runs) for place in range(2))
            print(f"| A/A, slices of {width} s | {len(runs)} | {columns} | – | – |", flush=True)
            failures += alarms(f"A/A, slices of {width} s", runs)
    for failure in failures:
        print(failure)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
