"""One shop: nginx with a cache in front of uvicorn, and its visitors. Everything it writes is below its folder."""

import asyncio
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

HERE = Path(__file__).resolve().parent
MIDDLEWARE = HERE.parent / "EndToEndTests" / "Service"
TEMPLATE = MIDDLEWARE / "nginx.conf.template"

# How many paths there are of a kind.
KINDS = {"/orders/{}": 300, "/products?page={}": 300, "/search?q={}": 200}
# Of the paths of one kind few are asked for often: the rank's weight is rank ** -SKEW.
SKEW = 0.9
LOGGED_IN = 0.2


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class Shop:
    def __init__(self, place: Path, seed: int, rate: float, ttl_seconds: int) -> None:
        self.place, self.rate, self.ttl_seconds = place, rate, ttl_seconds
        self.chance = random.Random(seed)
        self.port, self.upstream_port = free_port(), free_port()
        self.edge_log = place / "edge.log"
        self.processes: dict[str, subprocess.Popen] = {}
        self.deployed: dict[str, str] = {}
        for folder in ("tmp", "cache"):
            (place / folder).mkdir(parents=True)

    # What an operator does

    async def start(self) -> None:
        await self.deploy()
        self.configure()
        # As root, nginx would give its workers to a user who may not write here.
        user = ["-g", "user root;"] if os.getuid() == 0 else []
        self.run("nginx", [
            "nginx", "-p", str(self.place), "-c", str(self.place / "nginx.conf"), "-e", "error.log", *user])
        await self.answering(self.port)

    async def deploy(self, **changed: str) -> None:
        """The service in its next version."""
        self.deployed |= changed
        self.end("uvicorn")
        environment = dict(
            os.environ, PYTHONPATH=f"{HERE}:{MIDDLEWARE}", SHOP_DATABASE=str(self.place / "shop.db"),
            SHOP_LOG=str(self.place / "app.log"), PYTHONDONTWRITEBYTECODE="1",
            **{f"SHOP_{name.upper()}": value for name, value in self.deployed.items()})
        self.run("uvicorn", [
            sys.executable, "-m", "uvicorn", "service:app", "--port", str(self.upstream_port), "--no-access-log",
            "--log-level", "critical"], environment)
        await self.answering(self.upstream_port)

    def keep_for(self, ttl_seconds: int) -> None:
        """Another time to live in the cache."""
        self.ttl_seconds = ttl_seconds
        self.configure()
        self.processes["nginx"].send_signal(signal.SIGHUP)

    def purge_everything(self) -> None:
        for entry in (self.place / "cache").iterdir():
            shutil.rmtree(entry)

    def stop(self) -> None:
        for name in list(self.processes):
            self.end(name)

    # What visitors do

    async def visit(self, seconds: float) -> None:
        """Requests at random instants, whether or not the ones before are answered."""
        loop = asyncio.get_running_loop()
        end, due, visits = loop.time() + seconds, loop.time(), []
        while due < end:
            await asyncio.sleep(max(0, due - loop.time()))
            visits.append(asyncio.create_task(self.request(self.port, self.path(), self.chance.random() < LOGGED_IN)))
            due += self.chance.expovariate(self.rate)
        await asyncio.gather(*visits)

    async def fill_the_cache(self) -> None:
        """Every path once, as a cache has them that was there for long."""
        paths = [path for kind, count in KINDS.items() for path in (kind.format(n) for n in range(1, count + 1))]
        for start in range(0, len(paths), 20):
            await asyncio.gather(*(self.request(self.port, path, logged_in=False) for path in paths[start:start + 20]))
        # It was long ago.
        os.truncate(self.edge_log, 0)

    def path(self) -> str:
        kind = self.chance.choices(list(KINDS), weights=(55, 30, 15))[0]
        return kind.format(self.rank(KINDS[kind]))

    def rank(self, count: int) -> int:
        if count not in RANKS:
            RANKS[count] = [sum(rank ** -SKEW for rank in range(1, upto + 1)) for upto in range(1, count + 1)]
        return self.chance.choices(range(1, count + 1), cum_weights=RANKS[count])[0]

    async def request(self, port: int, path: str, logged_in: bool) -> int:
        cookie = "cookie: session=somebody\r\n" if logged_in else ""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(f"GET {path} HTTP/1.0\r\nhost: shop\r\n{cookie}\r\n".encode())
            status = int((await reader.readline()).split()[1])
            await reader.read()
        finally:
            writer.close()
        return status

    # Processes

    def configure(self) -> None:
        text = TEMPLATE.read_text()
        text = text.replace("@PORT@", str(self.port)).replace("@UPSTREAM_PORT@", str(self.upstream_port))
        text = text.replace("worker_processes 2", "worker_processes 1")
        text = text.replace("proxy_cache_valid 200 1s", f"proxy_cache_valid 200 {self.ttl_seconds}s")
        (self.place / "nginx.conf").write_text(text)

    def run(self, name: str, command: list[str], environment: dict[str, str] | None = None) -> None:
        with (self.place / f"{name}.out").open("ab") as out:
            self.processes[name] = subprocess.Popen(command, env=environment, stdout=out, stderr=out, stdin=subprocess.DEVNULL)

    def end(self, name: str) -> None:
        if process := self.processes.pop(name, None):
            process.terminate()
            process.wait(timeout=20)

    async def answering(self, port: int) -> None:
        for _ in range(600):
            try:
                await self.request(port, "/products", logged_in=True)
                return
            except (OSError, IndexError):
                await asyncio.sleep(0.05)
        raise SystemExit(f"no answer on port {port}; see {self.place}")


RANKS: dict[int, list[float]] = {}
