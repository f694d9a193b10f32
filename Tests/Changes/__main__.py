"""Changes at a real service, FastAPI with SQLAlchemy behind nginx's cache, and what Plumbline says of them.

  python Tests/Changes [STORY…] [--seconds N] [--rate N] [--seed N] [--keep]

All stories run at the same time, each with servers of its own. Needs the release build (PLUMBLINE_BINARY names another
one), Debian's nginx, and what the end-to-end tests install. Exits 1 if a verdict is wrong twice.
"""

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from record import Record
from shop import Shop, now
from stories import ORDERS, STORIES, Story

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("PLUMBLINE_BINARY", ROOT / ".build/release/plumbline"))

# Caches fill and processes start in it; neither belongs to a side.
SETTLING_SECONDS = 8
# Sides of this length must have a verdict.
LONG_SECONDS = 300


async def play_all(names: list[str], place: Path, options: argparse.Namespace) -> list[str]:
    """Those that went wrong."""
    failed = []
    for name, (said, wrong) in zip(
            names, await asyncio.gather(*(play(STORIES[name], place / name, options) for name in names))):
        print(f"{name}: {said}", flush=True)
        for fault in wrong:
            print(f"  wrong: {fault}", flush=True)
        if wrong:
            failed.append(name)
    return failed


async def play(story: Story, place: Path, options: argparse.Namespace) -> tuple[str, list[str]]:
    """What was said in one line, and what is wrong with it."""
    shop = Shop(place, options.seed, options.rate, story.ttl_seconds)
    try:
        await shop.start()
        if story.also_purged:
            return await purge(story, shop, options)
        await shop.visit(SETTLING_SECONDS)
        before = await side(shop, options)
        await story.change(shop)
        await shop.visit(SETTLING_SECONDS)
        after = await side(shop, options)
    finally:
        shop.stop()
    may_be_open = story.is_timed and options.seconds < LONG_SECONDS
    return judge(story, [f"{shop.edge_log}@{before}", f"{shop.edge_log}@{after}"], may_be_open)


async def side(shop: Shop, options: argparse.Namespace) -> str:
    """FROM..TO of as many seconds as were asked for."""
    start = now()
    await shop.visit(options.seconds)
    return f"{start}..{now()}"


async def purge(story: Story, shop: Shop, options: argparse.Namespace) -> tuple[str, list[str]]:
    """The cache was full, and what fell with it stands in the checklist of the record."""
    await shop.fill_the_cache()
    before = await side(shop, options)
    record = Record(PROGRAM, shop)
    record.start(story.promise, ORDERS, before)
    await story.change(shop)
    record.mark("purge")
    await side(shop, options)
    state, evidence = record.checklist()["purge_scope"]
    wrong = [] if state == "failed" else [f"purge_scope is {state}, expected failed: {evidence}"]
    wrong += [f"{route} is not named: {evidence}" for route in story.also_purged if route not in evidence]
    return f"{state}: {evidence}", wrong


def judge(story: Story, sides: list[str], may_be_open: bool) -> tuple[str, list[str]]:
    command = [str(PROGRAM), "compare", *sides, "--expect", story.promise, "--output", "json"]
    asked = subprocess.run(command, capture_output=True, text=True)
    if not asked.stdout.startswith("{"):
        return "", [f"{' '.join(command)}: exit {asked.returncode}: {asked.stderr or asked.stdout}"]
    report = json.loads(asked.stdout)
    promised = promised_row(report, story.promise)
    said = report["verdict"]
    if promised:
        within, total = promised["within"], promised["total"]
        said += f", code {percent(within['ln'])} {interval(within['ci95'])} of {percent(total['ln'])}"
        said += f", {promised.get('attribution')}"
    wrong = []
    is_open = may_be_open and report["verdict"] == "inconclusive"
    if report["verdict"] not in story.verdicts and not is_open:
        wrong.append(f"verdict {report['verdict']}, expected {' or '.join(story.verdicts)}: {report.get('reasons')}")
    if report["exit"] != asked.returncode:
        wrong.append(f"exit {asked.returncode}, said {report['exit']}")
    if story.attributions and not is_open and (not promised or promised.get("attribution") not in story.attributions):
        wrong.append(f"attribution {promised and promised.get('attribution')}, expected {' or '.join(story.attributions)}")
    named = {(row["metric"], row["scope"].get("route")) for row in report["results"] if row["within"]["class"] == "regressed"}
    if story.regressed and not named.intersection(story.regressed):
        wrong.append(f"regressed {sorted(named, key=str)}, expected one of {story.regressed}")
    return said, wrong


def promised_row(report: dict, promise: str) -> dict | None:
    metric, route = promise.split()[:2]
    rows = [row for row in report["results"] if (row["metric"], row["scope"].get("route")) == (metric, route)]
    return rows[0] if rows else None


def percent(ln: float | None) -> str:
    return "?" if ln is None else f"{(2.718281828 ** ln - 1) * 100:+.1f} %"


def interval(ends: list[float | None]) -> str:
    return f"[{percent(ends[0])}, {percent(ends[1])}]"


async def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stories", nargs="*", metavar="STORY", help=", ".join(STORIES))
    parser.add_argument("--seconds", type=int, default=75, help="the length of each side")
    parser.add_argument("--rate", type=float, default=30, help="requests a second at each shop")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="leave the logs")
    options = parser.parse_args()
    unknown = [name for name in options.stories if name not in STORIES]
    if unknown:
        parser.error(f"no story {unknown[0]!r}; expected some of {', '.join(STORIES)}")
    place = Path(tempfile.mkdtemp(prefix="plumbline-changes-"))
    try:
        failed = await play_all(options.stories or list(STORIES), place / "once", options)
        if failed:
            # By its own account one verdict in forty is a false alarm; twice in a row is a fault.
            print(f"once more: {', '.join(failed)}", flush=True)
            options.seed += 1
            failed = await play_all(failed, place / "again", options)
    finally:
        if options.keep:
            print(f"what was left of it: {place}", file=sys.stderr)
        else:
            shutil.rmtree(place)
    return 1 if failed else 0


sys.exit(asyncio.run(main()))
