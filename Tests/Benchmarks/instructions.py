"""Instructions a line, by callgrind: the same on a busy machine, so that a change is seen and not guessed.

Two line counts are run and subtracted, which takes start and end out of it, and the first meeting of most series: what
is left is what one more line of a long log costs. Each run has one processor: with two, who reads which block is chance.
Callgrind's processor has AVX2 and no AVX-512: it counts what that variant of the kernels does.
"""

import os
import re
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import logs
import places
from report import Report

FEW, MANY = 200_000, 1_000_000
BOUNDS = {"constant": 950, "mixed": 1_250}


def measure(
    report: Report, fewer: int = FEW, more: int = MANY, only: tuple[str, ...] = ("summary", "pipeline"),
    bounds: dict[str, int] = BOUNDS
) -> None:
    programs = {
        "summary": lambda log: [places.stripped(places.PLUMBLINE), "summary", log.path],
        "pipeline": lambda log: [places.stripped(places.INGEST), log.path],
    }
    # Both runs of a pair at the same time: instructions do not mind.
    with ThreadPoolExecutor(2) as two:
        for name, command in ((name, programs[name]) for name in only):
            for shape in logs.SHAPES:
                runs = [(processor, command(logs.log(shape, lines))) for processor, lines in enumerate((fewer, more))]
                short, long = two.map(lambda run: instructions(*run), runs)
                a_line = (long - short) / (more - fewer)
                if shape.name in bounds:
                    report.gate(f"{shape.name}: instructions a line, {name}", a_line, bounds[shape.name], at_least=False)
                else:
                    report.fact(f"{shape.name}: instructions a line, {name}", f"{a_line:,.0f}")
                report.fact(f"{shape.name}: instructions before the first and after the last line, {name}",
                            f"{(short - a_line * fewer) / 1e6:.1f} million")


def instructions(processor: int, command: list) -> int:
    """All of them, in all threads."""
    processors = sorted(os.sched_getaffinity(0))
    processor = processors[processor % len(processors)]
    with tempfile.TemporaryDirectory(prefix="plumbline-callgrind-") as folder:
        done = subprocess.run(
            ["taskset", "-c", str(processor), "valgrind", "--tool=callgrind",
             f"--callgrind-out-file={Path(folder) / 'out'}", *map(str, command)],
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
            # A seed of its own for every process would move the last digits.
            env=os.environ | {"SWIFT_DETERMINISTIC_HASHING": "1"})
    collected = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode or not collected:
        raise SystemExit(f"callgrind on {command[0]}: ended with {done.returncode}: {done.stderr.strip()[-500:]}")
    return int(collected[1])
