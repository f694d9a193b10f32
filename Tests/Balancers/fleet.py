"""Three services with an agent each behind one HAProxy, requests to them, and what HAProxy thought of them over time."""

import asyncio
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from http_client import fetch
from probers import Prober

HERE = Path(__file__).resolve().parent
# Small times, so that a judgement falls and rises within two minutes. Its window has to pass before a probation.
SETTINGS = """\
from_start: true
health:
  p95: { warn: 500ms, fail: 1s }
  stale_after: 5s
  down: 1s
  up: 3s
  ejection_time: 1s
  ramp_down: 2s
  ramp_up: 5s
  peers_interval: 1s
  peers_timeout: 500ms
"""
HAPROXY = """\
global
    stats socket {place}/haproxy.sock mode 600 level admin
defaults
    mode http
    timeout connect 2s
    timeout client 20s
    timeout server 20s
    timeout check 3s
    retries 3
    option redispatch
frontend shop
    bind 127.0.0.1:{port}
    default_backend shop
backend shop
    balance roundrobin
    option httpchk
    http-check send meth GET uri /health?drain=404
    http-check disable-on-404
    default-server inter 500ms fall 2 rise 2 agent-inter 500ms weight 100
{servers}
"""


given: set[int] = set()


def free_ports(count: int) -> list[int]:
    """Below those that connections are given by the system, which might take them before a program listens there."""
    ports: list[int] = []
    while len(ports) < count:
        port = random.randrange(12_000, 32_000)
        with socket.socket() as listener:
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in given:
            given.add(port)
            ports.append(port)
    return ports


class Server:
    """One service and the agent beside it."""

    def __init__(self, program: Path, place: Path, name: str, ports: list[int]) -> None:
        self.program, self.place, self.name = program, place, name
        self.port, self.agent_port, self.check_port = ports
        place.mkdir(parents=True)
        self.control = place / "control.json"
        self.processes: dict[str, subprocess.Popen] = {}
        self.order()

    def order(self, **orders) -> None:
        """Tells the service how to be from now on."""
        new = self.control.with_suffix(".new")
        new.write_text(json.dumps(orders))
        os.replace(new, self.control)

    def configure(self, peers: list["Server"]) -> None:
        urls = json.dumps([f"http://127.0.0.1:{peer.agent_port}" for peer in peers])
        (self.place / "plumbline.yaml").write_text(
            f"data: {self.place}/data\nlisten: 127.0.0.1:{self.agent_port}\n"
            f"agent_check_listen: 127.0.0.1:{self.check_port}\ninputs:\n  - path: {self.place}/app.log\n"
            f"{SETTINGS}  peers: {urls}\n")

    def start_service(self) -> None:
        self._start(
            "service",
            [sys.executable, "-B", "-m", "uvicorn", "service:app", "--host", "127.0.0.1", "--port", str(self.port),
             "--no-access-log", "--log-level", "warning", "--app-dir", str(HERE)],
            SERVICE_LOG=f"{self.place}/app.log", SERVICE_CONTROL=str(self.control))

    def start_agent(self) -> None:
        self._start("agent", [str(self.program), "run", "--config", f"{self.place}/plumbline.yaml"])

    def _start(self, name: str, command: list[str], **environment: str) -> None:
        with open(self.place / f"{name}.out", "ab") as out:
            self.processes[name] = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=os.environ | environment)

    def end(self, name: str, how: signal.Signals = signal.SIGTERM) -> None:
        process = self.processes.pop(name)
        process.send_signal(how)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def check(self) -> None:
        """A program that ended by itself is the reason of whatever goes wrong."""
        for name, process in self.processes.items():
            if process.poll() is not None:
                words = (self.place / f"{name}.out").read_text(errors="replace")[-500:]
                raise AssertionError(f"the {name} of {self.name} ended with {process.returncode}: {words}")

    async def say(self, word: str) -> None:
        """An operator's word, by the command."""
        said = await asyncio.create_subprocess_exec(
            self.program, "health", f"--{word}", f"127.0.0.1:{self.agent_port}", stdout=subprocess.PIPE)
        output, _ = await said.communicate()
        if said.returncode != 0 or b'"kept": true' not in output:
            raise AssertionError(f"plumbline health --{word}: {said.returncode}, {output!r}")

    async def health(self, path: str = "/health") -> dict:
        """The judgement; empty while nobody answers."""
        try:
            return json.loads((await fetch(self.agent_port, path)).body)
        except (OSError, ValueError):
            return {}


@dataclass
class Sample:
    """What HAProxy thinks of a server: UP, DOWN, DRAIN or NOLB, without how far it is on the way to something else."""

    second: float
    server: str
    status: str
    weight: int

    @property
    def is_in(self) -> bool:
        return self.status == "UP"


@dataclass
class Fleet:
    program: Path
    place: Path
    rate: float
    """Requests a second, all together."""
    asks_peers: bool = False
    servers: list[Server] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    answers: dict[object, int] = field(default_factory=dict)
    """Requests by status, or by the name of what went wrong."""
    probers: list[Prober] = field(default_factory=list)
    haproxy: subprocess.Popen | None = None

    def start(self) -> None:
        self.place.mkdir(parents=True)
        self.port, *ports = free_ports(10)
        names = ["s1", "s2", "s3"]
        self.servers = [
            Server(self.program, self.place / name, name, ports[3 * n:3 * n + 3]) for n, name in enumerate(names)]
        for server in self.servers:
            server.configure([peer for peer in self.servers if peer is not server] if self.asks_peers else [])
            server.start_service()
            server.start_agent()
        lines = [
            f"    server {s.name} 127.0.0.1:{s.port} check addr 127.0.0.1 port {s.agent_port} agent-check "
            f"agent-addr 127.0.0.1 agent-port {s.check_port}" for s in self.servers]
        configuration = self.place / "haproxy.cfg"
        configuration.write_text(HAPROXY.format(place=self.place, port=self.port, servers="\n".join(lines)))
        with open(self.place / "haproxy.out", "ab") as out:
            self.haproxy = subprocess.Popen(
                ["/usr/sbin/haproxy", "-db", "-f", configuration], stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        self.began = time.monotonic()

    def stop(self) -> None:
        for server in self.servers:
            for name in list(server.processes):
                server.end(name)
        if self.haproxy:
            self.haproxy.terminate()
            self.haproxy.wait()

    @property
    def second(self) -> float:
        return time.monotonic() - self.began

    async def probe(self) -> None:
        """What every prober does, once the story has brought one."""
        running: dict[Prober, asyncio.Task] = {}
        try:
            while True:
                for prober in self.probers:
                    if prober not in running:
                        running[prober] = asyncio.create_task(prober.run())
                await asyncio.sleep(0.1)
        finally:
            for task in running.values():
                task.cancel()

    async def watch(self) -> None:
        """Five looks a second, for as long as it is let."""
        while True:
            for server in self.servers:
                server.check()
            for line in (await self._show_stat()).splitlines():
                columns = line.split(",")
                if columns[0] == "shop" and columns[1].startswith("s") and columns[1] in ("s1", "s2", "s3"):
                    self.samples.append(
                        Sample(self.second, columns[1], columns[17].split()[0], int(columns[18] or 0)))
            await asyncio.sleep(0.2)

    async def _show_stat(self) -> str:
        try:
            reader, writer = await asyncio.open_unix_connection(f"{self.place}/haproxy.sock")
        except OSError:
            return ""
        writer.write(b"show stat\n")
        text = (await reader.read(-1)).decode()
        writer.close()
        return text

    async def load(self) -> None:
        """Sends requests at the rate, whether or not earlier ones are answered."""
        tasks: set[asyncio.Task] = set()
        due = time.monotonic()
        while True:
            task = asyncio.create_task(self._ask())
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            due += 1 / self.rate
            await asyncio.sleep(max(0, due - time.monotonic()))

    async def _ask(self) -> None:
        try:
            result = (await fetch(self.port, "/orders")).status
        except (OSError, ValueError) as error:
            result = type(error).__name__
        self.answers[result] = self.answers.get(result, 0) + 1

    def now(self, server: Server) -> Sample | None:
        return next((s for s in reversed(self.samples) if s.server == server.name), None)

    def course(self, server: Server, since: float = 0) -> list[str]:
        """The states of a server one after the other, from when it was in for the first time."""
        states: list[str] = []
        for sample in self.samples:
            if sample.server == server.name and sample.second >= since and (states or sample.is_in):
                if not states or states[-1] != sample.status:
                    states.append(sample.status)
        return states

    def fewest_in(self, since: float) -> int:
        """At the worst look since then, so many servers were in."""
        looks: dict[float, int] = {}
        for sample in self.samples:
            if sample.second >= since:
                key = round(sample.second, 1)
                looks[key] = looks.get(key, 0) + sample.is_in
        return min(looks.values(), default=0)
