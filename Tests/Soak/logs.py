"""Real logs: who writes them, and how the real logrotate rotates them."""

import contextlib
import os
import random
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numbered

# Not in the path of everybody.
LOGROTATE = shutil.which("logrotate") or "/usr/sbin/logrotate"


@dataclass(frozen=True)
class Rotation:
    """What logrotate is told about one log."""

    name: str
    directives: tuple[str, ...]
    generations: int

    @property
    def copies(self) -> bool:
        return "copytruncate" in self.directives


ROTATIONS = [
    Rotation("renamed", ("nocompress",), 8),
    Rotation("compressed", ("compress",), 9),
    Rotation("delayed", ("compress", "delaycompress"), 7),
    Rotation("dated", ("dateext", "dateformat -%s", "compress", "delaycompress"), 8),
    Rotation("copied", ("copytruncate", "nocompress"), 8),
    Rotation("copied-compressed", ("copytruncate", "compress"), 10),
]


class Log:
    """A log with numbered lines, its writer's side and logrotate's.

    The writer keeps the file open, as services do, and opens it anew when logrotate's `postrotate` asks. What logrotate
    leaves is read each time, so that the truth is what was in the files, not what the writer meant to write: between
    the copy and the truncation of `copytruncate` lines vanish from the world.
    """

    def __init__(self, folder: Path, rotation: Rotation, owner: str) -> None:
        self.folder, self.rotation = folder, rotation
        self.path = folder / f"{rotation.name}.log"
        self.written = 0
        self.written_bytes = 0
        self.kept: set[int] = set()
        self.kept_bytes = 0
        self.torn_bytes = 0
        self.rotations = 0
        self.unread_generations = 0
        self._rest = b""
        self._last_rotation = 0.0
        self._wanted, self._done = folder / f"{rotation.name}.reopen", folder / f"{rotation.name}.reopened"
        self._file = open(self.path, "ab", buffering=0)
        self._configuration = folder / f"{rotation.name}.conf"
        self._configuration.write_text(self._directives(owner))
        self._configuration.chmod(0o600)

    def _directives(self, owner: str) -> str:
        lines = [f"rotate {self.rotation.generations}", "missingok", *self.rotation.directives]
        if not self.rotation.copies:
            lines += [f"create 0644 {owner} {owner}", "postrotate"]
            lines += [f"  touch {self._wanted}", f"  while [ ! -e {self._done} ]; do sleep 0.01; done"]
            lines += [f"  rm {self._done}", "endscript"]
        return "\n".join([f"{self.path} {{"] + ["  " + line for line in lines] + ["}"]) + "\n"

    def append(self, count: int) -> None:
        """Writes so many lines, the last of them torn anywhere until the next time."""
        block = b"".join(numbered.line(self.rotation.name, self.written + i) for i in range(count))
        cut = len(block) - random.randrange(120)
        self._file.write(self._rest + block[:cut])
        self._rest = block[cut:]
        self.written += count
        self.written_bytes += len(block)
        if self._wanted.exists():
            self._reopen()

    def _reopen(self) -> None:
        self.flush()
        self._file.close()
        self._file = open(self.path, "ab", buffering=0)
        self._wanted.unlink()
        self._done.touch()

    def flush(self) -> None:
        if self._rest:
            self._file.write(self._rest)
            self._rest = b""

    def rotate(self) -> None:
        # logrotate refuses to make a second file of the same second.
        if "dateext" in self.rotation.directives:
            time.sleep(max(0.0, self._last_rotation + 1.05 - time.time()))
        state = self.folder / f"{self.rotation.name}.state"
        subprocess.run([LOGROTATE, "-f", "-s", state, self._configuration], check=True, timeout=30)
        self._last_rotation = time.time()
        self.rotations += 1
        self.unread_generations += 1
        self._keep(self._newest())

    def _newest(self) -> Path:
        if "dateext" in self.rotation.directives:
            return max(self.folder.glob(f"{self.path.name}-*"))
        plain = Path(f"{self.path}.1")
        return plain if plain.exists() else Path(f"{self.path}.1.gz")

    def _keep(self, path: Path) -> None:
        content = numbered.content(str(path))
        self.kept |= numbered.numbers(content)
        self.kept_bytes += len(content)
        self.torn_bytes += len(content) - content.rfind(b"\n") - 1

    def due(self) -> int:
        """How many lines are or were in files: to be called while nobody writes."""
        return len(self.kept | numbered.numbers(numbered.content(str(self.path))))

    def close(self) -> None:
        self.flush()
        self._file.close()
        self._keep(self.path)


class Writer(threading.Thread):
    """Writes to all logs at a rate, until it is stopped."""

    TICK = 0.02

    def __init__(self, logs: list[Log], lines_per_second: float) -> None:
        super().__init__(name="writer", daemon=True)
        self.logs, self.rate = logs, lines_per_second
        self.failure: BaseException | None = None
        self._ending = threading.Event()
        self._turn = threading.Lock()

    def run(self) -> None:
        share = self.rate / len(self.logs)
        last = time.monotonic()
        try:
            while not self._ending.wait(Writer.TICK):
                with self._turn:
                    passed = min(time.monotonic() - last, 0.2)
                    last = time.monotonic()
                    for log in self.logs:
                        log.append(int(share * passed + random.random()))
        except BaseException as failure:
            self.failure = failure

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """Nobody writes, and no line is torn."""
        with self._turn:
            for log in self.logs:
                log.flush()
            yield

    def stop(self) -> None:
        self._ending.set()
        self.join()
        if self.failure:
            raise self.failure
        for log in self.logs:
            log.close()


def owner_of(path: Path) -> str:
    return path.owner() if os.geteuid() else "root"
