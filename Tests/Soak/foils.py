"""The same abuse for Plumbline and for two well-known programs that count log lines: what each has counted in the end.

All run at the same time on the same log. What mtail counted is added up over its lives, as a Prometheus does that asks
just before each death; what GoAccess counted is what its database says after its last, orderly end.
"""

import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from agent import NOBODY, Agent, free_port, samples, total
from disk import Disk

SETTLED = 2.5


class Tool:
    """A program that follows `log` and keeps what it must in `home`."""

    name = ""

    def __init__(self, log: Path, home: Path) -> None:
        self.log, self.home = log, home
        self.process: subprocess.Popen | None = None

    def command(self) -> list[str]:
        raise NotImplementedError

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop(self, number: signal.Signals) -> None:
        self.process.send_signal(number)
        self.process.wait(20)

    def count(self) -> int:
        """What it has counted in all; called once, at the end, while it runs."""
        raise NotImplementedError


class Plumbline(Tool):
    name = "Plumbline"

    def __init__(self, program: Path, log: Path, home: Path) -> None:
        super().__init__(log, home)
        self.agent = Agent(program, log.parent, home / "data", [(log, "main")])

    def start(self) -> None:
        self.agent.start()
        self.process = self.agent.process

    def count(self) -> int:
        self.stop(signal.SIGTERM)
        return self.agent.summary()["total"]["requests"]

    @staticmethod
    def version(program: Path) -> str:
        return subprocess.run([program, "--version"], capture_output=True, text=True).stdout.split()[-1]


class Mtail(Tool):
    name = "mtail"
    PROGRAM = r"""counter requests
/^\{"ts":.*"status":\d+,.*\}$/ {
  requests++
}
"""

    def __init__(self, log: Path, home: Path) -> None:
        super().__init__(log, home)
        self.port = free_port()
        self.former_lives = 0
        (home / "requests.mtail").write_text(Mtail.PROGRAM)

    def command(self) -> list[str]:
        return ["mtail", "--progs", f"{self.home}/requests.mtail", "--logs", str(self.log), "--address", "127.0.0.1",
                "--port", str(self.port)]

    def stop(self, number: signal.Signals) -> None:
        self.former_lives += self._requests()
        super().stop(number)

    def count(self) -> int:
        self.stop(signal.SIGTERM)
        return self.former_lives

    def _requests(self) -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=10) as answer:
            return total(samples(answer.read().decode()), "requests")


class GoAccess(Tool):
    name = "GoAccess"
    FORMAT = '{"ts":"%x","remote_ip":"%h","method":"%m","route":"%U","status":"%s","bytes":"%b"}'
    READING = ["goaccess", "--no-global-config", "--no-progress", "--log-format", FORMAT, "--datetime-format", "%s",
               "--date-format", "%s", "--time-format", "%s"]

    def __init__(self, log: Path, home: Path) -> None:
        super().__init__(log, home)
        self.port = free_port()

    def command(self) -> list[str]:
        return [*GoAccess.READING, str(self.log), "--persist", "--restore", "--db-path", str(self.home),
                "--real-time-html", "--addr", "127.0.0.1", "--port", str(self.port), "-o", f"{self.log}.html"]

    def count(self) -> int:
        self.stop(signal.SIGTERM)
        report = f"{self.log}.json"
        subprocess.run([*GoAccess.READING, "--restore", "--db-path", self.home, "-o", report], check=True,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return json.loads(Path(report).read_text())["general"]["valid_requests"]


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
        self.write(100)
        # mtail passes over what is in the log when it starts; the lines before that are not part of the comparison.
        self.log.unlink()
        self.log.touch()
        self.truth = 0
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


def package_version(package: str) -> str:
    asked = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True)
    return asked.stdout
