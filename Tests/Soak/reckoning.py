"""Whether every line that was in a file was counted once, and every byte accounted for."""

from logs import Log
from numbered import counted
from scrapes import Scrapes

EQUATION = ("accepted", "blank", "filtered", "continuation", "header")


class Reckoning:
    """Prints its findings as a table; `failures` is empty when all promises were kept."""

    def __init__(self, summary: dict, logs: list[Log], scrapes: Scrapes) -> None:
        self.failures: list[str] = []
        self.ledger = summary["ledger"]
        found = counted(summary)
        print(f"{'log':<18} {'written':>8} {'in files':>8} {'counted':>8} {'vanished':>8} {'rotations':>9}")
        for log in logs:
            self._lines(log, found.pop(log.rotation.name, None))
            self._bytes(log)
        for name in found:
            self._fail(f"lines of no log were counted, below /{name}")
        self._equation(logs)
        self._counters(summary, scrapes)

    def _lines(self, log: Log, found) -> None:
        name, once = log.rotation.name, found.once if found else set()
        vanished = set(range(log.written)) - log.kept
        print(f"{name:<18} {log.written:>8} {len(log.kept):>8} {len(once):>8} {len(vanished):>8} {log.rotations:>9}")
        for wrong in found.wrong if found else []:
            self._fail(f"{name}: not each line once: {wrong}")
        if missing := log.kept - once:
            self._fail(f"{name}: {len(missing)} lines that were in a file are not counted: {some(missing)}")
        if ghosts := once - set(range(log.written)):
            self._fail(f"{name}: lines were counted that nobody wrote: {some(ghosts)}")
        # The harness itself: only a copy that is followed by a truncation may lose lines.
        if vanished and not log.rotation.copies:
            self._fail(f"{name}: the harness lost lines between writer and files: {some(vanished)}")

    def _bytes(self, log: Log) -> None:
        """To the byte where no line can vanish from the world; between the two truths where it can."""
        name = log.rotation.name
        read = sum(ledger["bytes"] for ledger in self.ledger["inputs"] if ledger["source"] == name)
        if log.rotation.copies:
            print(f"{'':<18} {log.kept_bytes} bytes in files, {read} read, {log.written_bytes} written")
            # What stands behind the last line feed of a copy may go, with the copy, before it counts as a line.
            if not log.kept_bytes - log.torn_bytes <= read <= log.written_bytes:
                self._fail(f"{name}: {log.kept_bytes} to {log.written_bytes} bytes were in files, {read} were read")
        elif read != log.kept_bytes:
            self._fail(f"{name}: {log.kept_bytes} bytes were in files, {read} are in the ledger")

    def _equation(self, logs: list[Log]) -> None:
        ledger = self.ledger
        lines = sum(ledger[name] for name in EQUATION) + sum(ledger["rejected"].values())
        if lines != ledger["lines"]:
            self._fail(f"the ledger has {ledger['lines']} lines, and {lines} outcomes")
        if ledger["skipped_at_start"]:
            self._fail(f"{ledger['skipped_at_start']} bytes were skipped at the start")
        vanished = sum(log.written_bytes - log.kept_bytes for log in logs if log.rotation.copies)
        print(f"{ledger['rejected']} rejected, {ledger['lost_bytes']} bytes lost of {vanished} that vanished")
        # And pieces of lines at the ends of copies, which may go before they count as lines.
        torn = sum(log.torn_bytes for log in logs if log.rotation.copies)
        if ledger["lost_bytes"] > vanished + torn:
            self._fail(f"{ledger['lost_bytes']} bytes stand as lost, and {vanished} vanished, {torn} of pieces")

    def _counters(self, summary: dict, scrapes: Scrapes) -> None:
        for decrease in scrapes.decreases[:5]:
            self._fail(f"a counter decreased: {decrease}")
        total = sum(series["requests"] for series in summary["series"])
        print(f"{scrapes.pages} scrapes; the last one counts {scrapes.requests()} requests, the snapshots {total}")
        if scrapes.requests() != total:
            self._fail(f"the last scrape counts {scrapes.requests()} requests, the snapshots {total}")
        if (accepted := summary["ledger"]["accepted"]) != total:
            self._fail(f"the ledger accepted {accepted} lines, the snapshots have {total}")

    def _fail(self, text: str) -> None:
        self.failures.append(text)


def some(numbers: set[int]) -> str:
    ordered = sorted(numbers)
    return ", ".join(map(str, ordered[:8])) + (f" … {ordered[-1]}" if len(ordered) > 8 else "")
