"""A change record beside a shop: its data directory is made of the proxy's log, and told in full before each question."""

import json
import subprocess
from pathlib import Path

from shop import Shop


class Record:
    def __init__(self, program: Path, shop: Shop) -> None:
        self.program, self.shop, self.data = program, shop, shop.place / "data"
        self.id = ""

    def start(self, promise: str, route: str, baseline: str) -> None:
        self.catch_up()
        said = self.change(
            "start", "purge one list", "--owner", "ana", "--expect", promise, "--routes", route, "--baseline", baseline,
            "--rollback", "true", "--anyway", "--output", "json")
        self.id = json.loads(said)["id"]

    def mark(self, kind: str) -> None:
        self.change("mark", self.id, kind)

    def checklist(self) -> dict[str, tuple[str, str]]:
        """Each item's state and evidence, behind a verdict."""
        self.catch_up()
        self.change("verify", self.id, good=(0, 1, 2, 3))
        shown = json.loads(self.change("show", self.id, "--output", "json"))
        return {item["item"]: (item["state"], item["evidence"]) for item in shown["checklist"]}

    def catch_up(self) -> None:
        self.run("replay", str(self.shop.edge_log), good=(0,))

    def change(self, *words: str, good: tuple[int, ...] = (0,)) -> str:
        return self.run("change", *words, good=good)

    def run(self, *words: str, good: tuple[int, ...]) -> str:
        done = subprocess.run(
            [str(self.program), *words, "--data", str(self.data)], capture_output=True, text=True)
        if done.returncode not in good:
            raise SystemExit(f"plumbline {' '.join(words)}: exit {done.returncode}: {done.stderr}")
        return done.stdout
