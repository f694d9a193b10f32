"""Instructions a line, by callgrind: the same on a busy machine, so that a change is seen and not guessed.

Two line counts are run and subtracted, which takes start and end out of it, and the first meeting of most series: what
is left is what one more line of a long log costs. Callgrind's processor has AVX2 and no AVX-512: it counts what that
variant of the kernels does. The bounds are those of a line of `summary`; the pipeline's is what has been reached.
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
BOUNDS = {
    "summary": {"constant": 950, "mixed": 1_250, "escaped": 1_550},
    "pipeline": {"constant": 1_450, "mixed": 1_650, "escaped": 2_000},
}


def measure(
    report: Report, fewer: int = FEW, more: int = MANY, bounds: dict[str, dict[str, int]] = BOUNDS
) -> None:
    programs = {
        "summary": lambda log: [places.stripped(places.PLUMBLINE), "summary", log.path],
        "pipeline": lambda log: [places.stripped(places.INGEST), log.path],
    }
    # Both runs of a pair at the same time: instructions do not mind.
    with ThreadPoolExecutor(2) as two:
        for name, of_shapes in bounds.items():
            command = programs[name]
            for shape in (shape for shape in logs.SHAPES if shape.name in of_shapes):
                short, long = two.map(instructions, (command(logs.log(shape, fewer)), command(logs.log(shape, more))))
                a_line = (long - short) / (more - fewer)
                report.gate(f"{shape.name}: instructions a line, {name}", a_line, of_shapes[shape.name], at_least=False)
                report.fact(f"{shape.name}: instructions before the first and after the last line, {name}",
                            f"{(short - a_line * fewer) / 1e6:.1f} million")


def instructions(command: list) -> int:
    """All of them, in all threads."""
    with tempfile.TemporaryDirectory(prefix="plumbline-callgrind-") as folder:
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={Path(folder) / 'out'}", *map(str, command)],
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
            # A seed of its own for every process would move the last digits.
            env=os.environ | {"SWIFT_DETERMINISTIC_HASHING": "1"})
    collected = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode or not collected:
        raise SystemExit(f"callgrind on {command[0]}: ended with {done.returncode}: {done.stderr.strip()[-500:]}")
    return int(collected[1])
