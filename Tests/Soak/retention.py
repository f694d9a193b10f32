"""Retention deletes snapshots, again and again, between kills; the counters of requests must know nothing of it."""

import time
from pathlib import Path

import numbered
from agent import Agent, total, wait
from scrapes import Scrapes

HOURS = 24
SETTINGS = """commit_interval: 250ms
limits:
  counter_series: 300
  series: 100000
"""


def prune(program: Path, place: Path, rounds: int, lines: int = 4000) -> list[str]:
    """Every round writes lines of all the last hours, has the agent prune the older ones, ends it and starts it again."""
    log = place / "app.log"
    data = place / "state"
    data.mkdir()
    data.chmod(0o777)
    agent = Agent(program, place, data / "data", [(log, "main")], SETTINGS)
    scrapes = Scrapes(agent)
    written = 0
    log.touch()
    agent.start()
    try:
        agent.await_ready()
        scrapes.start()
        for number in range(rounds):
            now = time.time()
            with open(log, "ab") as file:
                for _ in range(lines):
                    ago = HOURS * 3600 * (1 - written % lines / lines)
                    file.write(numbered.line("aged", written, now - ago))
                    written += 1
            wait(f"{written} requests", lambda: total(scrapes.page(), "plumbline_requests_total") >= written, 30, agent)
            agent.run("snapshots", "prune", "--data", data / "data", "--keep", "6h")
            if number % 2:
                agent.kill()
            else:
                agent.stop()
            agent.start()
            agent.await_ready()
        scrapes.stop()
    finally:
        agent.stop()
    left = agent.summary()["total"]["requests"]
    print(f"{written} lines of {HOURS} hours; {left} are left in the snapshots; "
          f"{scrapes.pages} scrapes, the last one counts {scrapes.requests()}")
    failures = [f"a counter decreased: {decrease}" for decrease in scrapes.decreases[:5]]
    if scrapes.requests() != written:
        failures.append(f"the last scrape counts {scrapes.requests()} requests of {written}")
    if left >= written:
        failures.append("nothing was pruned: this has proved nothing")
    return failures
