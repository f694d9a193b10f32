"""What a line costs: Plumbline against C++ on simdjson doing the same work, against `wc -l`, and against its peers."""

import json

import answers
import logs
import peer_programs
import places
from report import Report
from stopwatch import Contender, interleaved

LINES = 1_000_000
ROUNDS = 5
# Of the reference for totals, of that for slices, of `wc -l`; and what is aimed at.
BOUNDS = {"constant": (1.3, 1.3, 0.30), "mixed": (1.2, 1.2, 0.28)}
AIMS = {"constant": (2, 2.5, 0.5), "mixed": (1.8, 2.2, 0.4)}


def measure(report: Report) -> None:
    with places.in_memory() as memory:
        for shape in logs.SHAPES:
            one_shape(report, logs.log(shape, LINES), memory)
    peer_programs.measure(report)


def one_shape(report: Report, log: logs.Log, memory) -> None:
    data = memory / "data"
    all_runs = contenders(log, data)
    interleaved(list(all_runs.values()), ROUNDS)
    agree(log, all_runs)
    answers.check_summary(log.path, memory)
    places.output(places.PLUMBLINE, "replay", log.path, "--data", data)
    answers.check_replay(log.path, data, memory)
    places.remove(data)
    for name, contender in all_runs.items():
        plumbline = all_runs["ingest" if name in ("slices lean", "slices whole", "ingest", "replay") else "summary"]
        report.row(contender, plumbline)
    shape, speed = log.shape.name, {name: contender.bytes_per_second for name, contender in all_runs.items()}
    ratios = {name: speed[ours] / speed[theirs] for name, ours, theirs in (
        ("summary / totals (a)", "summary", "totals lean"), ("pipeline / slices (b)", "ingest", "slices lean"),
        ("summary / wc -l", "summary", "wc"), ("pipeline / wc -l", "ingest", "wc"))}
    if shape in BOUNDS:
        (*bounds, of_wc), (*aims, aim_of_wc) = BOUNDS[shape], AIMS[shape]
        for (name, ratio), bound, aim in zip(ratios.items(), [*bounds, of_wc, of_wc], [*aims, aim_of_wc, aim_of_wc]):
            report.gate(f"{shape}: {name}", ratio, bound, unit="×", aim=aim)
    else:
        report.fact(f"{shape}", ", ".join(f"{name}: {ratio:.2f}×" for name, ratio in ratios.items()))
    report.fact(f"{shape}, against references that keep all that Plumbline keeps",
                f"(a) {speed['summary'] / speed['totals whole']:.2f}×, (b) {speed['ingest'] / speed['slices whole']:.2f}×")


def contenders(log: logs.Log, data) -> dict[str, Contender]:
    def contender(name: str, work: str, *command: object, **more) -> Contender:
        # On one processor: `cores` is about two.
        pinned = ["taskset", "-c", "0", *(str(part) for part in command)]
        return Contender(name, f"{log.shape.name}: {work}", pinned, log.lines, log.size, **more)

    path = log.path
    first = {"answer": lambda printed: tuple(printed.split()[:3])}
    return {
        "wc": contender("wc -l", "line feeds", "wc", "-l", path, answer=lambda printed: printed.split()[0]),
        "totals lean": contender("C++, simdjson", "totals, 8 fields", places.TOTALS, "lean", path, **first),
        "totals whole": contender("C++, simdjson", "totals, all fields", places.TOTALS, "whole", path, **first),
        "summary": contender("plumbline summary", "totals, all fields", places.PLUMBLINE, "summary", path,
                             "--by", ",".join(answers.KEY), "--output", "json", answer=counts),
        "slices lean": contender("C++, simdjson", "slices of 10 s, 8 fields", places.SLICES, "lean", path, **first),
        "slices whole": contender("C++, simdjson", "slices of 10 s, all fields", places.SLICES, "whole", path, **first),
        "ingest": contender("plumbline, nothing written", "slices of 10 s, all fields", places.INGEST, path, **first),
        "replay": contender("plumbline replay, tmpfs", "slices of 10 s on disk", places.PLUMBLINE, "replay", path,
                            "--data", data, "--output", "json", answer=counts, clean=lambda: places.remove(data)),
    }


def counts(printed: str) -> tuple[str, str]:
    """Lines and rejected lines, as `summary` and `replay` write them."""
    result = json.loads(printed)
    ledger = result.get("ledger", result)
    return str(ledger["lines"]), str(sum(ledger["rejected"].values()))


def agree(log: logs.Log, runs: dict[str, Contender]) -> None:
    """The digest covers every slice, series and bucket."""
    results = {name: contender.answers[0] for name, contender in runs.items()}
    expected = {"wc": str(log.lines), "ingest": results["slices whole"], "summary": results["totals whole"][:2],
                "replay": results["slices whole"][:2]}
    for name, due in expected.items():
        if results[name] != due:
            raise SystemExit(f"{log.path.name}: {name} answers {results[name]}, the reference {due}")
