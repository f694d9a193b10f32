"""Probers that are not HAProxy, as small clients: what each makes of an agent's answers over time."""

import asyncio

from http_client import fetch


class Prober:
    """Asks again and again; `course` has what it thought, one after the other."""

    def __init__(self, port: int, path: str, period: float = 0.5) -> None:
        self.port, self.path, self.period = port, path, period
        self.course: list[str] = []

    async def run(self) -> None:
        while True:
            try:
                answer = await fetch(self.port, self.path)
            except OSError:
                answer = None
            state = self.judge(answer)
            if state and (not self.course or self.course[-1] != state):
                self.course.append(state)
            await asyncio.sleep(self.period)

    def judge(self, answer) -> str | None:
        raise NotImplementedError


class Kubernetes(Prober):
    """httpGet of a kubelet: 200 to 399 is success, once is enough; it fails when three in a row do."""

    failures = 0

    def judge(self, answer) -> str | None:
        if answer and 200 <= answer.status < 400:
            self.failures = 0
            return "success"
        self.failures += 1
        return "failure" if self.failures >= 3 else None


class Envoy(Prober):
    """Active health checking: 200 alone is healthy, any other status unhealthy at once; no answer counts to a threshold.

    A healthy host with `x-envoy-degraded` is degraded: it gets requests when the healthy ones do not suffice.
    """

    good = bad = 0

    def judge(self, answer) -> str | None:
        if answer and answer.status == 200 and "x-envoy-immediate-health-check-fail" not in answer.fields:
            self.good, self.bad = self.good + 1, 0
            # The first answer decides by itself, later ones only in a row.
            if self.course and self.course[-1] == "unhealthy" and self.good < 2:
                return None
            return "degraded" if "x-envoy-degraded" in answer.fields else "healthy"
        self.good, self.bad = 0, self.bad + 1
        return "unhealthy" if answer or self.bad >= 3 else None
