"""Two cores against one, on one large file: wall time, and the same output to the byte."""

import statistics

import logs
import places
from report import Report
from stopwatch import Contender, interleaved

LINES = 3_000_000
ROUNDS = 5


def measure(report: Report) -> None:
    log = logs.log(logs.CONSTANT, LINES)
    with places.in_memory() as memory:
        data = memory / "data"
        one_summary, two_summary = pinned("plumbline summary", log, [places.PLUMBLINE, "summary", log.path, "--output",
                                                                     "json"])
        one_replay, two_replay = pinned("plumbline replay, tmpfs", log, [
            "sh", "-c", '"$0" replay "$1" --data "$2" >/dev/null && "$0" snapshots export --data "$2" | sha256sum',
            places.PLUMBLINE, log.path, data], clean=lambda: places.remove(data))
        # What is timed of a replay is the replay alone; the export, which compares, is the same program on both.
        timed = [Contender(each.name, each.work, [*each.command[:3], str(places.PLUMBLINE), "replay", str(log.path),
                                                  "--data", str(data)], log.lines, log.size,
                           answer=lambda _: None, clean=lambda: places.remove(data)) for each in (one_replay, two_replay)]
        for contender in (one_replay, two_replay):
            contender.clean()
            contender.run()
        interleaved([one_summary, two_summary, *timed], ROUNDS)
    if one_summary.answers[0] != two_summary.answers[0]:
        raise SystemExit("summary: two cores write something else than one")
    if one_replay.answers[0] != two_replay.answers[0]:
        raise SystemExit("replay: two cores keep something else than one")
    for one, two in ((one_summary, two_summary), timed):
        report.row(one)
        report.row(two)
        spread = ", ".join(f"{run.wall:.2f}" for run in two.runs)
        report.fact(f"{one.name}: wall on one and two cores", f"{one.wall:.2f} s and {two.wall:.2f} s ({spread})")
        ratios = [alone.wall / both.wall for alone, both in zip(one.runs, two.runs)]
        report.gate(f"cores: {one.name}, wall on one / on two", statistics.median(ratios), 1.8, unit="×")


def pinned(name: str, log: logs.Log, command: list, **more) -> tuple[Contender, Contender]:
    return tuple(Contender(name, f"constant: on {count} core{'s' if count > 1 else ''}",
                           ["taskset", "-c", cores, *map(str, command)], log.lines, log.size, **more)
                 for count, cores in ((1, "0"), (2, "0,1")))
