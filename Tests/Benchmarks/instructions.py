"""Instructions a line, by callgrind: the same on a busy machine, so that a change is seen and not guessed.

Two line counts are run and subtracted, which takes start and end out of it. Callgrind's processor has AVX2 and no
AVX-512: it counts what that variant of the kernels does.
"""

import re
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import logs
import places
from report import Report

FEW, MANY = 20_000, 120_000
BOUNDS = {"constant": 950, "mixed": 1250}


def measure(report: Report, fewer: int = FEW, more: int = MANY, only: tuple[str, ...] = ("summary", "pipeline")) -> None:
    few = {shape.name: logs.log(shape, fewer) for shape in logs.SHAPES}
    many = {shape.name: logs.log(shape, more) for shape in logs.SHAPES}
    programs = {
        "summary": lambda log: [places.stripped(places.PLUMBLINE), "summary", log.path, "--by",
                                "route,method,status,cache,segment,version", "--output", "json"],
        "pipeline": lambda log: [places.stripped(places.INGEST), log.path],
    }
    # Both runs of a pair at the same time: instructions do not mind.
    with ThreadPoolExecutor(2) as two:
        for name, command in ((name, programs[name]) for name in only):
            for shape in logs.SHAPES:
                short, long = two.map(instructions, (command(few[shape.name]), command(many[shape.name])))
                a_line = (long - short) / (more - fewer)
                report.gate(f"{shape.name}: instructions a line, {name}", a_line, BOUNDS[shape.name], at_least=False)
                report.fact(f"{shape.name}: instructions before the first and after the last line, {name}",
                            f"{(short - a_line * fewer) / 1e6:.1f} million")


def instructions(command: list) -> int:
    """All of them, in all threads."""
    with tempfile.TemporaryDirectory(prefix="plumbline-callgrind-") as folder:
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={Path(folder) / 'out'}", *map(str, command)],
            stdin=subprocess.DEVNULL, capture_output=True, text=True)
    collected = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode or not collected:
        raise SystemExit(f"callgrind on {command[0]}: ended with {done.returncode}: {done.stderr.strip()[-500:]}")
    return int(collected[1])
