"""A JSON line per request, for Plumbline: from Django, under WSGI or ASGI.

Save this as plumbline_log.py beside manage.py and name it first of all middleware in settings.py:

    MIDDLEWARE = ["plumbline_log.PlumblineLog", …]

PLUMBLINE_LOG says where the lines go (default: plumbline.log here), APP_VERSION which release writes them. Then:

    plumbline run plumbline.log

The statements of all databases are counted. Whether somebody is logged in is written where request.user was looked at:
to look is a statement. A cache is known by the header Cache-Status or X-Cache. Query strings, addresses, other headers
and names of users are not written.
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

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.db import connections
from django.db.backends.signals import connection_created
from django.utils.functional import SimpleLazyObject, empty

# The nanoseconds of each statement of a request: one list, shared by the tasks and threads that work for it.
statements = ContextVar("plumbline_statements", default=None)


def timed(execute, sql, parameters, many, context):
    began = time.perf_counter_ns()
    try:
        return execute(sql, parameters, many, context)
    finally:
        if (of_request := statements.get()) is not None:
            of_request.append(time.perf_counter_ns() - began)


def count_statements(connection, **_):
    # What connection.execute_wrapper(timed) does for a block, for as long as the connection is there.
    if timed not in connection.execute_wrappers:
        connection.execute_wrappers.append(timed)


connection_created.connect(count_statements)
for opened in connections.all(initialized_only=True):
    count_statements(opened)


class PlumblineLog:
    sync_capable = async_capable = True

    def __init__(self, get_response):
        self.get_response = get_response
        self.log = LogFile(os.environ.get("PLUMBLINE_LOG") or "plumbline.log")
        self.version = os.environ.get("APP_VERSION")
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request):
        entry = Entry(self, request)
        if iscoroutinefunction(self):
            return self.answer(entry)
        return entry.finish_with(self.get_response(request))

    async def answer(self, entry):
        try:
            return entry.finish_with(await self.get_response(entry.request))
        except asyncio.CancelledError:
            entry.write(status=499)  # the client has left
            raise


class Entry:
    def __init__(self, middleware, request):
        self.middleware, self.request = middleware, request
        self.began, self.statements = time.perf_counter_ns(), []
        statements.set(self.statements)

    def finish_with(self, response):
        """The server closes the response when all of it is sent, or the client has left."""
        close = response.close

        def close_and_write():
            try:
                close()
            finally:
                size = response.get("Content-Length") if response.streaming else len(response.content)
                self.write(response.status_code, cache_of(response), size)

        response.close = close_and_write
        return response

    def write(self, status, cache=None, size=None):
        took, route = time.perf_counter_ns() - self.began, self.route()
        self.middleware.log.write(
            ts=datetime.now(timezone.utc).isoformat(timespec="microseconds"),
            method=self.request.method,
            route=route,
            path=None if route else self.request.path,
            status=status,
            duration_ms=took / 1e6,
            cache=cache,
            db_calls=len(self.statements),
            db_time_ms=sum(self.statements) / 1e6,
            logged_in=self.logged_in(),
            bytes=size and int(size),
            version=self.middleware.version,
        )

    def route(self):
        """The template: orders/<int:id>/ and ^orders/(?P<id>[0-9]+)/$ are /orders/{id}/; None where nothing matched."""
        if self.request.resolver_match is None:
            return None
        route = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"{\1}", self.request.resolver_match.route)
        route = re.sub(r"<(?:[^<>]*:)?(\w+)>", r"{\1}", route)
        return "/" + re.sub(r"[\^$]|\\[AZ]", "", route)

    def logged_in(self):
        user = getattr(self.request, "user", None)
        if isinstance(user, SimpleLazyObject) and user._wrapped is empty:  # not looked at, or by auser()
            user = getattr(self.request, "_acached_user", None)
        return None if user is None else bool(user.is_authenticated)


def cache_of(response):
    """The cache's words; not the keys and details behind them, which may be URLs."""
    words = response.get("Cache-Status") or response.get("X-Cache") or ""
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
