"""Sends a seeded mix of requests to an application here, or to a proxy before it, and holds the log against what came
back: every request, database call and byte of every series, no duration longer than it was where it was asked, and
nothing of the secrets that each request carries. The log of an application is renamed in between, as logrotate does it.

usage: drive.py BASE_URL LOG --plumbline PROGRAM --writer app|nginx|caddy|envoy [--requests N] [--seed S]
                [--unsized ROUTE…]
"""

import argparse
import asyncio
import collections
import json
import os
import random
import subprocess
import sys
import time

import httpx

CANARY = "canary"
# name: (weight, path, route, status, database calls)
REQUESTS = {
    "plain": (25, "/plain", "/plain", 200, 0),
    "order": (20, "/orders/{n}", "/orders/{order}", 200, 3),
    "report": (8, "/reports/{n}", "/reports/{report}", 200, 7),
    "me": (8, "/me", "/me", 200, 0),
    "me, logged in": (8, "/me", "/me", 200, 1),
    "hit": (6, "/cached?hit=1", "/cached", 200, 0),
    "miss": (6, "/cached?hit=0", "/cached", 200, 0),
    "slow": (2, "/slow", "/slow", 200, 0),
    "stream": (6, "/stream", "/stream", 200, 3),
    "fails": (4, "/fails", "/fails", 500, 1),
    "unknown": (7, "/unknown/{n}", "(unmatched)", 404, 0),
}
SEGMENTS = {"me": "anonymous", "me, logged in": "authenticated"}
SLOW_SECONDS = 0.03
# Of those that count in milliseconds.
RESOLUTION = {"nginx": 0.002, "envoy": 0.001}


def expected(name, answer, writer):
    """((route, status, cache, segment), database calls): what this writer can know of the answer."""
    _, _, route, status, calls = REQUESTS[name]
    segment = SEGMENTS.get(name, "unknown")
    if writer == "app":
        return (route, status, name if name in ("hit", "miss") else "none", segment), calls
    # A proxy knows what the application tells it in headers; the rest is made of the path.
    reads_headers = writer != "caddy"
    told = reads_headers and name == "order"
    cache = answer.headers.get("x-cache-status", "none").lower()
    route = route if told else route.replace("{order}", "{id}").replace("{report}", "{id}")
    return (route, status, cache, segment if reads_headers else "unknown"), (
        None if not told else 0 if cache == "hit" else calls
    )


class Sent:
    """What was asked of one series."""

    def __init__(self):
        self.requests, self.calls, self.bytes, self.longest = 0, None, 0, 0.0

    def add(self, calls, size, took):
        self.requests, self.bytes, self.longest = self.requests + 1, self.bytes + size, max(self.longest, took)
        if calls is not None:
            self.calls = (self.calls or 0) + calls


async def drive(arguments):
    sent = collections.defaultdict(Sent)
    plan = random.Random(arguments.seed)
    todo = plan.choices(list(REQUESTS), [request[0] for request in REQUESTS.values()], k=arguments.requests)
    rest = iter(enumerate(todo))
    headers = {"authorization": f"Bearer {CANARY}", "user-agent": CANARY, "referer": f"http://{CANARY}/"}
    limits = httpx.Limits(max_connections=8)
    async with httpx.AsyncClient(base_url=arguments.base, limits=limits, timeout=60) as client:
        session = (await client.get("/login")).cookies.items()
        client.cookies.clear()

        async def worker():
            for number, name in rest:
                if number == arguments.requests // 2 and arguments.writer == "app":
                    os.rename(arguments.log, arguments.log + ".1")
                path, status = REQUESTS[name][1].format(n=plan.randrange(1000)), REQUESTS[name][3]
                path += f"{'&' if '?' in path else '?'}token={CANARY}"
                cookies = session if name == "me, logged in" else [("tracking", CANARY)]
                more = {"cookie": "; ".join(f"{key}={value}" for key, value in cookies)}
                if name == "fails":
                    more["connection"] = "close"  # uvicorn does so anyway, unannounced
                began = time.perf_counter()
                answer = await client.get(path, headers=headers | more)
                took = time.perf_counter() - began
                if answer.status_code != status:
                    raise SystemExit(f"{path}: expected {status}, found {answer.status_code}: {answer.text[:500]}")
                key, calls = expected(name, answer, arguments.writer)
                sent[key].add(calls, len(answer.content), took)

        await asyncio.gather(*(worker() for _ in range(8)))
    return sent


def logged(logs, arguments):
    """The series that Plumbline finds in the log, when all of it is there; /login is asked to begin with."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if sum(b"/login" not in line for log in logs for line in open(log, "rb")) >= arguments.requests:
            break
        time.sleep(0.02)
    command = [arguments.plumbline, "summary", *logs, "--output", "json"]
    summary = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    if summary["ledger"]["rejected"]:
        yield f"rejected: {summary['ledger']['rejected']}"
    return summary["series"]


def differences(sent, logs, arguments):
    series = yield from logged(logs, arguments)
    found = {}
    for row in series:
        if row["route"] != "/login":
            found[row["route"], row["status"], row["cache"], row["segment"]] = row
        if (row["version"], row["method"]) != ("1.4.2" if arguments.writer == "app" else None, "GET"):
            yield f"{row['route']}: version {row['version']}, method {row['method']}"
    for key in sorted(sent.keys() | found.keys()):
        if key not in found or key not in sent:
            yield f"{key}: " + ("in the log, but never sent" if key in found else "sent, but not in the log")
        else:
            for difference in row_differences(key, found[key], sent[key], arguments):
                yield f"{key}: {difference}"
    if arguments.writer == "app" and len(logs) < 2:
        yield "the renamed log was written on"
    if any(CANARY in open(log).read() for log in logs):
        yield "the canary is in the log"


def row_differences(key, row, wanted, arguments):
    durations, calls = row["duration_seconds"], row["db_calls"]
    resolution = RESOLUTION.get(arguments.writer, 0)
    if (row["requests"], durations["count"]) != (wanted.requests, wanted.requests):
        yield f"expected {wanted.requests} requests, found {row['requests']} and {durations['count']} durations"
    if (None if calls is None else (calls["sum"], calls["requests"])) != (
        None if wanted.calls is None else (wanted.calls, wanted.requests)
    ):
        yield f"expected {wanted.calls} database calls, found {calls}"
    if arguments.writer == "app" and row["db_seconds"] and (row["db_seconds"]["sum"] > 0) != (wanted.calls > 0):
        yield f"{wanted.calls} database calls took {row['db_seconds']}"
    if key[0] not in arguments.unsized and row["bytes"] != wanted.bytes:
        yield f"expected {wanted.bytes} bytes, found {row['bytes']}"
    if durations["max"] > wanted.longest + resolution:
        yield f"took {durations['max']} s, and {wanted.longest} s where it was asked"
    if key[0] == "/slow" and durations["min"] < SLOW_SECONDS - resolution:
        yield f"took {durations['min']} s, less than it slept"


parser = argparse.ArgumentParser()
parser.add_argument("base")
parser.add_argument("log")
parser.add_argument("--plumbline", required=True)
parser.add_argument("--writer", choices=["app", "nginx", "caddy", "envoy"], required=True)
parser.add_argument("--requests", type=int, default=3000)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--unsized", nargs="*", default=[])
arguments = parser.parse_args()
sent = asyncio.run(drive(arguments))
logs = [log for log in (arguments.log + ".1", arguments.log) if os.path.exists(log)]
wrong = list(differences(sent, logs, arguments))
print("\n".join(wrong) or f"{arguments.requests} requests are in the log as they were sent")
sys.exit(1 if wrong else 0)
