"""The programs a user could pick instead, each asked for what it can say of each route: requests, errors, and a
quantile, a histogram or a mean. Those that read slowly get fewer lines of the same kind; rates are comparable."""

import json
import re
import shlex
from importlib import metadata

import answers
import logs
import places
from report import Report
from stopwatch import Contender, interleaved

MANY, FEW = 1_000_000, 100_000
ROUNDS = 5
AGENTS_BOUND, ENGINES_BOUND = 40, 4
PEERS = places.HERE / "peers"
PANELS = ("VISITORS", "REQUESTS_STATIC", "NOT_FOUND", "HOSTS", "OS", "BROWSERS", "VISIT_TIMES", "REFERRERS",
          "REFERRING_SITES", "KEYPHRASES", "VIRTUAL_HOSTS", "REMOTE_USER", "CACHE_STATUS", "MIME_TYPE", "TLS_TYPE")
GOACCESS = ["goaccess", "--no-global-config", "--no-progress", "--date-format", "%Y-%m-%d", "--time-format", "%H:%M:%S",
            "--log-format", '{"ts":"%dT%t.%^","method":"%m","route":"%U","status":"%s","bytes":"%b","client":"%h"}',
            *(f"--ignore-panel={panel}" for panel in PANELS)]


def measure(report: Report) -> None:
    few, many = logs.log(logs.CONSTANT, FEW), logs.log(logs.CONSTANT, MANY)
    summary = contender("plumbline summary", "by route", many, answers_summary, str(places.PLUMBLINE), "summary",
                        str(many.path), "--by", "route", "--output", "json")
    agents, engines = agents_on(few), engines_on(many)
    interleaved([summary, *agents, *engines], ROUNDS)
    for each in [*agents, *engines]:
        agree(each, few if each in agents else many)
    report.row(summary, summary)
    for each in [*agents, *engines]:
        report.row(each, summary)
    report.quote("fluent-bit 5.1", "tail, counter, histogram", 42, summary)
    for each in agents:
        gate(report, summary, f"{each.name} ({each.work.partition(': ')[2]})", each.bytes_per_second, AGENTS_BOUND)
    gate(report, summary, "fluent-bit, as published", 42e6, AGENTS_BOUND)
    for each in engines:
        gate(report, summary, each.name, each.bytes_per_second, ENGINES_BOUND)


def gate(report: Report, summary: Contender, name: str, bytes_per_second: float, bound: float) -> None:
    report.gate(f"summary / {name}", summary.bytes_per_second / bytes_per_second, bound, unit="×")


def contender(name: str, work: str, log: logs.Log, answer, *command: str, package: str = "") -> Contender:
    return Contender(name, f"constant: {work}", list(command), log.lines, log.size, answer=answer,
                     version=places.package_version(package).split("-")[0].split(":")[-1] if package else "")


def agents_on(log: logs.Log) -> list[Contender]:
    path = str(log.path)
    jq = (f"jq -r '[.route,.status,.duration_ms]|@tsv' {shlex.quote(path)} | "
          f"mawk -f {shlex.quote(str(PEERS / 'routes.awk'))}")
    miller = "@n[$route]+=1; @e[$route]+=$status>=500 ? 1 : 0; @d[$route]+=$duration_ms; end{emit (@n,@e,@d),\"route\"}"
    return [
        contender("mtail", "counters, histogram", log, of_mtail, "mtail", "-one_shot", "-one_shot_format", "prometheus",
                  "-progs", str(PEERS / "requests.mtail"), "-logs", path, "-log_dir", str(places.BUILD),
                  package="mtail"),
        contender("goaccess", "its requests panel only", log,
                  lambda printed: json.loads(printed)["general"]["valid_requests"], *GOACCESS, path, "-o", "json",
                  package="goaccess"),
        contender("jq, awk", "counts, means", log, of_awk, "sh", "-c", jq, package="jq"),
        contender("miller", "counts, sums", log, of_miller, "mlr", "--ijson", "--ojson", "put", "-q", miller, path,
                  package="miller"),
        contender("miller", "counts, 95th percentile", log, lambda printed: {
            row["route"]: row["duration_ms_count"] for row in json.loads(printed)}, "mlr", "--ijson", "--ojson",
            "stats1", "-a", "count,p95", "-f", "duration_ms", "-g", "route", path, package="miller"),
    ]


def engines_on(log: logs.Log) -> list[Contender]:
    made = [contender(name, "counts, 95th percentile, 1 thread", log, json.loads, places.PYTHON,
                      str(PEERS / f"{name}_routes.py"), str(log.path)) for name in ("duckdb", "chdb")]
    for engine in made:
        engine.version = metadata.version(engine.name)
    return made


def answers_summary(printed: str) -> dict:
    return {row["route"]: [row["requests"], row["errors"]] for row in json.loads(printed)["routes"]}


def of_mtail(printed: str) -> dict:
    """Requests and errors of each route."""
    found: dict[str, list[int]] = {}
    for route, status, count in re.findall(r'^requests\{.*route="([^"]*)",status="(\d+)"\} (\d+)', printed, re.M):
        row = found.setdefault(route, [0, 0])
        row[0] += int(count)
        row[1] += int(count) if int(status) >= 500 else 0
    return found


def of_awk(printed: str) -> dict:
    rows = (line.rsplit(" ", 3) for line in printed.splitlines())
    return {route: [int(requests), int(errors)] for route, requests, errors, _ in rows}


def of_miller(printed: str) -> dict:
    return {row["route"]: [row["n"], row["e"]] for row in json.loads(printed)}


def agree(each: Contender, log: logs.Log) -> None:
    """As far as each can say it: counts and errors of routes, counts of routes, or the count."""
    due = answers_summary(json.dumps(answers.summary(log.path, "route")))
    found = each.answers[0]
    if isinstance(found, int):
        due = sum(requests for requests, _ in due.values())
    elif not isinstance(next(iter(found.values())), list):
        due = {route: requests for route, (requests, _) in due.items()}
    if found != due:
        raise SystemExit(f"{each.name}: answers {str(found)[:300]}, Plumbline {str(due)[:300]}")
