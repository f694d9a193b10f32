"""A week against a week, from slices of 5 minutes: what `plumbline compare` takes, and DuckDB for the same question."""

import json
import random
from datetime import datetime, timedelta, timezone
from pathlib import Path

import places
from report import Report
from stopwatch import Contender, interleaved

# 12 million lines: every 5 minutes have nearly every one of the thousand series, with three requests each.
ROUTES, RATE, DAYS = 50, 10, 7
SLICE_SECONDS, VISIT_SECONDS = 300, 10
ROUNDS = 5
SEED = 7
# Retention makes slices of 5 minutes of what is older than 7 days.
DAYS_AGO = 8
# A quantile is somewhere in a bucket that is 2.2 % wide, and DuckDB's is a response time.
MOST_OFF = 0.022

STAMP = "%Y-%m-%dT%H:%M:%SZ"
# Method, status, cache, milliseconds in the median, database calls: twenty series of a route, with and without a user.
KINDS = [
    ("GET", 200, "HIT", 2, 0), ("GET", 200, "MISS", 40, 3), ("GET", 200, "EXPIRED", 45, 3), ("GET", 404, "MISS", 9, 1),
    ("GET", 500, "MISS", 300, 2), ("HEAD", 200, "HIT", 1, 0), ("HEAD", 200, "MISS", 30, 2),
    ("POST", 201, "BYPASS", 80, 6), ("POST", 422, "BYPASS", 12, 1), ("POST", 500, "BYPASS", 350, 4)]


def measure(report: Report) -> None:
    with places.in_memory() as memory:
        today = datetime.now(timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
        start = today - timedelta(days=DAYS_AGO + 2 * DAYS)
        logs = [write_week(memory / name, start + number * timedelta(days=DAYS), version)
                for number, (name, version) in enumerate((("before.jsonl", "7.1"), ("after.jsonl", "7.2")))]
        data = memory / "data"
        places.output(places.PLUMBLINE, "replay", *logs, "--data", data)
        places.output(places.PLUMBLINE, "snapshots", "prune", "--data", data)
        weeks(report, logs, data, start)


def write_week(path: Path, start: datetime, version: str) -> Path:
    """Lines of series that chance takes, and for each series sixty-four endings of a line, the same in both weeks.

    What five minutes have is in their first ten seconds: so replay and retention are quick, and what they make is the
    same.
    """
    chance = random.Random(SEED)
    endings = [ending(route, kind, user, version, chance)
               for route in range(ROUTES) for kind in KINDS for user in ('"u17"', "null") for _ in range(64)]
    chance = random.Random(f"{SEED} {version}")
    with open(path, "w") as file:
        for second in range(0, DAYS * 86_400, SLICE_SECONDS):
            for visit in range(VISIT_SECONDS):
                stamp = (start + timedelta(seconds=second + visit)).strftime('{"ts":"%Y-%m-%dT%H:%M:%SZ')
                lines = chance.choices(endings, k=RATE * SLICE_SECONDS // VISIT_SECONDS)
                file.write("".join(f"{stamp}{line}" for line in lines))
    return path


def ending(route: int, kind: tuple, user: str, version: str, chance: random.Random) -> str:
    method, status, cache, median, calls = kind
    # The newer version has made one route faster.
    milliseconds = chance.lognormvariate(0, 0.6) * median * (0.7 if version == "7.2" and route == 3 else 1)
    return (f'","method":"{method}","route":"/service/{route}/{{id}}","status":{status},"cache":"{cache}",'
            f'"duration_ms":{milliseconds:.3f},"db_calls":{calls},"bytes":{chance.randrange(200, 20_000)},'
            f'"user_id":{user},"version":"{version}"}}\n')


def weeks(report: Report, logs: list[Path], data: Path, start: datetime) -> None:
    instants = [(start + number * timedelta(days=DAYS)).strftime(STAMP) for number in range(3)]
    sides = [f"{data}@{instants[number]}..{instants[number + 1]}" for number in range(2)]
    lines, raw = 2 * DAYS * 86_400 * RATE, sum(log.stat().st_size for log in logs)
    comparing = Contender("plumbline compare", "two weeks of 5 min slices", [
        str(places.PLUMBLINE), "compare", *sides, "--output", "json"], lines, size(data), answer=json.loads)
    duckdb = Contender("DuckDB", "p95 of each route in both raw logs, two threads", [
        places.PYTHON, str(places.HERE / "peers/duckdb_weeks.py"), *map(str, logs)], lines, raw, answer=json.loads)
    interleaved([comparing, duckdb], ROUNDS)
    check(comparing.answers[0], duckdb.answers[0], lines)
    report.fact("compare: a week with a week",
                f"{lines:,} requests at {RATE} a second, {raw / 1e9:.1f} GB raw, {size(data) / 1e6:.0f} MB of snapshots")
    for each in (comparing, duckdb):
        report.fact(f"compare: {each.name}", f"{each.wall:.2f} s, {each.cpu:.2f} s of CPU, {each.peak_mib:.0f} MiB "
                    f"({', '.join(f'{run.wall:.2f}' for run in each.runs)})")
    report.gate("compare: a week with a week, wall", comparing.wall, 2, at_least=False, unit=" s")
    report.gate("compare: a week with a week, peak", comparing.peak_mib * 2**20 / 1e6, 200, at_least=False, unit=" MB")


def size(data: Path) -> int:
    return sum(path.stat().st_size for path in data.glob("snapshots/*.plb"))


def check(found: dict, exact: dict, lines: int) -> None:
    """Both counted every request, and say the same of every route."""
    counted = sum(window["requests"] for side in ("before", "after") for window in found["windows"][side])
    if not counted == exact["requests"] == lines:
        raise SystemExit(f"compare: {lines} lines were written, {counted} were compared, DuckDB has {exact['requests']}")
    if found["windows"]["slice_s"] != SLICE_SECONDS:
        raise SystemExit(f"compare: slices of {found['windows']['slice_s']} s, expected {SLICE_SECONDS}")
    rows = {row["scope"]["route"]: row for row in found["results"]
            if row["metric"] == "p95" and row["scope"]["route"] and not row["scope"]["method"]}
    for side, due in zip(("before", "after"), exact["p95_ms"], strict=True):
        if rows.keys() != due.keys():
            raise SystemExit(f"compare: {len(rows)} routes, DuckDB has {len(due)}")
        for route, milliseconds in due.items():
            if abs(rows[route][side] / milliseconds - 1) > MOST_OFF:
                raise SystemExit(f"compare: p95 of {route}, {side}: {rows[route][side]} ms, DuckDB {milliseconds} ms")
