"""What the middlewares of `plumbline init` cost: each application here with and without, in turns, one process each,
wrk with 8 connections on a page that does nothing, and on one with three queries. Medians of the turns.

usage: overhead.py PLUMBLINE [--only NAME]… [--rounds N] [--seconds S]
"""

import argparse
import contextlib
import os
import pathlib
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).parent
TICKS = os.sysconf("SC_CLK_TCK")
SERVERS = {
    "fastapi": ["uvicorn", "fastapi_app:app", "--app-dir", HERE, "--log-level", "critical", "--port"],
    "flask": ["gunicorn", "flask_app:app", "--chdir", HERE, "--threads", "4", "--log-level", "critical", "--bind"],
    "django": ["gunicorn", "django_app:wsgi", "--chdir", HERE, "--threads", "4", "--log-level", "critical", "--bind"],
}


@contextlib.contextmanager
def server(name, place, pieces):
    """Its address and its process."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", *SERVERS[name]]
    command.append(f"127.0.0.1:{port}" if command[-1] == "--bind" else str(port))
    environment = os.environ | {"DATABASE": f"{place}/{name}.db", "PLUMBLINE_LOG": f"{place}/requests.log"}
    environment |= {"PIECES": pieces} if pieces else {}
    process = subprocess.Popen(command, env=environment, cwd=place)
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(200):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(address + "/plain").close()
                break
            time.sleep(0.05)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait()


def cpu_seconds(pid):
    """Of the process and its children."""
    total = 0
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            own, fields = int(stat.parent.name), stat.read_text().rpartition(")")[2].split()
            if pid in (own, int(fields[1])):
                total += int(fields[11]) + int(fields[12])
    return total / TICKS


def burst(address, pid, path, seconds):
    """(requests a second, microseconds of CPU a request)"""
    before = cpu_seconds(pid)
    wrk = ["wrk", "-t", "1", "-c", "8", "-d", f"{seconds}s", address + path]
    said = subprocess.run(wrk, check=True, capture_output=True, text=True).stdout
    requests = int(re.search(r"(\d+) requests in", said)[1])
    return float(re.search(r"Requests/sec: +([\d.]+)", said)[1]), 1e6 * (cpu_seconds(pid) - before) / requests


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("plumbline")
    parser.add_argument("--only", choices=SERVERS, action="append")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=2)
    arguments = parser.parse_args()
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    row = "{:9}{:12}{:>12}{:>9}{:>8}{:>19}{:>9}{:>12}"
    print(row.format("", "", "req/s, bare", "logged", "ratio", "CPU µs/req, bare", "logged", "difference"))
    for name in arguments.only or SERVERS:
        with tempfile.TemporaryDirectory() as place:
            piece = subprocess.run([arguments.plumbline, "init", name], check=True, capture_output=True).stdout
            pathlib.Path(place, "plumbline_log.py").write_bytes(piece)
            if name == "django":
                environment = os.environ | {"DATABASE": f"{place}/{name}.db"}
                subprocess.run([sys.executable, HERE / "django_app.py"], check=True, env=environment)
            with server(name, place, None) as bare, server(name, place, place) as logged:
                for path in ("/plain", "/orders/7"):
                    turns = []
                    for _ in range(arguments.rounds):
                        turns.append([burst(*one, path, arguments.seconds) for one in (bare, logged)])
                    rates = [statistics.median(turn[side][0] for turn in turns) for side in (0, 1)]
                    costs = [statistics.median(turn[side][1] for turn in turns) for side in (0, 1)]
                    ratio = statistics.median(turn[1][0] / turn[0][0] for turn in turns)
                    print(
                        row.format(
                            name, path, f"{rates[0]:,.0f}", f"{rates[1]:,.0f}", f"{ratio:.3f}", f"{costs[0]:,.0f}",
                            f"{costs[1]:,.0f}", f"{costs[1] - costs[0]:+,.0f}",
                        ),
                        flush=True,
                    )


main()
