"""Two other ways to say whether a deploy was good, from their published descriptions, on the same logs.

kayenta   Netflix' automated canary analysis judges a metric's points per interval by a Mann-Whitney test: High when the
          98 % confidence interval of the location shift lies above 0.25 of the estimated shift, Low when below it, else
          Pass. Sources: "Automated Canary Analysis at Netflix with Kayenta" (2018), and its judge's defaults.
benchstat Medians and a Mann-Whitney test at 5 %, `~` when it finds no difference. Source: the documentation of
          golang.org/x/perf/cmd/benchstat. Points per interval stand for its repeated runs.
"""
import math
import re

LINE = re.compile(rb'"ts":"([^"]*)".*?"route":"([^"]*)".*?"status":(\d+),"duration_ms":([\d.]+)')
SLICE = 300


def points(path, route, slice_s=SLICE):
    """The p95 of each interval of the log, of one route or of all (None)."""
    slices = {}
    with open(path, "rb") as log:
        for line in log:
            time, name, status, duration = LINE.search(line).groups()
            if route is not None and name.decode() != route or status[:1] == b"5":
                continue
            # Day, hour, minute and second of one month: only differences count.
            seconds = int(time[8:10]) * 86400 + int(time[11:13]) * 3600 + int(time[14:16]) * 60 + int(time[17:19])
            slices.setdefault(seconds // slice_s, []).append(float(duration))
    p95 = []
    for _, durations in sorted(slices.items()):
        durations.sort()
        p95.append(durations[min(len(durations) - 1, math.ceil(0.95 * len(durations)) - 1)])
    return p95


def shift(before, after, z):
    """The Hodges-Lehmann estimate of AFTER - BEFORE and its confidence interval (normal approximation)."""
    differences = sorted(b - a for a in before for b in after)
    count = len(differences)
    m, n = len(before), len(after)
    k = int(m * n / 2 - z * math.sqrt(m * n * (m + n + 1) / 12))
    middle = (differences[(count - 1) // 2] + differences[count // 2]) / 2
    return middle, differences[max(0, k)], differences[min(count - 1, count - 1 - k)]


def kayenta(before, after):
    middle, low, high = shift(before, after, 2.326)
    tolerance = 0.25 * abs(middle)
    return "High" if low > tolerance else "Low" if high < -tolerance else "Pass"


def benchstat(before, after):
    m, n = len(before), len(after)
    ranked = sorted([(x, 0) for x in before] + [(x, 1) for x in after])
    ranks, place = 0.0, 0
    while place < len(ranked):
        end = place
        while end + 1 < len(ranked) and ranked[end + 1][0] == ranked[place][0]:
            end += 1
        ranks += sum(1 for x in ranked[place : end + 1] if x[1]) * ((place + end) / 2 + 1)
        place = end + 1
    u = ranks - n * (n + 1) / 2
    z = (u - m * n / 2) / math.sqrt(m * n * (m + n + 1) / 12)
    p = math.erfc(abs(z) / math.sqrt(2))
    return "~" if p > 0.05 else "worse" if z > 0 else "better"
