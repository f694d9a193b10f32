"""What the live page costs with 2,000 series and a day of history: bytes, time to the first numbers, scripting.

  measure.py PROGRAM PLACE PORT   PLACE is an empty directory

Writes a day of requests, a line every 100 ms, to 250 routes in 8 series each, and goes on writing; the agent reads it, and
a browser looks at a minute, an hour and the day. Prints a table in Markdown. Takes about four minutes.
"""

import json
import pathlib
import random
import sys
import threading
import time

from playwright.sync_api import sync_playwright

from agent import Agent, wait
from traffic import instant

ROUTES, SPACING = 250, 0.1


def line(chance, now):
    route = int(ROUTES * chance.random() ** 2)
    fields = {
        "time": instant(now), "method": "GET", "route": f"/area{route % 10}/thing{route}/{{id}}",
        "status": chance.choices([200, 404], [9, 1])[0], "duration_ms": round((5 + route / 5) * chance.lognormvariate(0, 0.6), 3),
        "cache": chance.choices(["hit", "miss"], [2, 1])[0], "user_id": chance.choice(["someone", None]), "db_calls": route % 9}
    return json.dumps(fields) + "\n"


def write(path, end):
    chance = random.Random(1)
    count = int(86_400 / SPACING)
    with open(path, "w") as log:
        for number in range(count):
            log.write(line(chance, end - 86_400 + number * SPACING))
    return count


def go_on(path, is_over):
    """The service does not stop for the measurement."""
    chance = random.Random(2)
    with open(path, "a", buffering=1) as log:
        while not is_over.wait(SPACING):
            log.write(line(chance, time.time()))


class Meter:
    """What one page loads and computes, by the browser's own account."""

    def __init__(self, page):
        self.page = page
        self.session = page.context.new_cdp_session(page)
        self.session.send("Network.enable")
        self.session.send("Performance.enable")
        self.bytes = {}
        self.urls = {}
        self.session.on("Network.requestWillBeSent", lambda event: self.urls.__setitem__(event["requestId"], event["request"]["url"]))
        self.session.on("Network.loadingFinished", lambda event: self.bytes.__setitem__(event["requestId"], event["encodedDataLength"]))
        # The stream of news never ends.
        self.session.on("Network.dataReceived", self.received)

    def received(self, event):
        if self.urls.get(event["requestId"], "").endswith("/stream"):
            self.bytes[event["requestId"]] = self.bytes.get(event["requestId"], 0) + event["dataLength"]

    def metric(self, name):
        found = self.session.send("Performance.getMetrics")["metrics"]
        return next(entry["value"] for entry in found if entry["name"] == name)

    def sum(self, part):
        return sum(size for request, size in self.bytes.items() if part(self.urls.get(request, "")))


def updates(page):
    return page.evaluate("performance.getEntriesByName('plumbline-update').map(entry => entry.duration)")


def look(chromium, agent, label, fragment, seconds):
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    meter = Meter(page)
    began = time.monotonic()
    page.goto(agent.address + fragment)
    page.wait_for_selector("#main[data-state=ready]", timeout=60_000)
    first = time.monotonic() - began
    page.wait_for_timeout(1_500)
    files = meter.sum(lambda url: "/api/" not in url)
    answer = meter.sum(lambda url: "/api/v1/timeline" in url)
    before = {name: meter.metric(name) for name in ("ScriptDuration", "TaskDuration")}
    seen, loaded = len(updates(page)), sum(meter.bytes.values())
    page.wait_for_timeout(seconds * 1_000)
    script, task = ((meter.metric(name) - before[name]) / seconds for name in ("ScriptDuration", "TaskDuration"))
    later = updates(page)[seen:]
    assert later, f"nothing was updated in {seconds} s"
    print(
        f"| {label} | {files / 1024:.0f} KiB | {answer / 1024:.0f} KiB | {first:.2f} s | "
        f"{(sum(meter.bytes.values()) - loaded) / 1024 / seconds:.1f} KiB/s | {sum(later) / len(later):.0f} ms, "
        f"longest {max(updates(page)):.0f} | {script * 1e3:.0f} / {task * 1e3:.0f} ms |", flush=True)
    context.close()


def main(program, place, port):
    place = pathlib.Path(place)
    count = write(place / "app.log", time.time())
    agent, is_over = Agent(program, place, port), threading.Event()
    service = threading.Thread(target=go_on, args=(place / "app.log", is_over), daemon=True)
    try:
        agent.start(seconds=300)
        wait("the lines", lambda: agent.ask("/api/v1/ledger")["lines"] == count, 120)
        service.start()
        # Until what was read is in its hours.
        time.sleep(15)
        print("| question | at first | again |")
        print("|---|---:|---:|")
        for path in (
            "/api/v1/timeline?window=1h&by=route&histogram=true", "/api/v1/timeline?from=-24h&step=1h&by=route&histogram=true",
            "/api/v1/timeline?from=-6h&step=5m&by=route&histogram=true", "/api/v1/insights"):
            took = []
            for _ in range(3):
                began = time.monotonic()
                agent.ask(path)
                took.append((time.monotonic() - began) * 1e3)
            print(f"| {path} | {took[0]:.0f} ms | {min(took[1:]):.0f} ms |", flush=True)
        series = agent.ask("/api/v1/windows/1h?by=route,method,status,cache,segment")["series"]
        print(f"\n{len(series):,} series in the last hour\n")
        print("| looking at | page | first answer | first numbers | meanwhile | an update | script / all, per second |")
        print("|---|---:|---:|---:|---:|---:|---:|")
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            look(chromium, agent, "1 min", "/#?range=1m", 20)
            look(chromium, agent, "1 h", "/#?range=1h", 40)
            look(chromium, agent, "24 h", "/#?range=24h", 125)
            chromium.close()
    finally:
        is_over.set()
        agent.stop()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
