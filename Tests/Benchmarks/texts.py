"""What a line of text costs: every format that is read without being told, against JSON of one shape in the same run."""

import json

import logs
import places
import text_logs
from report import Report
from stopwatch import Contender, interleaved

LINES = 500_000
ROUNDS = 5
# Records a second of CPU, of those of JSON.
BOUND = 1 / 3


def measure(report: Report) -> None:
    paths = text_logs.paths(LINES)
    json_log = logs.log(logs.CONSTANT, LINES)
    reference = contender("json, constant shape", json_log.path)
    texts = [contender(form.name, paths[form.name]) for form in text_logs.FORMS]
    interleaved([reference, *texts], ROUNDS)
    check(reference, 0)
    for form, text in zip(text_logs.FORMS, texts):
        check(text, form.head_lines)
        report.gate(f"{text.name}: records a second / JSON's", text.lines_per_second / reference.lines_per_second, round(BOUND, 3), unit="×")
    report.table("texts", ["lines", "bytes a line", "records/s", "MB/s", "of JSON's records/s"], [
        [each.name, f"{each.size / each.lines:.0f}", f"{each.lines_per_second:,.0f}", f"{each.bytes_per_second / 1e6:,.0f}",
         f"{each.lines_per_second / reference.lines_per_second:.2f}"] for each in (reference, *texts)])


def contender(name: str, path) -> Contender:
    path.read_bytes()  # into the page cache
    command = ["taskset", "-c", "0", str(places.PLUMBLINE), "summary", str(path), "--time-zone", "UTC", "--output", "json"]
    return Contender(name, "totals, all fields", command, LINES, path.stat().st_size, answer=ledger)


def ledger(printed: str) -> tuple[int, int, int]:
    """Lines, those accepted, and those that are no requests."""
    found = json.loads(printed)["ledger"]
    return found["lines"], found["accepted"], found["header"]


def check(contender: Contender, heads: int) -> None:
    due = (LINES + heads, LINES, heads)
    if contender.answers[0] != due:
        raise SystemExit(f"{contender.name}: lines, accepted, headers: {contender.answers[0]}, expected {due}")
