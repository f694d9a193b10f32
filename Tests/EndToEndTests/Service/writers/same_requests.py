"""Sends the same requests to whichever server it is told, and prints what its log must say.

usage: same_requests.py PORT
Prints, by the route that Plumbline makes of the path: requests, 5xx, and between which sums of seconds their durations
must be: as long as the service waited, and as long as the client did.
"""

import http.client
import json
import sys
import threading
import time

from origin import SLOW_SECONDS

HEADERS = {"Connection": "close", "User-Agent": 'a "quoted" \\ agent'}
TARGETS = (
    [("GET", f"/items/{number}?token=canary-{number}", "/items/{id}") for number in range(100)]
    + [("POST", "/orders", "/orders")] * 30
    + [("GET", "/kept", "/kept")] * 30
    + [("GET", "/broken", "/broken")] * 7
    + [("GET", "/nobody/here", "(unmatched)")] * 13
)


def send(port, targets, counts, lock):
    for method, target, route in targets:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        began = time.perf_counter()
        connection.request(method, target, body=b"{}" if method == "POST" else None, headers=HEADERS)
        response = connection.getresponse()
        response.read()
        took = time.perf_counter() - began
        connection.close()
        slow = route == "/items/{id}" and int(target.split("/")[2].split("?")[0]) % 20 == 0
        with lock:
            row = counts.setdefault(route, {"requests": 0, "errors": 0, "least": 0.0, "most": 0.0})
            row["requests"] += 1
            row["errors"] += response.status >= 500
            row["least"] += SLOW_SECONDS if slow else 0
            row["most"] += took


def main():
    port, counts, lock = int(sys.argv[1]), {}, threading.Lock()
    threads = [threading.Thread(target=send, args=(port, TARGETS[first::6], counts, lock)) for first in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sent = sum(row["requests"] for row in counts.values())
    if sent != len(TARGETS):
        sys.exit(f"{sent} of {len(TARGETS)} requests answered")
    json.dump(counts, sys.stdout)


main()
