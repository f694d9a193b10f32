"""Abuses a running Plumbline and demands every line exactly once.

  python Tests/Soak abuse [--kills N] [--minutes N] [--rate LINES] [--seed N]
  python Tests/Soak retention [--rounds N]
  python Tests/Soak foils
  python Tests/Soak memory [--minutes N] [--lines N] [--rotations N] [--table FILE]

Needs the release build (PLUMBLINE_BINARY names another one) and Debian's logrotate, mtail and goaccess. As root it also
mounts small disks and fills them; without root it says that it did not.
"""

import argparse
import os
import random
import shutil
import sys
import tempfile
from pathlib import Path

import foils
import life
import memory
import retention

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("PLUMBLINE_BINARY", ROOT / ".build/release/plumbline"))


def main() -> int:
    options = arguments()
    place = Path(tempfile.mkdtemp(prefix="plumbline-soak-"))
    place.chmod(0o755)
    try:
        failures = options.run(place, options)
        for failure in failures:
            print(f"FAILED: {failure}", file=sys.stderr)
    finally:
        if options.keep:
            print(f"what was left of it: {place}", file=sys.stderr)
        else:
            shutil.rmtree(place)
    return 1 if failures else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", action="store_true", help="leave the logs and the agent's messages")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    abuse = commands.add_parser("abuse", help="kills, rotations, full disks: each line once, no counter decreases")
    abuse.add_argument("--kills", type=int, default=20, help="at least so many (default: 20)")
    abuse.add_argument("--minutes", type=float, default=0, help="at least so long (default: 0)")
    abuse.add_argument("--rate", type=float, default=1200, help="lines a second (default: 1200)")
    abuse.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    abuse.add_argument("--only", default="", metavar="LOG", help="leave out the other logs, to narrow a failure down")
    abuse.set_defaults(run=lambda place, options: life.live(
        PROGRAM, place, options.kills, options.minutes * 60, options.rate, options.seed, options.only))

    pruning = commands.add_parser("retention", help="snapshots are pruned between kills: no counter decreases")
    pruning.add_argument("--rounds", type=int, default=4)
    pruning.set_defaults(run=lambda place, options: retention.prune(PROGRAM, place, options.rounds))

    comparison = commands.add_parser("foils", help="what mtail and GoAccess count under the same abuse")
    comparison.set_defaults(run=lambda place, options: foils.compare(PROGRAM, place))

    churn = commands.add_parser("memory", help="a million distinct paths, ten thousand rotations: is memory flat?")
    churn.add_argument("--minutes", type=float, default=10)
    churn.add_argument("--lines", type=int, default=1_000_000)
    churn.add_argument("--rotations", type=int, default=10_000)
    churn.add_argument("--table", type=Path, default=ROOT / ".build-e2e/memory.csv", help="where the samples go")
    churn.set_defaults(run=lambda place, options: memory.churn(
        PROGRAM, place, options.minutes, options.lines, options.rotations, options.table))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
