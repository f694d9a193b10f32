"""The logs that everybody reads, written by `plumbline simulate`: the same seed, the same bytes."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import places

SEED = 7


@dataclass(frozen=True)
class Shape:
    """A way to write lines. `options` are those of `plumbline simulate`; a text template becomes one more of these."""

    name: str
    options: tuple[str, ...]


SHAPES = (
    Shape("constant", ("--shape", "constant")),
    Shape("mixed", ("--shape", "mixed")),
    # Escapes in two lines of three: measured beside them, without a gate.
    Shape("escaped", ("--shape", "escaped")),
)
CONSTANT = SHAPES[0]


@dataclass(frozen=True)
class Log:
    path: Path
    lines: int
    shape: Shape

    @property
    def size(self) -> int:
        return self.path.stat().st_size


def log(shape: Shape, lines: int, *more: str) -> Log:
    """Made if it is not there, or an older program made it."""
    name = "-".join([shape.name, str(lines), *(word.strip("-") for word in more)])
    path = places.LOGS / f"{name}.jsonl"
    if not path.exists() or path.stat().st_mtime < places.PLUMBLINE.stat().st_mtime:
        places.LOGS.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        subprocess.run(
            [places.PLUMBLINE, "simulate", "--lines", str(lines), "--seed", str(SEED), *shape.options, *more,
             "--output", draft], check=True, stdout=subprocess.DEVNULL)
        draft.rename(path)
    path.read_bytes()  # into the page cache
    return Log(path, lines, shape)
