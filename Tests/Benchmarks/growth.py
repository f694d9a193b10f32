"""How the cost of a line grows with what there is more of, and where it bends. A picture each in .build-bench."""

import itertools
import json
import random
from collections.abc import Callable
from pathlib import Path

import logs
import memory as memory_topic
import places
import plots
from report import Report
from stopwatch import Contender, interleaved

LINES, ROUNDS = 200_000, 3
SERIES = (10, 100, 1_000, 10_000, 100_000)
LENGTHS = (128, 512, 2_048, 8_192, 32_768, 65_536)
LENGTH_BYTES = 60_000_000
SHARES = (0, 1, 5, 10, 25, 50, 75, 100)
FILES = (1, 10, 100, 1_000)
# A step to the next point that costs so much more is a bend, and one a cliff. Ten times the series may make every line
# the first of its series and slice, which costs about five times a line that only adds.
BEND, CLIFF = 1.25, 6


def measure(report: Report) -> None:
    with places.in_memory() as memory:
        # What is written at the end for every series is no cost of a line: twice the lines less once.
        curve(report, memory, "series", SERIES, series, times=(2, 1))
        curve(report, memory, "bytes a line", LENGTHS, length, per_byte=True)
        curve(report, memory, "percent of lines with a key order of their own", SHARES, shuffled)
        curve(report, memory, "files", FILES, files)


def curve(report: Report, memory: Path, what: str, points: tuple[int, ...], write: Callable[..., int],
          times: tuple[int, ...] = (1,), per_byte: bool = False) -> None:
    """`write` fills a folder with logs and says how many lines they have."""
    cost: dict[str, list[float]] = {}
    a_byte: dict[str, list[float]] = {}
    for point in points:
        measured = [contenders(memory, point, what, write, *((each,) if len(times) > 1 else ())) for each in times]
        for parts in zip(*measured):
            lines, size = (getattr(parts[0], name) - sum(getattr(part, name) for part in parts[1:])
                           for name in ("lines", "size"))
            cpu = parts[0].cpu - sum(part.cpu for part in parts[1:])
            cost.setdefault(parts[0].name, []).append(cpu / lines * 1e9)
            a_byte.setdefault(parts[0].name, []).append(cpu / size * 1e9)
    name = what.split()[0]
    plots.curves(places.BUILD / f"growth-{name}.png", what, points, cost)
    for program, values in cost.items():
        judged = a_byte[program] if per_byte else values
        steps = [(after / before, here) for before, after, here in zip(judged, judged[1:], points[1:])]
        bends = ", ".join(f"at {here:,} (×{step:.2f})" for step, here in steps if step >= BEND) or "nowhere"
        report.fact(f"growth: {program}, ns a line at {what} " + " / ".join(f"{point:,}" for point in points),
                    " / ".join(f"{value:,.0f}" for value in values) + f"; bends {bends}"
                    + (" in ns a byte" if per_byte else ""))
        report.gate(f"growth: {program}, steepest step with {what}", max(step for step, _ in steps), CLIFF,
                    at_least=False, unit="×")


def contenders(memory: Path, point: int, what: str, write: Callable[..., int], *times: int) -> list[Contender]:
    """Run, and found to have read every line."""
    folder = memory / f"{point}"
    folder.mkdir()
    lines = write(folder, point, *times)
    paths = sorted(folder.iterdir())
    size = sum(path.stat().st_size for path in paths)
    both = [
        Contender("summary", what, [str(places.PLUMBLINE), "summary", *map(str, paths), "--output", "json"], lines, size,
                  answer=lambda printed: json.loads(printed)["ledger"]["accepted"]),
        Contender("pipeline", what, [str(places.INGEST), f"{folder}/*"], lines, size,
                  answer=lambda printed: int(printed.split()[0]) - int(printed.split()[1])),
    ]
    interleaved(both, ROUNDS)
    places.remove(folder)
    for contender in both:
        if contender.answers[0] != lines:
            raise SystemExit(f"growth, {point} {what}: {contender.name} has {contender.answers[0]} of {lines} lines")
    return both


def series(folder: Path, count: int, times: int) -> int:
    memory_topic.spread(folder / "a.jsonl", count, LINES * times)
    return LINES * times


def length(folder: Path, size: int) -> int:
    """Lines of simulate, shortened or with a longer user agent, to exactly `size` bytes."""
    count = min(LINES, max(2_000, LENGTH_BYTES // size))
    head = '{{"ts":"2026-11-21T10:00:{:09.6f}Z","route":"/products/{{id}}","status":200,"duration_ms":{},"a":"'
    with open(folder / "a.jsonl", "w") as file:
        for number in range(count):
            start = head.format(number / count * 59, number % 977)
            file.write(start + "x" * (size - len(start) - 3) + '"}\n')
    return count


def shuffled(folder: Path, percent: int) -> int:
    """Lines of which so many have their keys in a random order: there are too many orders to learn."""
    chance = random.Random(percent)
    with open(logs.log(logs.CONSTANT, LINES).path) as source, open(folder / "a.jsonl", "w") as file:
        for line in source:
            if chance.random() * 100 < percent:
                # No value of these lines has a comma before a quote.
                parts = line[1:-2].split(',"')
                parts[0] = parts[0][1:]
                chance.shuffle(parts)
                line = '{"' + ',"'.join(parts) + "}\n"
            file.write(line)
    return LINES


def files(folder: Path, count: int) -> int:
    with open(logs.log(logs.CONSTANT, LINES).path) as source:
        for number in range(count):
            with open(folder / f"app{number:04}.jsonl", "w") as file:
                file.writelines(itertools.islice(source, LINES // count))
    return LINES
