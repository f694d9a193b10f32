"""Living with it: how soon a line shows, what a quiet and a busy log cost, and whether a very busy one is kept up with."""

import random
import statistics
import subprocess
import time
from pathlib import Path

import logs
import places
from followers import Follower, GoAccess, Mtail, Plumbline
from report import Report

RATE, BATCH = 5_000, 50
BUSY_SECONDS, IDLE_SECONDS = 12, 20
FLOOD_RATE, FLOOD_BATCH, FLOOD_SECONDS = 1_000_000, 10_000, 12
SIGHTS = {"plumbline": 250, "mtail": 40}


def measure(report: Report) -> None:
    template = logs.log(logs.CONSTANT, 100_000).path
    with places.in_memory() as memory:
        for kind in (Plumbline, Mtail, GoAccess):
            with kind(memory / f"{kind.name}.log", memory / kind.name) as follower:
                time.sleep(2)
                costs(report, follower, template)
                if kind is not GoAccess:
                    sights(report, follower, template)
        flood(report, memory, template)


def costs(report: Report, follower: Follower, template: Path) -> None:
    """Of a core, in percent: idle, and at 5,000 lines a second."""
    idle, wakeups = share(follower, IDLE_SECONDS)
    report.fact(f"{follower.name}: idle", f"{idle:.3f} % of a core, {wakeups:.1f} wake-ups a second")
    busy = {}
    for batch in (BATCH, 1):
        with writing(follower.log, RATE, batch, BUSY_SECONDS + 2, template):
            time.sleep(1)
            busy[batch], wakeups = share(follower, BUSY_SECONDS)
        how = f"{batch} a write" if batch > 1 else "a write each"
        report.fact(f"{follower.name}: {RATE:,} lines/s, {how}",
                    f"{busy[batch]:.2f} % of a core, {wakeups:.0f} wake-ups a second")
    if follower.name == "plumbline":
        report.gate("live: idle", idle, 0.1, at_least=False, unit=" %")
        report.gate(f"live: {RATE:,} lines/s, {BATCH} a write", busy[BATCH], 1, at_least=False, unit=" %")
        report.gate(f"live: {RATE:,} lines/s, a write each", busy[1], 1, at_least=False, unit=" %")


def share(follower: Follower, seconds: float) -> tuple[float, float]:
    """Percent of a core, and wake-ups a second."""
    cpu, wakeups, start = follower.cpu_seconds(), follower.wakeups(), time.monotonic()
    time.sleep(seconds)
    passed = time.monotonic() - start
    return (follower.cpu_seconds() - cpu) / passed * 100, (follower.wakeups() - wakeups) / passed


def sights(report: Report, follower: Follower, template: Path) -> None:
    """From a line's write to the answer that has it, asked without pause over one connection."""
    line = template.read_bytes().partition(b"\n")[0]
    delays = []
    with open(follower.log, "ab", buffering=0) as file:
        for _ in range(SIGHTS[follower.name]):
            time.sleep(random.uniform(0.01, 0.06))
            before = follower.count()
            now = time.strftime("%Y-%m-%dT%H:%M:%S.000000", time.gmtime()).encode()
            start = time.monotonic()
            file.write(line[:7] + now + line[33:] + b"\n")
            while follower.count() == before and time.monotonic() < start + 5:
                pass
            delays.append((time.monotonic() - start) * 1000)
    cuts = statistics.quantiles(delays, n=100)
    report.fact(f"{follower.name}: append to visible", f"median {cuts[49]:.1f} ms, 99th percentile {cuts[98]:.1f} ms, "
                f"longest {max(delays):.1f} ms, of {len(delays)}")
    if follower.name == "plumbline":
        report.gate("live: append to visible, 99th percentile", cuts[98], 50, at_least=False, unit=" ms")


def flood(report: Report, memory: Path, template: Path) -> None:
    """A million lines a second from a process of its own; how far behind the agent is, over time."""
    log = memory / "flood.log"
    with Plumbline(log, memory / "flood") as agent:
        time.sleep(1)
        behind, start, cpu = [], time.monotonic(), agent.cpu_seconds()
        with writing(log, FLOOD_RATE, FLOOD_BATCH, FLOOD_SECONDS, template) as writer:
            while writer.poll() is None:
                time.sleep(0.25)
                read = agent.bytes_read()
                behind.append((time.monotonic() - start, max(0, log.stat().st_size - read)))
            passed = time.monotonic() - start
        written = int(writer.stdout.read())
        while agent.bytes_read() < log.stat().st_size and time.monotonic() < start + 90:
            time.sleep(0.02)
        caught_up = time.monotonic() - start - passed
        cpu = agent.cpu_seconds() - cpu
        size = log.stat().st_size
    third = max(1, len(behind) // 3)
    early, late = (statistics.median(lag for _, lag in part) / size * written for part in (behind[:third], behind[-third:]))
    report.fact("live: a flood", f"{written / passed:,.0f} lines/s written ({size / passed / 1e6:.0f} MB/s); behind by "
                f"{early:,.0f} lines at first, {late:,.0f} in the end; caught up {caught_up * 1000:.0f} ms after; "
                f"{cpu / written * 1e9:.0f} ns of CPU a line")
    report.gate("live: written lines a second", written / passed, 0.95 * FLOOD_RATE)
    report.gate("live: growth of the lag, lines a second", (late - early) / (passed * 2 / 3), 0.02 * FLOOD_RATE,
                at_least=False)


class writing:
    """A writer as long as the `with` lasts: ended by itself, awaited here."""

    def __init__(self, log: Path, rate: int, batch: int, seconds: float, template: Path) -> None:
        self.command = [places.WRITER, log, rate, batch, seconds, template]

    def __enter__(self) -> subprocess.Popen:
        self.process = subprocess.Popen([str(part) for part in self.command], stdout=subprocess.PIPE, text=True)
        return self.process

    def __exit__(self, kind, *_) -> None:
        if kind:
            self.process.kill()
        self.process.wait()
