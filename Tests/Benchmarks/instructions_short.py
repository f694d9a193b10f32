"""Instructions a line of the pipeline, on fewer lines: seconds instead of a minute, for `make check`."""

import instructions
from report import Report


def measure(report: Report) -> None:
    instructions.measure(report, 20_000, 60_000, ("pipeline",))
