"""A Prometheus that never stops scraping: no counter of requests may ever decrease."""

import threading

from agent import Agent, samples, total

COUNTERS = ("plumbline_requests_total", "plumbline_response_bytes_total", "plumbline_request_db_calls_total",
            "plumbline_request_duration_seconds_count")


class Scrapes(threading.Thread):
    def __init__(self, agent: Agent, every: float = 0.15) -> None:
        super().__init__(name="scrapes", daemon=True)
        self.agent, self.every = agent, every
        self.pages = 0
        self.missed = 0
        self.decreases: list[str] = []
        self.last: dict[str, dict[str, float]] = {}
        self._ending = threading.Event()

    def run(self) -> None:
        while not self._ending.wait(self.every):
            try:
                self.take(self.page())
            except OSError:
                self.missed += 1  # killed, or frozen

    def page(self) -> dict[str, dict[str, float]]:
        return samples(self.agent.get("/metrics"))

    def take(self, page: dict[str, dict[str, float]]) -> None:
        self.pages += 1
        for name in COUNTERS:
            for labels, before in self.last.get(name, {}).items():
                now = page.get(name, {}).get(labels)
                if now is None or now < before:
                    self.decreases.append(f"{name}{labels}: {before:.0f}, then {now}")
        self.last = page

    def requests(self) -> int:
        return total(self.last, COUNTERS[0])

    def stop(self) -> None:
        """With one scrape more, of the agent at its end."""
        self._ending.set()
        self.join()
        self.take(self.page())
