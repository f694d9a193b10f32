"""What a scraper costs: `/metrics` with 2,000 series, and the rate of ingest with a scrape a second and without."""

import http.client
import statistics
import threading
import time
from pathlib import Path

import logs
import memory as memory_topic
import places
from followers import Plumbline
from report import Report

SERIES, SCRAPES = 2_000, 60
LINES, PAIRS = 2_000_000, 5


def measure(report: Report) -> None:
    with places.in_memory() as memory:
        page(report, memory)
        disturbance(report, memory)


def page(report: Report, memory: Path) -> None:
    """A new page every time: between two scrapes something is committed."""
    log = memory / "series.jsonl"
    memory_topic.spread(log, SERIES)
    with Plumbline(log, memory / "series", "commit_interval: 100ms\n") as agent:
        await_read(agent, log)
        time.sleep(1)
        agent.get("/metrics")
        delays, size = [], 0
        line = log.read_bytes().partition(b"\n")[0] + b"\n"
        with open(log, "ab", buffering=0) as file:
            for _ in range(SCRAPES):
                file.write(line)
                time.sleep(0.13)
                start = time.monotonic()
                size = len(agent.get("/metrics"))
                delays.append((time.monotonic() - start) * 1000)
    report.fact(f"scrape: /metrics with {SERIES:,} series", f"{size / 1e6:.2f} MB, median {statistics.median(delays):.1f} "
                f"ms, longest {max(delays):.1f} ms of {SCRAPES}")
    report.gate(f"scrape: /metrics with {SERIES:,} series, median", statistics.median(delays), 10, at_least=False,
                unit=" ms")


def disturbance(report: Report, memory: Path) -> None:
    """The agent catches up with a log, alternately alone and scraped; its rate is lines per second of wall time."""
    log = logs.log(logs.CONSTANT, LINES)
    rates: dict[bool, list[float]] = {False: [], True: []}
    for number in range(PAIRS):
        for scraped in (False, True):
            home = memory / f"{scraped}-{number}"
            with Plumbline(log.path, home) as agent:
                ending = threading.Event()
                scraper = threading.Thread(target=scrapes, args=(agent.port, ending))
                if scraped:
                    scraper.start()
                start = time.monotonic()
                await_read(agent, log.path)
                rates[scraped].append(log.lines / (time.monotonic() - start))
                ending.set()
                if scraped:
                    scraper.join()
            places.remove(home)
    ratios = [with_ / alone for with_, alone in zip(rates[True], rates[False])]
    report.fact("scrape: lines/s while catching up, alone and with a scrape a second",
                f"{statistics.median(rates[False]):,.0f} and {statistics.median(rates[True]):,.0f}; ratios "
                + ", ".join(f"{ratio:.2f}" for ratio in ratios))
    report.gate("scrape: rate with a scrape a second / without", statistics.median(ratios), 0.98)


def await_read(agent: Plumbline, log: Path) -> None:
    while agent.bytes_read() < log.stat().st_size:
        time.sleep(0.05)


def scrapes(port: int, ending: threading.Event) -> None:
    while not ending.wait(1):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", "/metrics")
        connection.getresponse().read()
        connection.close()
