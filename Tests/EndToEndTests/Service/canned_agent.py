"""Answers like an agent whose numbers never change. Usage: canned_agent.py PORT"""

import json
import sys
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ROUTES = [
    # route, requests, errors, p95, hit ratio, database calls
    ("/", 3558, 1, 0.199, 0.803, 2.17),
    ("/products", 2063, 1, 0.253, 0.7, 2.77),
    ("/orders", 1745, 4, 0.563, 0.518, 27.8),
    ("/products/{id}", 1685, 3, 0.179, 0.734, 1.74),
    ("/search", 890, 19, 0.746, 0.277, 2.37),
    ("/evil\x1b[2J\x1b]0;title\x07", 44, 0, 1.9, None, 12),
    ("/ping", 12, 0, None, None, None),
]


def metrics(requests, errors, p95, hits, calls):
    return {
        "requests": requests, "errors": errors, "error_ratio": errors / requests, "hit_ratio": hits,
        "bypass_ratio": None if hits is None else 0.174, "bytes": None,
        "db_calls": calls and {"requests": requests, "sum": 1, "mean": calls, "p50": 1, "p95": 9, "max": 31},
        "db_seconds": None, "upstream_seconds": None,
        "duration_seconds": p95 and {"count": requests, "sum": 1, "mean": 1, "min": 0.001, "p50": p95 / 5,
                                     "p90": p95 * 0.8, "p95": p95, "p99": p95 * 1.8, "max": p95 * 9}}


def ago(**span):
    return (datetime.now(timezone.utc) - timedelta(**span)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def window(query):
    answer = {"window": "1m", "from": "2026-11-22T10:41:00Z", "to": "2026-11-22T10:42:00Z",
              "total": metrics(9997, 28, 0.4, 0.66, 6.38),
              "routes": [{"route": route[0]} | metrics(*route[1:]) for route in ROUTES]}
    if "by=cache" in query:
        answer["series"] = [{"cache": cache, "segment": segment} | metrics(count, 0, p95, None, calls)
                            for cache, segment, count, p95, calls in
                            [("hit", "anonymous", 904, 0.004, 0), ("miss", "authenticated", 841, 0.61, 57.6)]]
    if "by=method" in query:
        answer["series"] = [{"method": "GET", "status": status} | metrics(count, errors, 0.5, None, 3)
                            for status, count, errors in [(200, 1741, 0), (500, 4, 4)]]
    return answer


def health():
    return {"status": "pass", "notes": ["9,997 requests in 1m: 0.28 % errors, p95 400 ms"], "time": ago(),
            "state": "pass", "since": ago(minutes=90), "weight": 1, "checks": {
                "error_ratio": [{"status": "pass", "observedValue": 0.0028, "observedUnit": "ratio", "limit": 0.05,
                                 "time": ago()}],
                "requests:age": [{"status": "pass", "observedValue": 0.4, "observedUnit": "seconds", "limit": 60,
                                  "time": ago()}]}}


def ledger():
    return {"bytes": 308128482, "lines": 1000000, "accepted": 999998, "blank": 0, "filtered": 0, "continuation": 0,
            "header": 0, "rejected": {"malformed": 2}, "rejected_samples": {"malformed": "aaaa 99.9 ?aa"},
            "unfinished": 0, "skipped_at_start": 0, "lost_bytes": 0, "inputs": [
                {"path": "/var/log/shop/access.log", "source": "main", "copy_of": None, "bytes": 308128482,
                 "lines": 1000000, "unfinished": 0, "skipped_at_start": 0, "lost_bytes": 0}]}


INSIGHTS = {"n_plus_one": [{"route": "/orders", "method": "GET", "reason": "31 database calls in answers of 20 KiB, 3 in those of 2 KiB"}]}


def changes():
    return {"schema": "plumbline.changes.v1", "unreadable": [], "changes": [
        {"id": "orders", "title": "orders \x1b[31min one query", "owner": "kim", "state": "met", "created": ago(days=3),
         "routes": ["/orders"], "marks": [{"kind": "deploy", "time": ago(minutes=30)}],
         "expectations": [{"text": "p95 /orders -20%", "verdict": "met", "reason": "-31 % by the code"}],
         "verdict": {"reasons": ["p95 of /orders fell by 31 %"]}},
        {"id": "banner", "title": "banner", "owner": "lee", "state": "deployed", "created": ago(hours=2), "routes": [],
         "marks": [], "expectations": [{"text": "error_ratio <1%", "verdict": None, "reason": None}], "verdict": None}]}


class Agent(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path, _, query = self.path.partition("?")
        others = {"/health": health, "/api/v1/ledger": ledger, "/api/v1/insights": lambda: INSIGHTS, "/api/v1/changes": changes}
        answer = others[path]() if path in others else window(query)
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Agent).serve_forever()
