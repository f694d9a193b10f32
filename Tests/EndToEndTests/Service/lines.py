"""Counts the requests of a log, line by line and by nothing but PRODUCT.md and FORMATS.md: what others are held to.

Reads the lines of the service here, of nginx here, and of `plumbline simulate`.
"""

import collections
import gzip
import json
import sys
from decimal import Decimal

METHODS = {"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"}
CACHE_WORDS = {"": "none", "-": "none", "updating": "stale"}
KEY = ("route", "method", "status", "cache", "segment", "version")


class Requests:
    """Everything about a set of requests, unrounded: integers in nanoseconds."""

    def __init__(self):
        self.requests, self.errors, self.bytes = 0, 0, []
        self.words = collections.Counter()
        self.durations, self.calls, self.db, self.upstream = [], [], [], []

    def add(self, other):
        self.requests += other.requests
        self.errors += other.errors
        self.words += other.words
        for name in ("bytes", "durations", "calls", "db", "upstream"):
            getattr(self, name).extend(getattr(other, name))


def nanoseconds(value, unit):
    return None if value is None else int(round(Decimal(value) * unit))


def read_line(line):
    """(key, bytes, duration, calls, db, upstream), of a line of the service, of nginx, or of simulate."""
    ms, s = Decimal(10**6), Decimal(10**9)
    status, word = line["status"], str(line.get("upstream_cache_status", line.get("cache")) or "").lower()
    route = line.get("route") or ("(unmatched)" if 400 <= status < 500 else None)
    if route is None:
        sys.exit(f"this oracle cannot name the route of {line}")
    who = next((line[name] for name in ("logged_in", "user_id", "user") if name in line), "absent")
    known = {"absent": "unknown", True: "authenticated", False: "anonymous"}
    segment = known.get(who if isinstance(who, bool) or who == "absent" else who not in (None, "", "-", "anonymous"))
    method = line["method"] if line["method"] in METHODS else "_OTHER"
    key = (route, method, status, CACHE_WORDS.get(word, word), segment, line.get("version"))
    if "request_time" in line:
        duration = nanoseconds(line["request_time"], s)
        parts = [part for part in line["upstream_response_time"].replace(":", ",").split(",") if part.strip(" -")]
        upstream = sum(nanoseconds(part.strip(), s) for part in parts) if parts else None
    else:
        duration, upstream = nanoseconds(line.get("duration_ms"), ms), None
    size = line.get("bytes_sent", line.get("bytes"))
    return key, size, duration, line.get("db_calls"), nanoseconds(line.get("db_time_ms"), ms), upstream


def count(log):
    series, lines, size = collections.defaultdict(Requests), 0, 0
    opener = gzip.open if log.endswith(".gz") else open
    with opener(log, "rb") as file:
        for raw in file:
            lines, size = lines + 1, size + len(raw)
            line = json.loads(raw, parse_float=Decimal)
            line.update(line.pop("request", {}))
            key, bytes_, duration, calls, db, upstream = read_line(line)
            one = series[key]
            one.requests += 1
            one.errors += key[2] >= 500
            one.words[key[3]] += 1
            for values, value in (
                (one.bytes, bytes_),
                (one.durations, duration),
                (one.calls, calls),
                (one.db, db),
                (one.upstream, upstream),
            ):
                if value is not None:
                    values.append(value)
    rows = [dict(zip(KEY, key)) | vars(requests) for key, requests in series.items()]
    return {"lines": lines, "bytes": size, "series": rows}


def load(expected):
    """source → key → Requests"""
    sources = {}
    for source, counted in json.load(open(expected)).items():
        sources[source] = {}
        for row in counted["series"]:
            requests = sources[source][tuple(row[name] for name in KEY)] = Requests()
            vars(requests).update({name: value for name, value in row.items() if name not in KEY})
            requests.words = collections.Counter(requests.words)
    return sources


def together(parts):
    sum = Requests()
    for part in parts:
        sum.add(part)
    return sum


def by_route(series):
    routes = collections.defaultdict(Requests)
    for key, requests in series.items():
        routes[key[0]].add(requests)
    return routes


def seconds(value):
    return None if value is None else Decimal(value) / 10**9
