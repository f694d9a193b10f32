"""The same abuse for Plumbline and for two well-known programs that count log lines: what each has counted in the end.

All run at the same time on the same log. What mtail counted is added up over its lives, as a Prometheus does that asks
just before each death; what GoAccess counted is what its database says after its last, orderly end.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from agent import NOBODY
from disk import Disk
from tools import GoAccess, Mtail, Plumbline, package_version

SETTLED = 2.5


class Scene:
    """One log, and everybody who follows it."""

    def __init__(self, program: Path, folder: Path, disk: Disk) -> None:
        self.log = folder / "app.log"
        self.disk = disk
        self.truth = 0
        homes = {kind: disk.path / kind.name for kind in (Plumbline, Mtail, GoAccess)}
        for home in homes.values():
            home.mkdir()
        if os.geteuid() == 0:
            os.chown(homes[Plumbline], NOBODY, NOBODY)
        # Empty: mtail passes over what is in a log when it starts.
        self.log.touch()
        self.tools = [Plumbline(program, self.log, homes[Plumbline]), Mtail(self.log, homes[Mtail]),
                      GoAccess(self.log, homes[GoAccess])]

    def line(self) -> bytes:
        self.truth += 1
        number = self.truth
        return (b'{"ts":"%d","remote_ip":"192.0.2.%d","method":"GET","route":"/item/%d","status":200,'
                b'"duration_ms":%d,"bytes":%d}\n' % (time.time(), number % 200, number % 20, number % 90, number))

    def write(self, lines: int) -> None:
        with open(self.log, "ab", buffering=0) as log:
            log.write(b"".join(self.line() for _ in range(lines)))

    def start(self) -> None:
        for tool in self.tools:
            tool.start()
        time.sleep(SETTLED)

    def stop(self, number: signal.Signals) -> None:
        for tool in self.tools:
            tool.stop(number)

    def settle(self) -> None:
        time.sleep(SETTLED)

    def rename(self) -> None:
        self.log.rename(f"{self.log}.1")
        self.log.touch()


def killed(scene: Scene) -> None:
    """kill -9, lines, start"""
    scene.write(500)
    scene.settle()
    scene.stop(signal.SIGKILL)
    scene.write(300)
    scene.start()
    scene.write(200)


def renamed(scene: Scene) -> None:
    """renamed while it runs"""
    scene.write(500)
    scene.settle()
    scene.write(300)
    scene.rename()
    scene.write(200)


def renamed_while_dead(scene: Scene) -> None:
    """kill -9, lines, renamed, start"""
    scene.write(500)
    scene.settle()
    scene.stop(signal.SIGKILL)
    scene.write(300)
    scene.rename()
    scene.write(200)
    scene.start()


def compressed_while_down(scene: Scene) -> None:
    """orderly stop, lines, renamed and compressed, start"""
    scene.write(500)
    scene.settle()
    scene.stop(signal.SIGTERM)
    scene.write(300)
    scene.rename()
    subprocess.run(["gzip", f"{scene.log}.1"], check=True)
    scene.write(200)
    scene.start()


def regrown(scene: Scene) -> None:
    """copytruncate, longer again at once"""
    scene.write(500)
    scene.settle()
    shutil.copy(scene.log, f"{scene.log}.1")
    os.truncate(scene.log, 0)
    scene.write(800)


def torn(scene: Scene) -> None:
    """lines written in two halves"""
    scene.write(1)
    for _ in range(20):
        line = scene.line()
        with open(scene.log, "ab", buffering=0) as log:
            log.write(line[:60])
            time.sleep(0.6)
            log.write(line[60:])


def full_disk(scene: Scene) -> None:
    """full disk, orderly stop, space again, start"""
    scene.write(500)
    scene.settle()
    scene.disk.fill()
    scene.write(300)
    scene.settle()
    scene.stop(signal.SIGTERM)
    scene.disk.free()
    scene.start()
    scene.write(200)


SCENARIOS: list[Callable[[Scene], None]] = [
    killed, renamed, renamed_while_dead, compressed_while_down, regrown, torn, full_disk]


def compare(program: Path, place: Path) -> list[str]:
    """Prints the table. Returns where Plumbline was wrong."""
    versions = [Plumbline.version(program), package_version("mtail"), package_version("goaccess")]
    names = [f"{kind.name} {version}" for kind, version in zip((Plumbline, Mtail, GoAccess), versions)]
    print("| what happens | lines | " + " | ".join(names) + " |\n|---|---:|---:|---:|---:|", flush=True)
    failures = []
    for scenario in SCENARIOS:
        folder = place / scenario.__name__
        folder.mkdir()
        disk = Disk(folder / "state", 0)
        try:
            if scenario is full_disk and not disk.is_mounted:
                print("not root: the scenario of the full disk was left out", file=sys.stderr)
                continue
            scene = Scene(program, folder, disk)
            try:
                scene.start()
                scenario(scene)
                scene.settle()
                counts = [tool.count() for tool in scene.tools]
            finally:
                for tool in scene.tools:
                    if tool.process and tool.process.poll() is None:
                        tool.process.kill()
                        tool.process.wait()
        finally:
            disk.close()
        print(f"| {scenario.__doc__} | {scene.truth:,} | " + " | ".join(f"{count:,}" for count in counts) + " |",
              flush=True)
        if counts[0] != scene.truth:
            failures.append(f"{scenario.__doc__}: Plumbline counted {counts[0]} of {scene.truth}")
    return failures
