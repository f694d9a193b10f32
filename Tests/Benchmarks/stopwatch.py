"""What a program takes: runs commands in turn, so that a busy machine is busy for all of them, and keeps the medians."""

import statistics
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import places


@dataclass
class Run:
    """One run, in seconds and KiB."""

    wall: float
    user: float
    system: float
    peak_kib: int

    @property
    def cpu(self) -> float:
        return self.user + self.system


@dataclass
class Contender:
    """A command, what it has to find out, and what its runs took.

    `answer` makes the comparable result of what a run printed; `clean` removes what it left, before the next.
    """

    name: str
    work: str
    command: list[str]
    lines: int
    size: int
    answer: Callable[[str], object] = lambda printed: printed.strip()
    clean: Callable[[], None] = lambda: None
    version: str = ""
    runs: list[Run] = field(default_factory=list)
    answers: list[object] = field(default_factory=list)

    def median(self, quantity: Callable[[Run], float]) -> float:
        return statistics.median(quantity(run) for run in self.runs)

    @property
    def cpu(self) -> float:
        return self.median(lambda run: run.cpu)

    @property
    def wall(self) -> float:
        return self.median(lambda run: run.wall)

    @property
    def peak_mib(self) -> float:
        return self.median(lambda run: run.peak_kib) / 1024

    @property
    def lines_per_second(self) -> float:
        """Per second of CPU."""
        return self.lines / self.cpu

    @property
    def bytes_per_second(self) -> float:
        """Per second of CPU."""
        return self.size / self.cpu

    def run(self) -> Run:
        """Once, with what it took kept; a program that fails is an error, not a slow one."""
        with tempfile.NamedTemporaryFile() as times:
            done = subprocess.run(
                [places.STOPWATCH, times.name, *self.command], stdin=subprocess.DEVNULL, capture_output=True, text=True)
            if done.returncode:
                raise SystemExit(f"{self.name}: ended with {done.returncode}: {done.stderr.strip()[-500:]}")
            wall, user, system, peak, _ = Path(times.name).read_text().split()
        run = Run(float(wall), float(user), float(system), int(peak))
        self.runs.append(run)
        self.answers.append(self.answer(done.stdout))
        self.clean()
        if self.answers[0] != self.answers[-1]:
            raise SystemExit(f"{self.name}: two runs, two answers: {self.answers[0]!r}, then {self.answers[-1]!r}")
        return run


def interleaved(contenders: list[Contender], rounds: int) -> None:
    for contender in contenders:
        contender.clean()
    for _ in range(rounds):
        for contender in contenders:
            contender.run()
