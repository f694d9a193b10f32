"""What was found: rows of one table, facts beside it, and gates that hold or do not."""

import os
import platform
from dataclasses import dataclass
from datetime import date
from pathlib import Path

BEGIN, END = "<!-- figures of make bench{}: begin -->", "<!-- figures of make bench{}: end -->"


@dataclass
class Gate:
    name: str
    value: float
    bound: float
    at_least: bool
    unit: str
    aim: float | None = None

    @property
    def holds(self) -> bool:
        return self.value >= self.bound if self.at_least else self.value <= self.bound

    def __str__(self) -> str:
        relation = "at least" if self.at_least else "at most"
        aim = f", aim {self.aim:g}" if self.aim is not None else ""
        word = "holds" if self.holds else "FAILED"
        return f"{word:<6} {self.name}: {number(self.value)}{self.unit} ({relation} {self.bound:g}{self.unit}{aim})"


class Report:
    """`HEAD` is the table; a row names the contender it is compared with, if any."""

    HEAD = ["program", "work", "lines/s", "MB/s", "CPU s", "peak RSS, MiB", "of Plumbline"]

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self.facts: list[tuple[str, str]] = []
        self.gates: list[Gate] = []
        # By topic, as Markdown, each at a place of its own.
        self.tables: dict[str, str] = {}
        self.load = os.getloadavg()[0]

    def row(self, contender, plumbline=None) -> None:
        """Rates are per second of CPU; `plumbline` is its contender on the same question."""
        ratio = "" if plumbline is None else "1" if plumbline is contender else number(
            contender.bytes_per_second / plumbline.bytes_per_second)
        self.rows.append([
            f"{contender.name} {contender.version}".strip(), contender.work, f"{contender.lines_per_second:,.0f}",
            f"{contender.bytes_per_second / 1e6:,.0f}", f"{contender.cpu:.3f}", f"{contender.peak_mib:.0f}", ratio])

    def quote(self, program: str, work: str, megabytes: float, plumbline) -> None:
        """A figure that somebody else published: it was not measured here."""
        self.rows.append([program, f"{work} (published, not measured here)", "", f"{megabytes:g}", "", "",
                          number(megabytes * 1e6 / plumbline.bytes_per_second)])

    def fact(self, name: str, value: str) -> None:
        self.facts.append((name, value))
        print(f"       {name}: {value}", flush=True)

    def table(self, topic: str, head: list[str], rows: list[list[str]],
              note: str = "Rates are per second of CPU.") -> None:
        """Names on the left, figures on the right."""
        lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
        text = "\n".join("| " + " | ".join(line) + " |" for line in lines)
        print(text, flush=True)
        self.tables[topic] = f"{self.circumstances(note)}\n\n{text}\n"

    def gate(self, name: str, value: float, bound: float, at_least: bool = True, unit: str = "",
             aim: float | None = None) -> None:
        self.gates.append(Gate(name, value, bound, at_least, unit, aim))
        print(f"{self.gates[-1]}", flush=True)

    @property
    def failures(self) -> list[Gate]:
        return [gate for gate in self.gates if not gate.holds]

    def text(self) -> str:
        widths = [max(len(row[column]) for row in [self.HEAD, *self.rows]) for column in range(len(self.HEAD))]
        lines = ["  ".join(cell.rjust(width) if column > 1 else cell.ljust(width)
                           for column, (cell, width) in enumerate(zip(row, widths))).rstrip()
                 for row in [self.HEAD, *self.rows]]
        return "\n".join(lines)

    def circumstances(self, note: str) -> str:
        return f"{machine()}, {date.today()}, load {self.load:.1f} at the start. {note}"

    def markdown(self) -> str:
        lines = [self.circumstances("Rates are per second of CPU."), ""]
        if self.rows:
            lines += ["| " + " | ".join(self.HEAD) + " |", "|---|---|" + "---:|" * (len(self.HEAD) - 2)]
            lines += ["| " + " | ".join(row) + " |" for row in self.rows] + [""]
        if self.facts:
            lines += ["| what | measured |", "|---|---|"] + [f"| {name} | {value} |" for name, value in self.facts] + [""]
        if self.gates:
            lines += ["| gate | bound | measured | |", "|---|---:|---:|---|"]
            for gate in self.gates:
                bound = f"{'≥' if gate.at_least else '≤'} {gate.bound:g}{gate.unit}"
                value = f"{number(gate.value)}{gate.unit}"
                lines.append(f"| {gate.name} | {bound} | {value} | {'' if gate.holds else '**failed**'} |")
        return "\n".join(lines).rstrip() + "\n"

    def write_into(self, readme: Path) -> None:
        """The figures of topics that have a place of their own, and all others together."""
        text = readme.read_text()
        if self.rows or self.facts or not self.tables:
            text = replaced(text, "", self.markdown())
        for topic, table in self.tables.items():
            text = replaced(text, f" TOPICS={topic}", table)
        readme.write_text(text)


def replaced(text: str, topic: str, figures: str) -> str:
    begin, end = BEGIN.format(topic), END.format(topic)
    if begin not in text or end not in text:
        raise SystemExit(f"the figures go between {begin} and {end}, which are not there")
    before, rest = text.split(begin, 1)
    return f"{before}{begin}\n{figures}{end}{rest.split(end, 1)[1]}"


def number(value: float) -> str:
    """Three digits that count."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def machine() -> str:
    model = next((line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())
    return f"{os.cpu_count()} cores, {model}"
