"""How the page writes numbers: what format.js does, from its description, to hold the two together."""

import math


def digits(value):
    if value is None:
        return "–"
    if abs(value - round(value)) <= 1e-9 * abs(value):
        return str(round(value))
    whole = max(1, len(str(int(abs(value)))) if abs(value) >= 1 else 0)
    return f"{value:.{min(3, max(0, 3 - whole))}f}"


def duration(seconds):
    if seconds is None:
        return "–"
    for unit, size, most in (("µs", 1e6, 0.001), ("ms", 1e3, 1), ("s", 1, 120)):
        if seconds < most:
            return f"{digits(seconds * size)} {unit}"
    return f"{round(seconds / 60)} min"


def share(ln):
    """A natural logarithm as the change in percent that it is."""
    change = math.expm1(ln) * 100
    return f"{'+' if ln >= 0 else '−'}{abs(change):.1f} %"


def count(value):
    return "–" if value is None else f"{value:,}"


def percent(ratio):
    if ratio is None:
        return "–"
    if ratio == 0:
        return "0 %"
    return f"{ratio * 100:.2f} %" if ratio < 0.1 else f"{ratio * 100:.1f} %"
