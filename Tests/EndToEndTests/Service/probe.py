"""Holds IDLE silent connections to a port of this machine, and asks /health for SECONDS, on a new connection each time.

usage: probe.py PORT IDLE SECONDS    Prints a line of JSON, times in seconds. Fails where an answer is not 200.
"""

import json
import resource
import socket
import sys
import time

port, count, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
count = min(count, hard - 200)

idle = []
for _ in range(count):
    connection = socket.socket()
    connection.setblocking(False)
    try:
        connection.connect(("127.0.0.1", port))
    except BlockingIOError:
        pass
    idle.append(connection)

times = []
until = time.monotonic() + seconds
while time.monotonic() < until:
    began = time.monotonic()
    answer = b""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as probe:
            probe.settimeout(10)
            probe.sendall(b"GET /health HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
            while more := probe.recv(65536):
                answer += more
    except OSError as error:
        sys.exit(f"probe {len(times) + 1} was not answered: {error}")
    if not answer.startswith(b"HTTP/1.1 200 "):
        sys.exit(f"probe {len(times) + 1} was answered {answer[:60]!r}")
    times.append(time.monotonic() - began)
    time.sleep(0.02)
times.sort()
print(json.dumps({
    "idle": count, "probes": len(times), "median": round(times[len(times) // 2], 5),
    "slowest": round(times[-1], 5)}))
