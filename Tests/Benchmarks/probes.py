"""What probes get and what they cost: `/health` beside nginx with a file of the same bytes, and while the agent catches
up with a log.

For the second, the threads that ingest have a core to themselves; the network's thread and the prober share the other.
So what is lost is lost to what the threads share, not to the cycles of a prober that runs on the same machine.
"""

import getpass
import os
import re
import socket
import statistics
import subprocess
import time
from pathlib import Path

import logs
import places
from followers import Follower, Plumbline
from report import Report, number

RATE, QUIET_RATE, SECONDS, PAIRS = 5_000, 2, 3, 9
LINES = 6_000_000
WRK = ("wrk", "--threads", "1", "--connections", "16", "--latency")
WRK_SECONDS, WRK_ROUNDS = 4, 5
HEALTH = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
INGEST_CORE, NETWORK_CORE = 0, 1


def measure(report: Report) -> None:
    with places.in_memory() as memory:
        rows = beside_nginx(report, memory) + under_ingest(report, memory)
    report.table("probes", ["what", "measured", "beside", "ratio"], rows, "Medians.")


class Nginx(Follower):
    """Answers every request with the bytes of one file, from the page cache, over kept connections."""

    name = "nginx"

    def command(self) -> list[object]:
        # Its worker must read what only this user may.
        (self.home / "nginx.conf").write_text(
            f"daemon off; user {getpass.getuser()}; worker_processes 1; pid {self.home}/pid; error_log stderr;\n"
            "events {}\nhttp { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000;\n"
            "open_file_cache max=10; default_type application/health+json; "
            + "".join(f"{kind}_temp_path {self.home}/{kind}; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
            + f"\nserver {{ listen 127.0.0.1:{self.port}; root {self.home}; }} }}\n")
        return ["nginx", "-p", self.home, "-c", self.home / "nginx.conf", "-e", "stderr"]


def beside_nginx(report: Report, memory: Path) -> list[list[str]]:
    log = logs.log(logs.CONSTANT, 100_000)
    rates: dict[str, list[float]] = {"plumbline": [], "nginx": []}
    slowest: dict[str, list[float]] = {"plumbline": [], "nginx": []}
    with Plumbline(log.path, memory / "answering") as agent, Nginx(memory / "no.log", memory / "nginx") as nginx:
        while agent.bytes_read() < log.size:
            time.sleep(0.05)
        (nginx.home / "health").write_bytes(agent.get("/health"))
        for _ in range(WRK_ROUNDS):
            for follower in (agent, nginx):
                rate, slow = wrk(follower.port)
                rates[follower.name].append(rate)
                slowest[follower.name].append(slow)
    ours, theirs = (statistics.median(rates[name]) for name in ("plumbline", "nginx"))
    ratio = statistics.median(mine / its for mine, its in zip(rates["plumbline"], rates["nginx"]))
    # Level with it; what differs from run to run is more than what differs between the two.
    report.gate("probes: /health a second / nginx with a file of the same bytes", ratio, 0.9)
    mine, its = (statistics.median(slowest[name]) for name in ("plumbline", "nginx"))
    return [["`/health`, answers a second over 16 connections; beside nginx with a file of the same bytes",
             f"{ours:,.0f}", f"{theirs:,.0f}", number(ratio)],
            ["its 99th percentile meanwhile, ms", number(mine), number(its), number(mine / its)]]


def wrk(port: int) -> tuple[float, float]:
    """Answers a second, and the 99th percentile in milliseconds."""
    printed = places.output(*WRK, "--duration", f"{WRK_SECONDS}s", f"http://127.0.0.1:{port}/health")
    if "Non-2xx" in printed or "Socket errors" in printed:
        raise SystemExit(f"probes: port {port}: {printed}")
    figure, unit = re.search(r"^\s+99%\s+([\d.]+)(us|ms|s)$", printed, re.M).groups()
    return (float(re.search(r"^Requests/sec:\s+([\d.]+)", printed, re.M)[1]),
            float(figure) * {"us": 0.001, "ms": 1, "s": 1000}[unit])


def under_ingest(report: Report, memory: Path) -> list[list[str]]:
    log = logs.log(logs.CONSTANT, LINES)
    quiet, probed, costs = [], [], []
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {NETWORK_CORE})
    try:
        for number_ in range(PAIRS):
            quiet.append(catching_up(log.path, memory / f"quiet-{number_}", QUIET_RATE))
            probed.append(catching_up(log.path, memory / f"probed-{number_}", RATE))
    finally:
        os.sched_setaffinity(0, allowed)
    ratios = [with_.rate / alone.rate for with_, alone in zip(probed, quiet)]
    report.gate(f"probes: ingest with {RATE:,} probes a second / with {QUIET_RATE}", statistics.median(ratios), 0.98)
    cuts = [statistics.quantiles(run.delays, n=1000) for run in probed]
    half, most, rare = (statistics.median(cut[index] for cut in cuts) for index in (499, 989, 998))
    report.gate(f"probes: /health under full ingest at {RATE:,} a second, 99th percentile", most, 1, at_least=False,
                unit=" ms")
    asked = statistics.median(len(run.delays) / SECONDS for run in probed)
    return [[f"ingest with {asked:,.0f} probes a second, lines/s on a core; beside {QUIET_RATE} a second",
             f"{statistics.median(run.rate for run in probed):,.0f}",
             f"{statistics.median(run.rate for run in quiet):,.0f}",
             f"{statistics.median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f})"],
            ["`/health` meanwhile: median, 99th, 99.9th percentile, ms", f"{half:.3f}, {most:.3f}, {rare:.3f}", "", ""]]


class catching_up:  # noqa: N801
    """The agent reads a log and is asked `rate` times a second; when it is late, so is the next question."""

    def __init__(self, log: Path, home: Path, rate: float) -> None:
        self.delays: list[float] = []
        with Plumbline(log, home) as agent, socket.create_connection(("127.0.0.1", agent.port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            time.sleep(0.2)
            for task in Path(f"/proc/{agent.process.pid}/task").iterdir():
                network = (task / "comm").read_text().startswith("NIO")
                os.sched_setaffinity(int(task.name), {NETWORK_CORE if network else INGEST_CORE})
            before, start = agent.bytes_read(), time.monotonic()
            due = start
            while due < start + SECONDS:
                while time.monotonic() < due:
                    if due - time.monotonic() > 0.0003:
                        time.sleep(due - time.monotonic())
                due += 1 / rate
                asked = time.perf_counter()
                connection.sendall(HEALTH)
                await_answer(connection)
                self.delays.append((time.perf_counter() - asked) * 1000)
            after, passed = agent.bytes_read(), time.monotonic() - start
        if after >= log.stat().st_size:
            raise SystemExit(f"probes: the log of {LINES:,} lines is read in less than {passed:.1f} s; it must be longer")
        self.rate = (after - before) / passed / (log.stat().st_size / LINES)
        places.remove(home)


def await_answer(connection: socket.socket) -> None:
    received = connection.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    size = int(re.search(rb"(?i)content-length: (\d+)", head)[1])
    if not head.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"probes: {received.decode(errors='replace')}")
    missing = size - len(body)
    while missing > 0:
        missing -= len(connection.recv(missing))
