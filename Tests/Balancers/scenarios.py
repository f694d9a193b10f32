"""What happens to a fleet, and what HAProxy must make of it: each a story that raises where it goes otherwise."""

import asyncio
import signal
import time

from fleet import Fleet
from http_client import fetch
from probers import Envoy, Kubernetes


async def until(what: str, condition, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds:.0f} s in vain for {what}")
        await asyncio.sleep(0.1)


def demand(condition: bool, what: str) -> None:
    if not condition:
        raise AssertionError(what)


async def answers(port: int, path: str, status: int) -> bool:
    try:
        return (await fetch(port, path)).status == status
    except OSError:
        return False


async def all_well(fleet: Fleet, seconds: float = 60) -> None:
    async def passes(server) -> bool:
        report = await server.health()
        return report.get("status") == "pass" and report.get("weight") == 1

    for server in fleet.servers:
        await until(f"{server.name} to pass", lambda: passes(server), seconds)
        await until(f"{server.name} to be in", lambda: (s := fleet.now(server)) and s.is_in and s.weight == 100, 20)


async def settled(fleet: Fleet) -> float:
    """Waits until all is well, and forgets what was asked of services that had not started; the second of it."""
    await all_well(fleet)
    began = fleet.second
    await asyncio.sleep(1)
    fleet.answers.clear()
    return began


async def error_storm(fleet: Fleet) -> None:
    """One server fails half of its requests for ten seconds: it goes out once, and comes back once, little by little."""
    began = await settled(fleet)
    first, *others = fleet.servers
    live, ready = Kubernetes(first.agent_port, "/livez"), Kubernetes(first.agent_port, "/health")
    envoy = Envoy(first.agent_port, "/health")
    fleet.probers += [live, ready, envoy]
    first.order(errors=0.5)
    await until("the failing server to be out", lambda: not fleet.now(first).is_in, 30)
    await asyncio.sleep(3)
    first.order()
    # Its window of a minute must pass first.
    await until("it to be in again", lambda: fleet.now(first).is_in, 120)
    back = fleet.second
    await until("its full weight", lambda: fleet.now(first).weight == 100, 60)
    await asyncio.sleep(5)
    demand(fleet.course(first, began) == ["UP", "DOWN", "UP"], f"s1 was {fleet.course(first, began)}")
    for server in others:
        demand(fleet.course(server, began) == ["UP"], f"{server.name} was {fleet.course(server, began)}")
    returning = [s.weight for s in fleet.samples if s.server == "s1" and s.second >= back]
    demand(returning[0] < 50, f"it came back with a weight of {returning[0]}")
    demand(returning == sorted(returning), f"its weight did not rise step by step: {returning}")
    demand(all(s.weight >= 1 for s in fleet.samples if s.is_in), "a weight was nothing")
    demand(live.course == ["success"], f"Kubernetes would have restarted it: {live.course}")
    demand(ready.course == ["success", "failure", "success"], f"Kubernetes thought it {ready.course}")
    # On its way down it may have been the second choice; on its way up it must get requests, or it would stay there.
    course = [state for place, state in enumerate(envoy.course) if state != "degraded" or place > 1]
    demand(course == ["healthy", "unhealthy", "healthy"], f"Envoy thought it {envoy.course}")


async def slow_database(fleet: Fleet) -> None:
    """All three wait for the same database: at every look at least one of them is in, and at the end all are."""
    began = await settled(fleet)
    probers = [Envoy(server.agent_port, "/health") for server in fleet.servers]
    fleet.probers += probers
    for server in fleet.servers:
        server.order(delay=1.5)

    async def all_fail() -> bool:
        return all([(await s.health("/api/v1/health/local")).get("status") == "fail" for s in fleet.servers])

    await until("all three to fail by themselves", all_fail, 60)
    await asyncio.sleep(10)
    reports = [await server.health() for server in fleet.servers]
    demand(any(r.get("state") == "guarded" for r in reports), f"nobody was kept in: {[r.get('state') for r in reports]}")
    thought = [prober.course[-1] for prober in probers]
    demand("degraded" in thought, f"Envoy thought them {thought}, and none the second choice")
    for server in fleet.servers:
        server.order()
    await until("all three to be in", lambda: all(fleet.now(s).is_in for s in fleet.servers), 120)
    demand(fleet.fewest_in(began) >= 1, "there was a look at which no server was in")
    refused = {kind: count for kind, count in fleet.answers.items() if kind != 200}
    demand(not refused, f"requests were not answered: {refused}")


async def frozen_writer(fleet: Fleet) -> None:
    """A service that answers and writes no log any more is a warning, and no reason to take it out."""
    began = await settled(fleet)
    first = fleet.servers[0]
    first.order(frozen=True)

    async def warns() -> bool:
        report = await first.health()
        return report.get("status") == "warn" and report.get("state") == "unseen"

    await until("a warning", warns, 30)
    report = await first.health()
    demand("the last request was" in report["output"], f"the reason is {report['output']!r}")
    await asyncio.sleep(5)
    first.order()
    await all_well(fleet, 30)
    for server in fleet.servers:
        demand(fleet.course(server, began) == ["UP"], f"{server.name} was {fleet.course(server, began)}")


async def night(fleet: Fleet) -> None:
    """One 500 among few requests is no failure."""
    began = await settled(fleet)
    second = fleet.servers[1]
    status = (await fetch(second.port, "/fail")).status
    demand(status == 500, f"/fail answered {status}")
    states = set()
    for _ in range(20):
        states.add((await second.health()).get("status"))
        await asyncio.sleep(1)
    report = await second.health()
    ratio = report["checks"]["requests:error_ratio"][0]["observedValue"]
    demand(ratio > 0.01, f"the error was not seen: {ratio}")
    demand("fail" not in states, f"it failed: {states}")
    for server in fleet.servers:
        demand(fleet.course(server, began) == ["UP"], f"{server.name} was {fleet.course(server, began)}")


async def deployment(fleet: Fleet) -> None:
    """Drained, restarted and brought back without a request lost; the agent is killed meanwhile, and still drains."""
    began = await settled(fleet)
    first, *others = fleet.servers
    await first.say("drain")
    await until("HAProxy to drain it", lambda: fleet.now(first).status in ("DRAIN", "NOLB"), 10)
    await asyncio.sleep(1)
    first.end("service")
    first.start_service()
    first.end("agent", signal.SIGKILL)
    await until("HAProxy to miss the agent", lambda: fleet.now(first).status == "DOWN", 15)
    first.start_agent()
    await until("the new agent to answer", lambda: answers(first.agent_port, "/health?drain=404", 404), 30)
    # HAProxy hears 404 as a drain only of a server that is not down, so it stays down; what matters is that it stays out.
    await asyncio.sleep(5)
    course = fleet.course(first, began)
    demand("UP" not in course[1:], f"a killed agent let it in again: {course}")
    await first.say("ready")
    await until("it to be in again", lambda: fleet.now(first).is_in, 15)
    await asyncio.sleep(5)
    course = fleet.course(first, began)
    demand(course[0] == course[-1] == "UP" and course.count("UP") == 2, f"s1 was {course}")
    for server in others:
        demand(fleet.course(server, began) == ["UP"], f"{server.name} was {fleet.course(server, began)}")
    refused = {kind: count for kind, count in fleet.answers.items() if kind != 200}
    demand(not refused, f"requests were lost: {refused}")


SCENARIOS = {
    "error-storm": (error_storm, 30, False),
    "slow-database": (slow_database, 30, True),
    "frozen-writer": (frozen_writer, 30, False),
    "night": (night, 3, False),
    "deployment": (deployment, 30, False),
}
"""Name: story, requests a second, whether the agents ask each other."""
