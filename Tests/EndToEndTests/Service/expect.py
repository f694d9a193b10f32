"""Whether somebody's numbers are the ones that the log lines alone have (lines.py).

  expect.py count SOURCE=LOG... --out EXPECTED           what the logs (plain or .gz) have
  expect.py witness EXPECTED --truth FILE --driver FILE  do the service's counters and the driver agree with the logs?
  expect.py summary EXPECTED FILE --primary SOURCE [--ledger]
  expect.py window EXPECTED FILE --source SOURCE
  expect.py metrics EXPECTED FILE
  expect.py ledger EXPECTED FILE
  expect.py truth TRUTH FILE                             a summary against what `simulate --truth` wrote
  expect.py same FILE FILE KEY...                        two summaries, field by field, below keys such as ledger.lines

Prints one line per difference and exits 1 if there is any. Counts, sums, min and max must be exact, a quantile within
1.1 % of the nearest-rank one.
"""

import bisect
import collections
import json
import sys
from decimal import Decimal

from lines import CACHE_WORDS, KEY, METHODS, by_route, count, load, seconds, together

# Sums are integers of nanoseconds; as a JSON number their last digits may be a double's.
BELOW_A_NANOSECOND = Decimal("4e-10")
QUANTILE_ERROR = Decimal("0.011")
QUANTILES = {"p50": 50, "p90": 90, "p95": 95, "p99": 99}

differences = []


def differ(place, found, expected):
    differences.append(f"{place}: found {found}, expected {expected}")


def check(place, found, expected, slack=Decimal(0)):
    if found is None or expected is None:
        if found is not expected:
            differ(place, found, expected)
    elif abs(Decimal(str(found)) - Decimal(expected)) > slack:
        differ(place, found, expected)


def nearest_rank(ordered, percent):
    return ordered[-(-percent * len(ordered) // 100) - 1]


def check_metrics(place, found, expected):
    """`found` is a METRICS object of PRODUCT.md."""
    part = Decimal(1) / 10**6
    total = expected.requests
    lookups = sum(expected.words[word] for word in ("hit", "stale", "revalidated", "expired", "miss"))
    hits = sum(expected.words[word] for word in ("hit", "stale", "revalidated"))
    cached = total - expected.words["none"]
    check(f"{place} requests", found["requests"], total)
    check(f"{place} errors", found["errors"], expected.errors)
    check(f"{place} error_ratio", found["error_ratio"], Decimal(expected.errors) / total, part)
    check(f"{place} hit_ratio", found["hit_ratio"], Decimal(hits) / lookups if lookups else None, part)
    bypass_ratio = Decimal(expected.words["bypass"]) / total if cached else None
    check(f"{place} bypass_ratio", found["bypass_ratio"], bypass_ratio, part)
    check(f"{place} bytes", found["bytes"], sum(expected.bytes) if expected.bytes else None)
    for name, values in (("db_seconds", expected.db), ("upstream_seconds", expected.upstream)):
        check_sum(f"{place} {name}", found[name], values)
    check_calls(f"{place} db_calls", found["db_calls"], sorted(expected.calls))
    check_durations(f"{place} duration_seconds", found["duration_seconds"], sorted(expected.durations))


def check_sum(place, found, values):
    if not isinstance(found, dict):
        if values or found is not None:
            differ(place, found, f"{len(values)} values")
        return
    if not values:
        differ(place, found, None)
        return
    mean = seconds(Decimal(sum(values)) / len(values))
    check(f"{place} sum", found["sum"], seconds(sum(values)), BELOW_A_NANOSECOND)
    check(f"{place} mean", found["mean"], mean, mean / 10**6 + BELOW_A_NANOSECOND)


def check_calls(place, found, calls):
    if not calls or found is None:
        # Not in the log: null, whole or in every field but the number of requests.
        if calls or (found is not None and any(value for value in found.values())):
            differ(place, found, f"{len(calls)} values")
        return
    check(f"{place} requests", found["requests"], len(calls))
    check(f"{place} sum", found["sum"], sum(calls))
    check(f"{place} mean", found["mean"], Decimal(sum(calls)) / len(calls), Decimal(sum(calls)) / len(calls) / 10**6)
    check(f"{place} max", found["max"], calls[-1])
    for name in ("p50", "p95"):
        exact = nearest_rank(calls, QUANTILES[name])
        check(f"{place} {name}", found[name], exact, Decimal(0) if exact <= 63 else exact * QUANTILE_ERROR + 1)


def check_durations(place, found, ordered):
    if not ordered or found is None:
        if ordered or (found is not None and any(value for value in found.values())):
            differ(place, found, f"{len(ordered)} values")
        return
    check(f"{place} count", found["count"], len(ordered))
    check_sum(place, found, ordered)
    check(f"{place} min", found["min"], seconds(ordered[0]), BELOW_A_NANOSECOND)
    check(f"{place} max", found["max"], seconds(ordered[-1]), BELOW_A_NANOSECOND)
    for name, percent in QUANTILES.items():
        exact = seconds(nearest_rank(ordered, percent))
        check(f"{place} {name}", found[name], exact, exact * QUANTILE_ERROR)


def check_tables(place, found, series):
    """`total` and `routes`, of one source."""
    check_metrics(f"{place} total", found["total"], together(series.values()))
    routes = by_route(series)
    rows = {row["route"]: row for row in found["routes"]}
    if rows.keys() != routes.keys() or len(rows) != len(found["routes"]):
        differ(f"{place} routes", sorted(rows), sorted(routes))
    for route in rows.keys() & routes.keys():
        check_metrics(f"{place} {route}", rows[route], routes[route])


def check_summary(expected, file, primary, ledger):
    sources, found = load(expected), json.load(open(file))
    check_tables(primary, found, sources[primary])
    wanted = {(source, *key): requests for source, series in sources.items() for key, requests in series.items()}
    rows = {(row["source"], *(row[name] for name in KEY)): row for row in found["series"]}
    for key in sorted(wanted.keys() ^ rows.keys(), key=str):
        differ("series", "one" if key in rows else "none", f"{'none' if key in rows else 'one'} of {key}")
    for key in wanted.keys() & rows.keys():
        check_metrics(" ".join(map(str, key)), rows[key], wanted[key])
    if len(rows) != len(found["series"]):
        differ("series", "a series twice", "each once")
    if ledger:
        check_ledger(expected, file)


def check_ledger(expected, file):
    counted, found = json.load(open(expected)).values(), json.load(open(file))
    found = found.get("ledger", found)
    lines = sum(source["lines"] for source in counted)
    for name, value in (
        ("lines", lines), ("accepted", lines), ("bytes", sum(source["bytes"] for source in counted)),
        ("blank", 0), ("unfinished", 0), ("skipped_at_start", 0), ("lost_bytes", 0),
    ):
        check(f"ledger {name}", found[name], value)
    if any(found["rejected"].values()):
        differ("ledger rejected", found["rejected"], "{}")


def check_metrics_page(expected, file):
    from prometheus_client.parser import text_string_to_metric_families

    samples = [
        (sample.name, sample.labels, Decimal(str(sample.value)))
        for family in text_string_to_metric_families(open(file).read())
        for sample in family.samples
    ]
    sources = load(expected)
    wanted = {
        (source, *("" if value is None else str(value) for value in key)): requests.requests
        for source, series in sources.items() for key, requests in series.items()
    }
    found = collections.Counter()
    for name, labels, value in samples:
        if name == "plumbline_requests_total":
            found[(labels["source"], *(labels.get(part, "") for part in KEY))] += value
    for key in sorted(wanted.keys() | found.keys()):
        check(f"plumbline_requests_total {key}", found.get(key), wanted.get(key))

    sums = collections.Counter()
    for name, labels, value in samples:
        if "source" in labels:
            bound = Decimal(labels["le"].replace("+Inf", "Infinity")) if "le" in labels else None
            sums[name, labels["source"], bound] += value
    for source, series in sources.items():
        all = together(series.values())
        for name, value, slack in (
            ("plumbline_request_db_calls_total", sum(all.calls), 0),
            ("plumbline_request_db_seconds_total", seconds(sum(all.db)), Decimal(10) ** -6),
            ("plumbline_response_bytes_total", sum(all.bytes), 0),
            ("plumbline_request_duration_seconds_count", len(all.durations), 0),
            ("plumbline_request_duration_seconds_sum", seconds(sum(all.durations)), Decimal(10) ** -6),
        ):
            check(f"{name}{{source={source}}}", sums[name, source, None], value, slack)
        # A classic boundary is a power of two, where a boundary of the exponential histogram is too: exact.
        ordered = sorted(all.durations)
        for power in range(-10, 7):
            bound = Decimal(2) ** power
            within = bisect.bisect_right(ordered, bound * 10**9)
            buckets = [value for (name, who, le), value in sums.items()
                       if name == "plumbline_request_duration_seconds_bucket" and who == source and le == bound]
            check(f"duration le={bound} {source}", buckets[0] if buckets else None, within)


def witness(expected, truth, driver):
    """The oracle itself is checked: the app's log against the app's counters, the proxy's log against the driver."""
    sources = load(expected)
    told = {}
    for row in json.load(open(truth))["series"]:
        told[row["route"] or "(unmatched)", row["method"] if row["method"] in METHODS else "_OTHER", row["status"],
             row["cache"] or "none", row["segment"], row["version"]] = row
    for key in sorted(told.keys() ^ sources["app"].keys(), key=str):
        differ("service", key in told, key in sources["app"])
    for key, requests in sources["app"].items():
        row = told.get(key)
        if row:
            check(f"service {key} requests", row["requests"], requests.requests)
            check(f"service {key} db calls", row["db_calls"], sum(requests.calls))
            check(f"service {key} db time", row["db_us"] * 1000, sum(requests.db))
            check(f"service {key} bytes", row["bytes"], sum(requests.bytes))
            if sorted(row["durations_us"]) != sorted(value // 1000 for value in requests.durations):
                differ(f"service {key}", "other durations", "those of the log")
    seen = collections.Counter()
    for row in json.load(open(driver)):
        word = (row["cache"] or "").lower()
        method = row["method"] if row["method"] in METHODS else "_OTHER"
        cache = CACHE_WORDS.get(word, word)
        key = (row["route"] or "(unmatched)", method, row["status"], cache, row["segment"], None)
        seen[key] += row["requests"]
    for key in seen.keys() | sources["edge"].keys():
        check(f"driver {key}", seen.get(key), sources["edge"][key].requests if key in sources["edge"] else None)


def same(first, second, keys, quantile_error=Decimal(0)):
    """Equality below `keys`; lists of objects are sorted by their series. The last digits of a quotient are free."""

    def compare(place, left, right):
        if isinstance(left, dict) and isinstance(right, dict):
            for key in left.keys() | right.keys():
                compare(f"{place}.{key}", left.get(key), right.get(key))
        elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
            order = lambda row: [str(row.get(name)) for name in ("source", *KEY)] if isinstance(row, dict) else str(row)
            for index, (one, other) in enumerate(zip(sorted(left, key=order), sorted(right, key=order))):
                compare(f"{place}[{index}]", one, other)
        elif left != right:
            name = place.rsplit(".", 1)[-1]
            quotient = name == "mean" or name.endswith("_ratio")
            free = Decimal(10) ** -12 if quotient else quantile_error if name in QUANTILES else 0
            numbers = isinstance(left, (int, Decimal)) and isinstance(right, (int, Decimal))
            if not numbers or abs(left - right) > free * abs(left):
                differ(place, left, right)

    one, other = (json.load(open(file), parse_float=Decimal) for file in (first, second))
    for key in keys:
        left, right = one, other
        for part in key.split("."):
            left, right = left[part], right[part]
        compare(key, left, right)


def option(arguments, name):
    place = arguments.index(name)
    value = arguments[place + 1]
    del arguments[place : place + 2]
    return value


def main(verb, *arguments):
    arguments = list(arguments)
    if verb == "count":
        out = option(arguments, "--out")
        json.dump({name: count(log) for name, log in (pair.split("=", 1) for pair in arguments)}, open(out, "w"))
    elif verb == "witness":
        witness(arguments[0], option(arguments, "--truth"), option(arguments, "--driver"))
    elif verb == "summary":
        primary = option(arguments, "--primary")
        check_summary(arguments[0], arguments[1], primary, "--ledger" in arguments)
    elif verb == "window":
        source = option(arguments, "--source")
        check_tables(source, json.load(open(arguments[1])), load(arguments[0])[source])
    elif verb == "metrics":
        check_metrics_page(*arguments)
    elif verb == "ledger":
        check_ledger(*arguments)
    elif verb == "truth":
        same(arguments[0], arguments[1], ["total", "routes", "series", "ledger.lines", "ledger.bytes"], QUANTILE_ERROR)
    elif verb == "same":
        same(arguments[0], arguments[1], arguments[2:])
    else:
        sys.exit(__doc__)
    for line in differences[:40] + ([f"… {len(differences)} differences"] if len(differences) > 40 else []):
        print(line)
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
