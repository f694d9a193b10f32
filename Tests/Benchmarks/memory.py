"""What it takes to have it: memory at rest and at work, the time to start, the size of the program."""

import json
import statistics
import subprocess
import time
from pathlib import Path

import logs
import places
from followers import Plumbline
from report import Report

STARTS = 9
SERIES, RATE, SECONDS = 1_000, 5_000, 60
HOUR_LINES = 1_000_000


def measure(report: Report) -> None:
    with places.in_memory() as memory:
        starts(report, memory)
        with Plumbline(memory / "idle.log", memory / "idle") as agent:
            time.sleep(5)
            resident, anonymous = agent.memory_mib()
        report.gate("memory: idle, resident", resident, 16, at_least=False, unit=" MiB", aim=12)
        report.gate("memory: idle, anonymous", anonymous, 4, at_least=False, unit=" MiB")
        busy(report, memory)
    program = places.BUILD / "plumbline-bare"
    subprocess.run(["strip", "-o", program, places.PLUMBLINE], check=True)
    report.gate("binary, stripped", program.stat().st_size / 2**20, 40, at_least=False, unit=" MiB")


def starts(report: Report, memory: Path) -> None:
    """From exec to a connection that is accepted, on a new data directory."""
    taken = []
    for number in range(STARTS):
        agent = Plumbline(memory / f"start-{number}.log", memory / f"start-{number}")
        with agent:
            taken.append((time.monotonic() - agent.started) * 1000)
    report.gate("start to listening, median", statistics.median(taken), 20, at_least=False, unit=" ms")


def busy(report: Report, memory: Path) -> None:
    """A thousand series at 5,000 lines a second: first an hour of event time as fast as it goes, then live."""
    template = memory / "series.jsonl"
    spread(template, SERIES)
    log = memory / "busy.log"
    stamped_hour(template, log, time.time() - 3600)
    with Plumbline(log, memory / "busy") as agent:
        while agent.bytes_read() < log.stat().st_size:
            time.sleep(0.2)
        after_hour = agent.memory_mib()
        writer = subprocess.Popen([str(part) for part in (places.WRITER, log, RATE, 50, SECONDS, template)],
                                  stdout=subprocess.DEVNULL)
        samples = []
        while writer.poll() is None:
            time.sleep(1)
            samples.append(agent.memory_mib())
        writer.wait()
    resident = [sample[0] for sample in samples]
    report.fact(f"memory: {SERIES:,} series, an hour of event time ({HOUR_LINES:,} lines) read at once",
                f"{after_hour[0]:.1f} MiB resident, {after_hour[1]:.1f} anonymous")
    report.fact(f"memory: then {SECONDS} s at {RATE:,} lines/s",
                f"{resident[0]:.1f} → {statistics.median(resident):.1f} → {resident[-1]:.1f} MiB resident")
    report.gate(f"memory: {SERIES:,} series at {RATE:,} lines/s, most", max(resident), 64, at_least=False, unit=" MiB")


def spread(path: Path, series: int, lines: int = 100_000) -> None:
    """Lines of `simulate` whose routes make so many series of equal right: the rest of the key is one."""
    with open(logs.log(logs.CONSTANT, lines).path) as source, open(path, "w") as target:
        for number, line in enumerate(source):
            record = json.loads(line)
            record |= {"route": f"/r/{number % series}", "method": "GET", "status": 200, "cache": "MISS",
                       "user_id": None, "version": "1"}
            target.write(json.dumps(record, separators=(",", ":")) + "\n")


def stamped_hour(template: Path, log: Path, start: float) -> None:
    """The template again and again over an hour of event time."""
    texts = template.read_bytes().split(b"\n")[:-1]
    with open(log, "wb") as file:
        for at in range(0, HOUR_LINES, 1000):
            now = time.gmtime(start + 3600 * at / HOUR_LINES)
            stamp = b'{"ts":"' + time.strftime("%Y-%m-%dT%H:%M:%S", now).encode() + b".000000"
            file.writelines(stamp + texts[(at + place) % len(texts)][33:] + b"\n" for place in range(1000))
