"""A JSON line per request, for Plumbline: from FastAPI, Starlette or any other ASGI application.

Save this as plumbline_log.py and add it after all other middleware, so that it stands around them:

    from plumbline_log import PlumblineLog
    app.add_middleware(PlumblineLog)          # elsewhere: app = PlumblineLog(app)

PLUMBLINE_LOG says where the lines go (default: plumbline.log here), APP_VERSION which release writes them. Then:

    plumbline run plumbline.log

Statements of SQLAlchemy are counted. Whether somebody is logged in is known from Starlette's AuthenticationMiddleware,
or say it where you find out: request.state.logged_in = True. A cache is known by the header Cache-Status or X-Cache.
Query strings, addresses, other headers and names of users are not written.
"""

import asyncio
import json
import os
import re
import sys
import threading
import time
from contextvars import ContextVar
from datetime import datetime, timezone

# The nanoseconds of each statement of a request: one list, shared by the tasks and threads that work for it.
statements = ContextVar("plumbline_statements", default=None)

try:
    from sqlalchemy import event
    from sqlalchemy.engine import Engine  # the class: for all engines, those of asyncio too
except ImportError:
    counts_statements = False
else:
    counts_statements = True

    @event.listens_for(Engine, "before_cursor_execute")
    def statement_begins(connection, cursor, statement, parameters, context, executemany):
        context.plumbline_began = time.perf_counter_ns()

    @event.listens_for(Engine, "after_cursor_execute")
    def statement_ends(connection, cursor, statement, parameters, context, executemany):
        began = context and vars(context).pop("plumbline_began", None)
        if began and (of_request := statements.get()) is not None:
            of_request.append(time.perf_counter_ns() - began)

    @event.listens_for(Engine, "handle_error")
    def statement_fails(failure):
        statement_ends(None, None, None, None, failure.execution_context, False)


class PlumblineLog:
    def __init__(self, app, path=None, version=None):
        self.app = app
        self.log = LogFile(path or os.environ.get("PLUMBLINE_LOG") or "plumbline.log")
        self.version = version or os.environ.get("APP_VERSION")

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        request = Request(self, scope, receive, send)
        try:
            await self.app(scope, request.receive, request.send)
        except asyncio.CancelledError:
            request.client_left = True
            raise
        except Exception:
            # The server answers, so nobody here knows how many bytes; or an answer that had begun broke off.
            request.status, request.bytes = 500, None
            raise
        finally:
            request.write()


class Request:
    def __init__(self, middleware, scope, receive, send):
        self.middleware, self.scope, self.server_receive, self.server_send = middleware, scope, receive, send
        self.began, self.path, self.root = time.perf_counter_ns(), scope["path"], scope.get("root_path", "")
        self.status, self.headers, self.bytes = None, {}, 0
        self.client_left = self.is_written = False
        self.statements = []
        statements.set(self.statements)

    async def receive(self):
        message = await self.server_receive()
        self.client_left |= message["type"] == "http.disconnect"
        return message

    async def send(self, message):
        await self.server_send(message)
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], dict(message.get("headers", ()))
        elif message["type"] == "http.response.body":
            self.bytes += len(message.get("body", b""))
            if not message.get("more_body"):
                self.write()  # Background tasks come after this; they are no part of the request.

    def write(self):
        if self.is_written:
            return
        self.is_written = True
        took, route = time.perf_counter_ns() - self.began, self.route()
        self.middleware.log.write(
            ts=datetime.now(timezone.utc).isoformat(timespec="microseconds"),
            method=self.scope["method"],
            route=route,
            path=None if route else self.path,
            status=499 if self.client_left else self.status or 500,
            duration_ms=took / 1e6,
            cache=self.cache(),
            db_calls=len(self.statements) if counts_statements else None,
            db_time_ms=sum(self.statements) / 1e6 if counts_statements else None,
            logged_in=self.logged_in(),
            bytes=self.bytes,
            version=self.middleware.version,
        )

    def route(self):
        """The template such as /orders/{id}, with the prefixes of routers and mounts; None where nothing matched."""
        route = self.scope.get("fastapi", {}).get("effective_route_context") or self.scope.get("route")
        mount = self.scope.get("root_path", "")[len(self.root) :]
        if hasattr(route, "routes"):  # a mount without routes inside: StaticFiles
            return mount + "/{path}"
        template = getattr(route, "path_format", None)
        return template and mount + template

    def logged_in(self):
        user = self.scope.get("user")
        fact = self.scope.get("state", {}).get("logged_in", user and user.is_authenticated)
        return None if fact is None else bool(fact)

    def cache(self):
        """The cache's words; not the keys and details behind them, which may be URLs."""
        words = (self.headers.get(b"cache-status") or self.headers.get(b"x-cache") or b"").decode("latin-1")
        return re.sub(r';\s*(key|detail)\s*=\s*("(\\.|[^"\\])*"|[^;,]*)', "", words)[:200] if words else None


class LogFile:
    """One write a line, so that threads and processes share the file. Opened anew every second: it may be rotated."""

    def __init__(self, path):
        self.path, self.json = path, json.JSONEncoder(separators=(",", ":")).encode
        self.lock, self.file, self.good_until = threading.Lock(), None, 0
        self.is_torn = self.is_failing = False

    def write(self, **line):
        data = self.json(line).encode() + b"\n"
        try:
            if time.monotonic() > self.good_until:
                self.open()
            data = b"\n" + data if self.is_torn else data  # ends the half line that a full disk left
            self.is_torn = os.write(self.file, data) < len(data)
            self.is_failing = False
        except OSError as error:  # no request fails for its line
            if not self.is_failing:
                print(f"plumbline: lines are lost: {error}", file=sys.stderr)
            self.is_failing = True

    def open(self):
        with self.lock:
            if time.monotonic() <= self.good_until:
                return
            file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            if self.file is None:
                self.file = file
            else:  # under the same number, for other threads may be about to write
                os.dup2(file, self.file, inheritable=False)
                os.close(file)
            self.good_until = time.monotonic() + 1
