"""A JSON line per request, for Plumbline: from Flask, under any WSGI server.

Save this as plumbline_log.py and put it around the application, after all other middleware:

    from plumbline_log import PlumblineLog
    app.wsgi_app = PlumblineLog(app.wsgi_app)

PLUMBLINE_LOG says where the lines go (default: plumbline.log here), APP_VERSION which release writes them. Then:

    plumbline run plumbline.log

Statements of SQLAlchemy are counted. Whether somebody is logged in, say where you find it out: request.logged_in =
True; with Flask-Login, in a before_request: request.logged_in = current_user.is_authenticated. A cache is known by the
header Cache-Status or X-Cache. Query strings, addresses, other headers and names of users are not written.
"""

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

    def __call__(self, environ, start_response):
        request = Request(self, environ, start_response)
        try:
            return request.answer(self.app(environ, request.start))
        except Exception:
            request.status = 500
            request.close()
            raise


class Request:
    """The answer's body as well: the server iterates over it, and closes it when all is sent or the client has left."""

    def __init__(self, middleware, environ, start_response):
        self.middleware, self.environ, self.server_start = middleware, environ, start_response
        self.began, self.path = time.perf_counter_ns(), environ.get("PATH_INFO")
        self.root = environ.get("SCRIPT_NAME", "")
        self.status, self.headers, self.bytes, self.flask_request = None, {}, 0, None
        self.body, self.statements = (), []
        statements.set(self.statements)

    def start(self, status, headers, *exc_info):
        self.status, self.headers = int(status[:3]), {name.lower(): value for name, value in headers}
        self.flask_request = self.environ.get("werkzeug.request")  # gone when the application returns
        return self.server_start(status, headers, *exc_info)

    def answer(self, body):
        self.body = body
        return self

    def __iter__(self):
        try:
            for part in self.body:
                self.bytes += len(part)
                yield part
        except Exception:
            self.status = 500  # the client has its status already; it is an error all the same
            raise

    def close(self):
        try:
            if hasattr(self.body, "close"):
                self.body.close()
        finally:
            self.write()

    def write(self):
        took, route = time.perf_counter_ns() - self.began, self.route()
        self.middleware.log.write(
            ts=datetime.now(timezone.utc).isoformat(timespec="microseconds"),
            method=self.environ["REQUEST_METHOD"],
            route=route,
            path=None if route else self.path,
            status=self.status,
            duration_ms=took / 1e6,
            cache=self.cache(),
            db_calls=len(self.statements) if counts_statements else None,
            db_time_ms=sum(self.statements) / 1e6 if counts_statements else None,
            logged_in=self.logged_in(),
            bytes=self.bytes,
            version=self.middleware.version,
        )

    def route(self):
        """The template: /orders/<int:id> as /orders/{id}, with the prefix of a mount; None where nothing matched."""
        rule = getattr(self.flask_request, "url_rule", None)
        mount = self.environ.get("SCRIPT_NAME", "")[len(self.root) :]
        return mount + re.sub(r"<(?:[^<>]*:)?([^<>:]+)>", r"{\1}", rule.rule) if rule else None

    def logged_in(self):
        fact = getattr(self.flask_request, "logged_in", None)
        return None if fact is None else bool(fact)

    def cache(self):
        """The cache's words; not the keys and details behind them, which may be URLs."""
        words = self.headers.get("cache-status") or self.headers.get("x-cache") or ""
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
