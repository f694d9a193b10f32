"""A service that fails when it is told to: run by uvicorn, with SERVICE_LOG and SERVICE_CONTROL (a JSON file) set.

Control, read again whenever the file changes: errors (share of requests that answer 500), delay (seconds each takes),
frozen (answers, and writes no log any more).
"""

import asyncio
import json
import os
import random
import time
from datetime import datetime, timezone

CONTROL = os.environ["SERVICE_CONTROL"]
log = open(os.environ["SERVICE_LOG"], "a", buffering=1)
known: tuple[int, dict] = (0, {})


def control() -> dict:
    global known
    try:
        changed = os.stat(CONTROL).st_mtime_ns
        if changed != known[0]:
            with open(CONTROL) as file:
                known = (changed, json.load(file))
    except (OSError, ValueError):
        pass
    return known[1]


async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    began = time.monotonic()
    orders = control()
    await asyncio.sleep(orders.get("delay", 0))
    fails = scope["path"] == "/fail" or random.random() < orders.get("errors", 0)
    status = 500 if fails else 200
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"3")]})
    await send({"type": "http.response.body", "body": b"ok\n"})
    if not orders.get("frozen"):
        line = {
            "time": datetime.now(timezone.utc).isoformat(), "method": scope["method"], "route": scope["path"],
            "status": status, "duration_ms": (time.monotonic() - began) * 1000}
        log.write(json.dumps(line) + "\n")
