"""Bytes on disk, against the raw log and against the same content as others write it; and the time to add a week up."""

import json
import statistics
import subprocess
from datetime import datetime, timedelta, timezone
from pathlib import Path

import encodings_of_others
import logs
import places
from report import Report
from stopwatch import Contender, interleaved

RATE, LINES = 1_000, 1_500_000
COMPRESSED_LINES = 300_000
SLICE_SAMPLES = 6
WEEK_SERIES, WEEK_DAYS, VISITS_AN_HOUR = 1_000, 7, 6


def measure(report: Report) -> None:
    with places.in_memory() as memory:
        tiers(report, memory)
        week(report, memory)


def tiers(report: Report, memory: Path) -> None:
    """Two days ago, in the evening, when the daily rhythm of `simulate` passes its mean: retention makes minutes of it."""
    start = (datetime.now(timezone.utc) - timedelta(days=2)).replace(hour=18, minute=0, second=0, microsecond=0)
    log = logs.log(logs.CONSTANT, LINES, "--rate", str(RATE), "--start", start.strftime("%Y-%m-%dT%H:%M:%SZ"))
    data = memory / "data"
    places.output(places.PLUMBLINE, "replay", log.path, "--data", data)
    ten_seconds = size(data)
    others(report, log, data, ten_seconds)
    zlib_levels(report, data)
    places.output(places.PLUMBLINE, "snapshots", "prune", "--data", data)
    minutes = size(data)
    kept = json.loads(places.output(places.PLUMBLINE, "summary", data, "--output", "json"))["total"]["requests"]
    if kept != LINES:
        raise SystemExit(f"snapshots: {LINES} requests were replayed, {kept} are in the minutes")
    report.fact(f"snapshots: {LINES:,} requests at {LINES / seconds(log):,.0f} a second, raw {log.size / 1e6:.0f} MB",
                f"10 s: {ten_seconds:,} bytes, 1 min with the hour's total: {minutes:,} bytes")
    report.gate("snapshots: raw log / 10 s tier", log.size / ten_seconds, 300, unit="×")
    report.gate("snapshots: raw log / 1 min tier", log.size / minutes, 1000, unit="×")


def seconds(log: logs.Log) -> float:
    """Of event time."""
    found = json.loads(places.output(places.PLUMBLINE, "summary", log.path, "--output", "json"))
    return (instant(found["to"]) - instant(found["from"])).total_seconds()


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def size(data: Path) -> int:
    return sum(path.stat().st_size for path in data.glob("snapshots/*.plb"))


def others(report: Report, log: logs.Log, data: Path, ten_seconds: int) -> None:
    """Compressors on the first lines of the log; histograms of some slices, times the number of slices."""
    head = logs.log(logs.CONSTANT, COMPRESSED_LINES)
    share = encodings_of_others.gzipped(head.path) / head.size
    report.fact("snapshots: raw log, gzip -6", f"1/{1 / share:.1f} ({log.size * share / ten_seconds:.0f}× the 10 s tier)")
    for level in (3, 19):
        # Level 19 on a part: it reads two megabytes a second.
        part = head if level == 3 else logs.log(logs.CONSTANT, COMPRESSED_LINES // 10)
        packed = subprocess.run(["zstd", f"-{level}", "-q", "-c", part.path], check=True, capture_output=True).stdout
        share = len(packed) / part.size
        report.fact(f"snapshots: raw log, zstd -{level}",
                    f"1/{1 / share:.1f} ({log.size * share / ten_seconds:.0f}× the 10 s tier)")
    rows = [json.loads(line) for line in places.output(
        places.PLUMBLINE, "snapshots", "export", "--data", data, "--format", "jsonl").splitlines()]
    slices = sorted({row["start"] for row in rows})
    chosen = set(slices[1::max(1, len(slices) // SLICE_SAMPLES)])
    sample = [row for row in rows if row["start"] in chosen]
    factor = len(rows) / len(sample)
    hdr = factor * sum(encodings_of_others.hdr_v2(row["duration_histogram"]) for row in sample)
    messages = {start: b"".join(encodings_of_others.native(row["duration_histogram"], row["duration_sum_seconds"])
                                for row in rows if row["start"] == start) for start in chosen}
    native = factor * sum(map(len, messages.values()))
    packed = factor * sum(len(encodings_of_others.zlib.compress(each)) for each in messages.values())
    for name, bytes_ in (("HdrHistogram V2, compressed, 2 digits", hdr), ("Prometheus native, schema 5, protobuf", native),
                         ("the same, a slice at once through zlib", packed)):
        report.fact(f"snapshots: response times only, {name}",
                    f"{bytes_ / ten_seconds:.2f}× all of the 10 s tier ({len(sample):,} of {len(rows):,} histograms)")


def zlib_levels(report: Report, data: Path) -> None:
    """On the columns of the blocks; the program has 6 (SnapshotBlock.encoded)."""
    blocks = [block for path in data.glob("snapshots/*.plb") for block in encodings_of_others.columns(path)]
    raw = sum(map(len, blocks))
    table = encodings_of_others.levels(blocks)
    report.fact(f"snapshots: zlib on {raw / 1e6:.1f} MB of columns, level: bytes, CPU", "; ".join(
        f"{level}: {bytes_ / 1e6:.2f} MB, {cpu:.2f} s" for level, (bytes_, cpu) in table.items()))


def week(report: Report, memory: Path) -> None:
    """A thousand series in every hour of seven whole days, six requests each an hour."""
    log, data = memory / "week.jsonl", memory / "week"
    today = datetime.now(timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = 0
    with open(log, "w") as file:
        for visit in range(WEEK_DAYS * 24 * VISITS_AN_HOUR):
            at = today - timedelta(days=WEEK_DAYS) + timedelta(hours=visit / VISITS_AN_HOUR)
            stamp = at.strftime("%Y-%m-%dT%H:%M:%SZ")
            file.writelines(
                f'{{"ts":"{stamp}","method":"GET","route":"/r/{series}","status":200,"cache":"MISS",'
                f'"duration_ms":{1 + (series * 7919 + visit * 104729) % 900},"db_calls":{series % 9}}}\n'
                for series in range(WEEK_SERIES))
            lines += WEEK_SERIES
    places.output(places.PLUMBLINE, "replay", log, "--data", data)
    places.output(places.PLUMBLINE, "snapshots", "prune", "--data", data)
    listed = places.output(places.PLUMBLINE, "snapshots", "list", "--data", data)
    days = sum(1 for path in data.glob("snapshots/*.plb") if "T" not in path.name)

    def requests(printed: str) -> int:
        return json.loads(printed)["total"]["requests"]

    summing = Contender("plumbline summary of a week", f"{WEEK_SERIES:,} series, 7 days, {days} day totals", [
        str(places.PLUMBLINE), "summary", str(data), "--output", "json", "--from",
        (today - timedelta(days=WEEK_DAYS)).strftime("%Y-%m-%dT%H:%M:%SZ"), "--to", today.strftime("%Y-%m-%dT%H:%M:%SZ")],
        lines, size(data), answer=requests)
    interleaved([summing], 5)
    if summing.answers[0] != lines:
        raise SystemExit(f"snapshots: {lines} requests were replayed, {summing.answers[0]} are in the week")
    report.fact("snapshots: the week", f"{size(data) / 1e6:.1f} MB in {len(listed.splitlines()) - 1} files, "
                f"{summing.cpu:.2f} s of CPU, {summing.peak_mib:.0f} MiB")
    report.gate("snapshots: summing a week of 1,000 series", statistics.median(run.wall for run in summing.runs), 1,
                at_least=False, unit=" s")
