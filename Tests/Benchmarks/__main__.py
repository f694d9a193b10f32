"""Measures Plumbline against what else there is, and says whether its gates hold.

  python Tests/Benchmarks [TOPIC…] [--readme README.md]

Needs what Tests/Benchmarks/setup.sh prepares, and the release builds of `plumbline` and `ingest-benchmark`
(PLUMBLINE_BINARY and INGEST_BINARY name others). Ends with 1 when a gate fails, and names it.
"""

import argparse
import importlib
import os
import sys
import time
from pathlib import Path

from report import Report

# In this order; each is a file with `measure(report)`.
TOPICS = ("ingest", "texts", "cores", "live", "memory", "snapshots", "compare", "scrape", "probes", "growth")
MORE_TOPICS = ("instructions", "instructions-short")


def main() -> int:
    options = arguments()
    # Compiled C reads the settings of the locale; sorting and numbers shall not depend on them.
    os.environ["LC_ALL"] = "C.UTF-8"
    report = Report()
    if report.load > 0.5:
        print(f"note: the machine has a load of {report.load:.1f}; times will be worse and vary more", flush=True)
    for topic in options.topics or TOPICS:
        start = time.monotonic()
        print(f"-- {topic}", flush=True)
        importlib.import_module(topic.replace("-", "_")).measure(report)
        print(f"-- {topic}: {time.monotonic() - start:.0f} s", flush=True)
    print(f"\n{report.text()}\n" if report.rows else "")
    for gate in report.gates:
        print(gate)
    if options.readme:
        report.write_into(options.readme)
    for gate in report.failures:
        print(f"gate failed: {gate.name}", file=sys.stderr)
    return 1 if report.failures else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("topics", nargs="*", metavar="TOPIC", help=f"some of {', '.join(TOPICS + MORE_TOPICS)}")
    parser.add_argument("--readme", type=Path, help="write the figures between the markers of this file")
    options = parser.parse_args()
    for topic in options.topics:
        if topic not in TOPICS + MORE_TOPICS:
            parser.error(f"topic: found {topic!r}, expected some of {', '.join(TOPICS + MORE_TOPICS)}")
    return options


if __name__ == "__main__":
    sys.exit(main())
