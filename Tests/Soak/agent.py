"""The agent as a process: started, stopped, killed, frozen, asked."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from decimal import Decimal
from pathlib import Path

NOBODY = 65534


class Agent:
    """`plumbline run` on a data directory; as `nobody` when the harness is root, so that permissions mean something."""

    def __init__(
        self, program: Path, place: Path, data: Path, inputs: list[tuple[Path, str]], settings: str = ""
    ) -> None:
        """`settings`: YAML beyond addresses and inputs."""
        self.place, self.data = place, data
        # A copy: the build folder may be closed to `nobody`.
        self.program = Path(shutil.copy(program, place / "plumbline"))
        self.port = free_port()
        self.log = place / "agent.log"
        self.kills = 0
        self.process: subprocess.Popen | None = None
        self._configuration = place / "plumbline.yaml"
        self._configuration.write_text(self._settings(inputs) + settings)

    def _settings(self, inputs: list[tuple[Path, str]]) -> str:
        lines = [f"data: {self.data}", f"listen: 127.0.0.1:{self.port}", "from_start: true", "inputs:"]
        for path, source in inputs:
            lines += [f"  - path: {path}", f"    source: {source}"]
        return "\n".join(lines) + "\n"

    def start(self) -> None:
        user = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [self.program, "run", "--config", self._configuration], stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, cwd="/", **user)

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def kill(self) -> None:
        self.send(signal.SIGKILL)
        self.kills += 1
        self.process.wait()
        if self.process.returncode != -signal.SIGKILL:
            raise AssertionError(f"the agent had ended by itself: {self.process.returncode}; {self.last_words()}")

    def stop(self, seconds: float = 15) -> int:
        """Asks it to end; whatever happens, no process is left behind."""
        self.send(signal.SIGTERM)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def get(self, path: str, seconds: float = 10) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=seconds) as answer:
            return answer.read().decode()

    def is_ready(self) -> bool:
        try:
            self.get("/readyz")
            return True
        except OSError:
            return False

    def await_ready(self) -> None:
        wait("/readyz", self.is_ready, 30, self)

    def summary(self) -> dict:
        """What the data directory says; needs no running agent."""
        return json.loads(self.run("summary", self.data, "--by", "source,route", "--output", "json"),
                          parse_float=Decimal)

    def run(self, *arguments: object) -> str:
        return subprocess.run(
            [self.program, *arguments], check=True, capture_output=True, text=True, timeout=120).stdout

    def last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-12:])


SAMPLE = re.compile(r"^(\w+)(\{.*\})? (\S+)$", re.MULTILINE)


def samples(page: str) -> dict[str, dict[str, float]]:
    """A page of Prometheus text: name, labels, value."""
    found: dict[str, dict[str, float]] = {}
    for name, labels, value in SAMPLE.findall(page):
        found.setdefault(name, {})[labels] = float(value)
    return found


def total(page: dict[str, dict[str, float]], name: str) -> int:
    return int(sum(page.get(name, {}).values()))


def wait(what: str, condition, seconds: float, agent: Agent) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if agent.process.poll() is not None:
            raise AssertionError(f"the agent ended with {agent.process.returncode}, waiting for {what}: "
                                 + agent.last_words())
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds:.0f} s in vain for {what}: {agent.last_words()}")
        time.sleep(0.03)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
