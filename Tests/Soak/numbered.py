"""Lines that can be told apart by sums.

Line n of log L has the route /L/(n // 50) and a response of 2 ** (n % 50) bytes. A sum of k powers of two has at most k
bits set, and has k of them only if all powers were different. So when a route has as many requests as its sum of bytes
has bits, the bits are the lines that were counted, each once: no line that was lost can hide behind another one that
was counted twice. Fifty lines keep the sum below 2 ** 53, where JSON readers that use doubles are still exact.
"""

import gzip
import json
import time

PER_ROUTE = 50


def line(log: str, number: int, at: float | None = None) -> bytes:
    return (
        b'{"ts":%.6f,"method":"GET","route":"/%s/%d","status":200,"duration_ms":%d,"db_calls":%d,"bytes":%d}\n'
        % (at or time.time(), log.encode(), number // PER_ROUTE, number % 90 + 1, number % 7, 1 << number % PER_ROUTE)
    )


def numbers(content: bytes) -> set[int]:
    """Which lines the content has, whole and with their line feed; what is torn is none."""
    found = set()
    for text in content.split(b"\n")[:-1]:
        try:
            request = json.loads(text)
            group = int(request["route"].rsplit("/", 1)[1])
            found.add(group * PER_ROUTE + request["bytes"].bit_length() - 1)
        except (ValueError, KeyError, TypeError):
            continue
    return found


def content(path: str) -> bytes:
    with gzip.open(path) if path.endswith(".gz") else open(path, "rb") as file:
        return file.read()


class Counted:
    """The lines of one log as a summary by route has them."""

    def __init__(self) -> None:
        self.once: set[int] = set()
        self.wrong: list[str] = []

    def add(self, route: str, requests: int, sum_of_bytes: int) -> None:
        group = int(route.rsplit("/", 1)[1])
        if sum_of_bytes.bit_count() == requests:
            bits = (bit for bit in range(PER_ROUTE) if sum_of_bytes >> bit & 1)
            self.once.update(group * PER_ROUTE + bit for bit in bits)
        else:
            self.wrong.append(f"{route}: {requests} requests, and their bytes add up to {sum_of_bytes:#x}")


def counted(summary: dict) -> dict[str, Counted]:
    """By log, from `plumbline summary --by route --output json`."""
    logs: dict[str, Counted] = {}
    for series in summary["series"]:
        log = series["route"].split("/")[1] if series["route"].startswith("/") else series["route"]
        if log not in logs:
            logs[log] = Counted()
        if log.startswith("("):
            logs[log].wrong.append(f"{series['requests']} requests of unknown lines")
        else:
            logs[log].add(series["route"], series["requests"], series["bytes"])
    return logs
