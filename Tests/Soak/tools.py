"""Programs that follow a log and count its lines: Plumbline, and two others from Debian."""

import json
import signal
import subprocess
import urllib.request
from pathlib import Path

from agent import Agent, free_port, samples, total


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


def package_version(package: str) -> str:
    asked = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True)
    return asked.stdout
