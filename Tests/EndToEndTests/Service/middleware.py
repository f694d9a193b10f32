"""One JSON line per request, written by a pure ASGI middleware, and an independent count of what was written.

The line: time (RFC 3339, microseconds, UTC), method, route template, path, status, duration, cache status, database
calls and time, user, bytes, version. `X-DB-Calls`, `Server-Timing`, `X-Route` and `X-User` tell the proxy the same.
"""

import json
import os
import threading
import time
from collections import defaultdict
from contextvars import ContextVar
from datetime import datetime, timezone

from sqlalchemy import event


class Usage:
    """What one request did. The object is shared by the request's task and its worker threads, the variable is not."""

    def __init__(self):
        self.db_calls = 0
        self.db_ns = 0
        self.user_id = None
        self.cache = None


current = ContextVar("usage")


def count_queries(engine):
    """Counts every statement of `engine` for the request in whose context it runs."""

    @event.listens_for(engine, "before_cursor_execute")
    def before(connection, cursor, statement, parameters, context, executemany):
        connection.info["started_ns"] = time.perf_counter_ns()

    @event.listens_for(engine, "after_cursor_execute")
    def after(connection, cursor, statement, parameters, context, executemany):
        usage = current.get(None)
        if usage is not None:
            usage.db_calls += 1
            usage.db_ns += time.perf_counter_ns() - connection.info["started_ns"]


class Truth:
    """The service's own counters, kept beside the log and never read back from it."""

    def __init__(self):
        self.lock = threading.Lock()
        self.series = defaultdict(
            lambda: {"requests": 0, "db_calls": 0, "db_us": 0, "bytes": 0, "durations_us": []}
        )

    def add(self, key, db_calls, db_us, size, duration_us):
        with self.lock:
            row = self.series[key]
            row["requests"] += 1
            row["db_calls"] += db_calls
            row["db_us"] += db_us
            row["bytes"] += size
            row["durations_us"].append(duration_us)

    def dump(self):
        names = ("route", "method", "status", "cache", "segment", "version")
        with self.lock:
            return {"series": [dict(zip(names, key)) | row for key, row in self.series.items()]}


class RequestLog:
    """Wraps the whole application, so that the 500 of an unhandled exception is seen as the client sees it."""

    def __init__(self, app, path, version):
        self.app = app
        self.version = version
        self.truth = Truth()
        self.log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http" or scope["path"].startswith("/__"):
            return await self.app(scope, receive, send)
        usage = Usage()
        current.set(usage)
        status, size = 499, 0
        started = time.perf_counter_ns()
        arrived = datetime.now(timezone.utc)

        async def send_and_note(message):
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                message = dict(message, headers=list(message["headers"]) + self.headers(scope, usage))
            else:
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        finally:
            self.write(scope, usage, arrived, status, size, (time.perf_counter_ns() - started) // 1000)

    def headers(self, scope, usage):
        facts = {"x-db-calls": usage.db_calls, "server-timing": f"db;dur={usage.db_ns // 1000 / 1000:.3f}"}
        if route := route_of(scope):
            facts["x-route"] = route
        if usage.user_id is not None:
            facts["x-user"] = usage.user_id
        return [(name.encode(), str(value).encode()) for name, value in facts.items()]

    def write(self, scope, usage, arrived, status, size, duration_us):
        route, db_us = route_of(scope), usage.db_ns // 1000
        line = {
            "time": arrived.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "method": scope["method"],
            "route": route,
            "path": scope["path"],
            "status": status,
            "duration_ms": duration_us / 1000,
            "cache": usage.cache,
            "db_calls": usage.db_calls,
            "db_time_ms": db_us / 1000,
            "user_id": usage.user_id,
            "bytes": size,
            "version": self.version,
        }
        os.write(self.log, json.dumps(line).encode() + b"\n")
        segment = "anonymous" if usage.user_id is None else "authenticated"
        key = (route, scope["method"], status, usage.cache, segment, self.version)
        self.truth.add(key, usage.db_calls, db_us, size, duration_us)


def route_of(scope):
    """The template of the matched route, or None where nothing matched."""
    return getattr(scope.get("route"), "path", None)
