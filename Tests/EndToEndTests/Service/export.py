"""Loads an export into DuckDB, as a user would, and holds its sums against a summary: every series, to the integer.

usage: export.py EXPORT SUMMARY.json
"""

import json
import sys
from decimal import Decimal

import duckdb

KEY = ["source", "route", "method", "status", "cache", "segment", "version"]
# A column that is empty throughout (a log without upstream times) has no type until it is given one.
SUMS = """
    sum(requests), sum(errors), sum(bytes_sum::hugeint),
    sum(db_calls_count::hugeint), sum(db_calls_sum::hugeint), max(db_calls_max::hugeint),
    sum(db_sum_nanoseconds::hugeint), sum(upstream_sum_nanoseconds::hugeint),
    sum(duration_count::hugeint), sum(duration_sum_nanoseconds::hugeint),
    min(duration_min_seconds), max(duration_max_seconds)
"""


def nanoseconds(metrics, name, field):
    return None if metrics[name] is None else int(metrics[name][field] * 1_000_000_000)


def expected(metrics):
    calls, durations = metrics["db_calls"] or {}, metrics["duration_seconds"] or {}
    return (
        metrics["requests"], metrics["errors"], metrics["bytes"],
        calls.get("requests"), calls.get("sum"), calls.get("max"),
        nanoseconds(metrics, "db_seconds", "sum"), nanoseconds(metrics, "upstream_seconds", "sum"),
        durations.get("count"), nanoseconds(metrics, "duration_seconds", "sum"),
        durations.get("min"), durations.get("max"),
    )


def found(row):
    """What DuckDB answered: whole numbers as they are, seconds as the decimals that were written."""
    return tuple(None if value is None else Decimal(str(value)) for value in row)


def quantile(database, fraction):
    """The same from the histograms of all rows: nearest rank, geometric middle of the bucket."""
    buckets = database.sql("""
        select bucket[1], sum(bucket[2]) from (select unnest(duration_histogram) as bucket from export)
        group by 1 order by 1""").fetchall()
    zeros = database.sql("select sum(duration_zero_count) from export").fetchone()[0]
    rank = -(-fraction * (zeros + sum(count for _, count in buckets)) // 100) - zeros
    if rank <= 0:
        return 0.0
    for index, count in buckets:
        rank -= count
        if rank <= 0:
            return 2.0 ** ((2 * index + 1) / 64)


def main():
    export, summary = sys.argv[1], json.load(open(sys.argv[2]), parse_float=Decimal)
    database = duckdb.connect()
    # Types are guessed in a CSV: a version such as 2026.11.3 would be a date.
    table = f"read_csv('{export}', types={{'version': 'varchar'}})" if export.endswith("csv") else f"'{export}'"
    database.sql(f"create table export as from {table}")
    failures = []

    series = {tuple(row[part] for part in KEY): expected(row) for row in summary["series"]}
    rows = database.sql(f"select {', '.join(KEY)}, {SUMS} from export group by all").fetchall()
    loaded = {row[:7]: found(row[7:]) for row in rows}
    for key in series.keys() | loaded.keys():
        if series.get(key) != loaded.get(key):
            failures.append(f"{key}: expected {series.get(key)}, found {loaded.get(key)}")
    if len(rows) != len(loaded) or not rows:
        failures.append(f"{len(rows)} series for {len(loaded)} keys")

    if export.endswith("jsonl") and len(set(key[0] for key in series)) == 1:
        for fraction in (50, 90, 95, 99):
            told = float(summary["total"]["duration_seconds"][f"p{fraction}"])
            if abs(quantile(database, fraction) - told) > 1e-9 * told:
                failures.append(f"p{fraction}: expected {told}, found {quantile(database, fraction)}")

    print("\n".join(failures[:20]) or f"{len(rows)} series are the same")
    sys.exit(1 if failures else 0)


main()
