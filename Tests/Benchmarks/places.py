"""Where things are: programs, logs, results. Everything that is made goes below .build-bench or into memory."""

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = ROOT / ".build-bench"
PLUMBLINE = Path(os.environ.get("PLUMBLINE_BINARY", ROOT / ".build/release/plumbline"))
INGEST = Path(os.environ.get("INGEST_BINARY", ROOT / ".build/release/ingest-benchmark"))
STOPWATCH, WRITER, TOTALS, SLICES = (BUILD / name for name in ("stopwatch", "writer", "totals", "slices"))
PYTHON = sys.executable
# A run of the driver per name: logs are made once for all topics.
LOGS = BUILD / "logs"


@contextmanager
def in_memory():
    """A folder on tmpfs, where no disk takes part in what is measured."""
    folder = Path(tempfile.mkdtemp(prefix="plumbline-bench-", dir="/dev/shm"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def output(*command: object, **options) -> str:
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True, **options).stdout


def package_version(package: str) -> str:
    asked = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True)
    return asked.stdout


def stripped(program: Path) -> Path:
    """A copy without debug information, which valgrind 3.19 cannot read; the names of functions stay."""
    copy = BUILD / f"{program.name}-stripped"
    if not copy.exists() or copy.stat().st_mtime < program.stat().st_mtime:
        subprocess.run(["strip", "-g", "-o", copy, program], check=True)
    return copy


def remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
