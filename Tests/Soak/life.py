"""One abused life of an agent, from its first start to the reckoning."""

import random
import time
from pathlib import Path

from abuse import Abuse
from agent import NOBODY, Agent
from disk import Disk
from logs import ROTATIONS, Log, Writer, owner_of
from reckoning import Reckoning
from scrapes import Scrapes

# More moments to be killed in. Few counters, so that a page stays small however long it lasts: what is past the limit
# is added up in one. Each line's route must stay apart in the snapshots.
SETTINGS = """commit_interval: 250ms
limits:
  counter_series: 300
  series: 100000
"""


def live(program: Path, place: Path, kills: int, seconds: float, rate: float, seed: int, only: str) -> list[str]:
    """Returns what went wrong. Lasts until both are reached, kills and seconds."""
    random.seed(seed)
    folder = place / "log"
    folder.mkdir()
    disk = Disk(place / "disk", NOBODY)
    try:
        logs = [Log(folder, rotation, owner_of(place)) for rotation in ROTATIONS if only in (rotation.name, "")]
        inputs = [(log.path, log.rotation.name) for log in logs]
        agent = Agent(program, place, disk.path / "data", inputs, SETTINGS)
        writer, scrapes = Writer(logs, rate), Scrapes(agent)
        story = Abuse(agent, logs, writer, disk, scrapes, random.Random(seed))
        failures = suffer(story, kills, seconds)
        done = ", ".join(f"{name} {count}" for name, count in sorted(story.done.items()))
        print(f"{agent.kills} kills, {sum(log.rotations for log in logs)} rotations, seed {seed}: {done}")
        if not disk.is_mounted:
            print("not root: no disk was filled and none was read-only")
        return failures + Reckoning(agent.summary(), logs, scrapes).failures
    finally:
        disk.close()


def suffer(story: Abuse, kills: int, seconds: float) -> list[str]:
    agent, writer, scrapes = story.agent, story.writer, story.scrapes
    failures = []
    begin = time.monotonic()
    agent.start()
    writer.start()
    scrapes.start()
    try:
        # What was rotated away before an agent has ever seen its log is not its business.
        story.catch_up()
        while agent.kills < kills or time.monotonic() - begin < seconds:
            for action in story.actions():
                story.do(action)
        writer.stop()
        story.catch_up()
        scrapes.stop()
    except AssertionError as failure:
        failures.append(str(failure))  # and the reckoning will tell what is missing
        writer.stop()
    finally:
        code = agent.stop()
    if code != 0:
        failures.append(f"the agent ended with {code}: {agent.last_words()}")
    return failures
