"""Request lines with numbers that a test knows."""

import datetime
import json
import random


def instant(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).isoformat().replace("+00:00", "Z")


def line(time, route, milliseconds, status=200, cache="hit", user=None, calls=2):
    fields = {"time": instant(time), "method": "GET", "route": route, "status": status, "duration_ms": round(milliseconds, 3)}
    fields |= {"cache": cache, "db_calls": calls, "user_id": user, "bytes": 1000}
    return json.dumps(fields) + "\n"


def shop(begin, end, better=None, seed=7):
    """Requests over the stretch: three routes, hits and misses, logged in and not, a few errors, in the order of time.

    From `better` on orders that the cache does not have take half the time, and four database calls.
    """
    chance = random.Random(seed)
    lines = []
    for number in range(2_400):
        time = begin + (end - begin) * number / 2_400
        route = chance.choices(["/", "/products/{id}", "/orders/{id}"], [6, 3, 1])[0]
        cache = chance.choices(["hit", "miss", "bypass"], [6, 3, 1])[0]
        base = {"/": 4, "/products/{id}": 12, "/orders/{id}": 60}[route] * (1 if cache == "hit" else 8)
        is_better = better is not None and time >= better and route == "/orders/{id}" and cache != "hit"
        status = chance.choices([200, 404, 500], [97, 2, 1])[0]
        user = "someone" if chance.random() < 0.3 else None
        calls = 0 if cache == "hit" else {"/": 3, "/products/{id}": 6, "/orders/{id}": 31}[route]
        if is_better:
            base, calls = base / 2, 4
        lines.append(line(time, route, base * chance.lognormvariate(0, 0.5), status, cache, user, calls))
    return lines
