"""Whether Plumbline and the references counted the same, series by series: a wrong answer is no row of a table."""

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import places

KEY = ("route", "method", "status", "cache", "segment", "version")
QUANTILES = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}


def check_summary(log: Path, place: Path) -> None:
    """Every series of `summary` against the reference's totals: counts, sums, extremes, and quantiles by its buckets."""
    rows = place / "totals.rows"
    places.output(places.TOTALS, "whole", log, rows)
    expected = {}
    for row in lines(rows):
        histogram = row["duration_histogram"]
        expected[key(row)] = [
            row["requests"], row["duration_sum"], row["db_calls_sum"], row["bytes_sum"], row["duration_min"],
            row["duration_max"], *(quantile(histogram, share) for share in QUANTILES.values())]
    found = {}
    for series in summary(log, *KEY)["series"]:
        durations = series["duration_seconds"]
        found[key(series)] = [
            series["requests"], nanoseconds(durations["sum"]), series["db_calls"]["sum"], series["bytes"],
            nanoseconds(durations["min"]), nanoseconds(durations["max"]), *(durations[name] for name in QUANTILES)]
    compare("summary", expected, found)


def check_replay(log: Path, data: Path, place: Path) -> None:
    """Every series of every slice in a data directory against the reference's, bucket by bucket."""
    rows = place / "slices.rows"
    places.output(places.SLICES, "whole", log, rows)
    kept = ("requests", "duration_histogram", "db_calls_sum", "db_calls_histogram", "bytes_sum")
    expected = {(row["start_ns"] // 1_000_000_000, *key(row)): [row["duration_sum"], *(row[name] for name in kept)]
                for row in lines(rows)}
    export = place / "export.jsonl"
    with open(export, "w") as file:
        file.write(places.output(places.PLUMBLINE, "snapshots", "export", "--data", data, "--format", "jsonl"))
    found = {(seconds(row["start"]), *key(row)): [row["duration_sum_nanoseconds"], *(row[name] for name in kept)]
             for row in lines(export)}
    compare("replay", expected, found)


def summary(log: Path, *by: str) -> dict:
    return json.loads(places.output(places.PLUMBLINE, "summary", log, "--by", ",".join(by), "--output", "json"))


def compare(name: str, expected: dict, found: dict) -> None:
    if expected.keys() != found.keys():
        odd = sorted(map(str, expected.keys() ^ found.keys()))
        raise SystemExit(f"{name}: {len(odd)} series are only on one side, such as {odd[0]}")
    for series, values in expected.items():
        for position, (due, seen) in enumerate(zip(values, found[series], strict=True)):
            same = abs(due - seen) <= 1e-6 * abs(due) if isinstance(due, float) else due == seen
            if not same:
                raise SystemExit(f"{name}: {series}, column {position}: the reference has {due}, Plumbline {seen}")


def quantile(histogram: list[list[int]], share: float) -> float:
    """The geometric middle, in seconds, of the bucket that has the nearest rank."""
    total = sum(count for _, count in histogram)
    rank = max(1, -int(-share * total // 1))
    for index, count in histogram:
        rank -= count
        if rank <= 0:
            return 2 ** ((index + 0.5) / 32)
    raise ValueError("no bucket has this rank")


def key(row: dict) -> tuple:
    return tuple(row[name] for name in KEY)


def lines(path: Path) -> Iterable[dict]:
    with open(path) as file:
        yield from map(json.loads, file)


def nanoseconds(seconds: float) -> int:
    return round(seconds * 1e9)


def seconds(text: str) -> int:
    return int(datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp())
