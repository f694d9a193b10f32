"""Programs that follow a log, as processes that can be asked: what they have counted, what they take."""

import http.client
import json
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

import peer_programs
import places


class Follower:
    """Follows `log` and keeps what it must in `home`. Ends with its `with`."""

    name = ""

    def __init__(self, log: Path, home: Path) -> None:
        self.log, self.home, self.port = log, home, free_port()
        home.mkdir(parents=True, exist_ok=True)
        log.touch()
        self._connection: http.client.HTTPConnection | None = None

    def command(self) -> list[object]:
        raise NotImplementedError

    def count(self) -> int:
        """Lines that can be seen from outside by now."""
        raise NotImplementedError

    def __enter__(self):
        self.started = time.monotonic()
        with open(self.home / "messages", "wb") as messages:
            self.process = subprocess.Popen(
                [str(part) for part in self.command()], stdin=subprocess.DEVNULL, stdout=messages, stderr=messages)
        self.await_answer()
        return self

    def __exit__(self, *_) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def await_answer(self, seconds: float = 20) -> None:
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                if time.monotonic() > self.started + seconds or self.process.poll() is not None:
                    raise SystemExit(f"{self.name} does not listen: {(self.home / 'messages').read_text()[-500:]}")
                time.sleep(0.0005)

    def get(self, path: str) -> bytes:
        """Over one connection, as a scraper keeps it."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        self._connection.request("GET", path)
        return self._connection.getresponse().read()

    def cpu_seconds(self) -> float:
        """Of all threads that live, to the nanosecond."""
        return sum(int(path.read_text().split()[0]) for path in self._tasks("schedstat")) / 1e9

    def wakeups(self) -> int:
        return sum(int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", path.read_text(), re.M)[1])
                   for path in self._tasks("status"))

    def memory_mib(self) -> tuple[float, float]:
        """Resident, and how much of it is anonymous."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return tuple(int(re.search(rf"^{name}:\s+(\d+)", status, re.M)[1]) / 1024 for name in ("VmRSS", "RssAnon"))

    def _tasks(self, name: str) -> list[Path]:
        return list(Path(f"/proc/{self.process.pid}/task").glob(f"*/{name}"))


class Plumbline(Follower):
    name = "plumbline"

    def __init__(self, log: Path, home: Path, settings: str = "", inputs: tuple[object, ...] = ()) -> None:
        """`inputs`: other paths or globs than the log."""
        super().__init__(log, home)
        paths = "".join(f"  - path: {path}\n" for path in inputs or (log,))
        (home / "plumbline.yaml").write_text(
            f"data: {home / 'data'}\nlisten: 127.0.0.1:{self.port}\nfrom_start: true\n{settings}inputs:\n{paths}")

    def command(self) -> list[object]:
        return [places.PLUMBLINE, "run", "--config", self.home / "plumbline.yaml"]

    def count(self) -> int:
        return json.loads(self.get("/api/v1/windows/1m"))["total"]["requests"]

    def bytes_read(self) -> int:
        page = self.get("/metrics").decode()
        return int(float(re.search(r"^plumbline_agent_input_bytes_total(?:\{[^}]*\})? (\S+)", page, re.M)[1]))


class Mtail(Follower):
    name = "mtail"

    def command(self) -> list[object]:
        return ["mtail", "--progs", places.HERE / "peers/requests.mtail", "--logs", self.log, "--address", "127.0.0.1",
                "--port", self.port, "--log_dir", self.home]

    def count(self) -> int:
        return sum(int(count) for count in re.findall(rb"^requests\{.*\} (\d+)$", self.get("/metrics"), re.M))


class GoAccess(Follower):
    """Shows through a WebSocket once a second, whatever comes: there is no delay to measure."""

    name = "goaccess"

    def command(self) -> list[object]:
        return [*peer_programs.GOACCESS, self.log, "--real-time-html", "--addr", "127.0.0.1", "--port", self.port,
                "-o", self.home / "report.html"]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
