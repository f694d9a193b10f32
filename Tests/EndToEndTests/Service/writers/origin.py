"""A service of a few lines, for ASGI (`origin:asgi`) and WSGI (`origin:wsgi`): its paths say what it answers.

/items/N waits a fifth of a second for N divisible by 20 and answers 200; POST /orders answers 201, /broken 500,
/kept 200 to be kept in caches for a minute, everything else 404.
"""

import asyncio
import time

SLOW_SECONDS = 0.2


def answer(method, path):
    """Status, headers, and how long it takes."""
    if path.startswith("/items/") and path[7:].isdigit():
        return "200 OK", [], SLOW_SECONDS if int(path[7:]) % 20 == 0 else 0
    if path == "/orders" and method == "POST":
        return "201 Created", [], 0
    if path == "/kept":
        return "200 OK", [("Cache-Control", "max-age=60")], 0
    if path == "/broken":
        return "500 Internal Server Error", [], 0
    return "404 Not Found", [], 0


def wsgi(environ, start_response):
    status, headers, seconds = answer(environ["REQUEST_METHOD"], environ["PATH_INFO"])
    time.sleep(seconds)
    start_response(status, [("Content-Type", "text/plain"), ("Content-Length", "3"), *headers])
    return [b"ok\n"]


async def asgi(scope, receive, send):
    if scope["type"] != "http":
        return
    status, headers, seconds = answer(scope["method"], scope["path"])
    await asyncio.sleep(seconds)
    fields = [("content-type", "text/plain"), ("content-length", "3"), *headers]
    await send(
        {
            "type": "http.response.start",
            "status": int(status[:3]),
            "headers": [(name.lower().encode(), value.encode()) for name, value in fields],
        }
    )
    await send({"type": "http.response.body", "body": b"ok\n"})
