"""Agents behind a real HAProxy: what it makes of their answers while things go wrong.

  python Tests/Balancers [SCENARIO…] [--keep] [--one-by-one]

Needs the release build (PLUMBLINE_BINARY names another one), Debian's haproxy, and uvicorn.
"""

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
import traceback
from pathlib import Path

from fleet import Fleet
from scenarios import SCENARIOS

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("PLUMBLINE_BINARY", ROOT / ".build/release/plumbline"))


async def play(name: str, place: Path) -> str | None:
    """What went wrong; nothing of a story that went as told."""
    story, rate, asks_peers = SCENARIOS[name]
    fleet = Fleet(PROGRAM, place / name, rate, asks_peers)
    helpers: list[asyncio.Task] = []
    try:
        fleet.start()
        helpers = [asyncio.create_task(fleet.watch()), asyncio.create_task(fleet.load()), asyncio.create_task(fleet.probe())]
        # Whichever ends first: those that help never do, unless something is wrong.
        tale = asyncio.create_task(story(fleet))
        helpers.append(tale)
        done, _ = await asyncio.wait(helpers, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
        print(f"{name}: as told, in {fleet.second:.0f} s, {sum(fleet.answers.values())} requests")
        return None
    except Exception as error:
        if not isinstance(error, AssertionError):
            traceback.print_exc()
        courses = {server.name: fleet.course(server) for server in fleet.servers}
        reports = {server.name: (await server.health()).get("output") for server in fleet.servers}
        return f"{name}: {error}\n  after {fleet.second:.0f} s, {fleet.answers}\n  {courses}\n  {reports}"
    finally:
        for task in helpers:
            task.cancel()
        fleet.stop()


async def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=", ".join(SCENARIOS))
    parser.add_argument("--keep", action="store_true", help="leave the logs and what everybody said")
    parser.add_argument("--one-by-one", action="store_true", help="not all at the same time")
    options = parser.parse_args()
    unknown = [name for name in options.scenarios if name not in SCENARIOS]
    if unknown:
        parser.error(f"no scenario {unknown[0]!r}; expected some of {', '.join(SCENARIOS)}")
    names = options.scenarios or list(SCENARIOS)
    place = Path(tempfile.mkdtemp(prefix="plumbline-balancers-"))
    try:
        if options.one_by_one:
            failures = [await play(name, place) for name in names]
        else:
            failures = await asyncio.gather(*(play(name, place) for name in names))
    finally:
        if options.keep:
            print(f"what was left of it: {place}", file=sys.stderr)
        else:
            shutil.rmtree(place)
    for failure in filter(None, failures):
        print(f"FAILED: {failure}", file=sys.stderr)
    return 1 if any(failures) else 0


sys.exit(asyncio.run(main()))
