"""Whether memory stays flat under churn: distinct paths without end, and rotation without end."""

import random
import time
from pathlib import Path

from agent import Agent, samples, total, wait

KEPT_SECONDS = 20
BARS = "▁▂▃▄▅▆▇█"


class Churn:
    """Every line has a path that no line had before: in a route, in a path with a number, in one without, in a 404."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.lines = 0
        self.rotations = 0
        self._rotated: list[tuple[float, Path]] = []
        self._file = open(log, "ab", buffering=0)

    def line(self) -> bytes:
        self.lines += 1
        number = self.lines
        word = f"{number * 2654435761 % (1 << 32):08x}".translate(str.maketrans("0123456789", "ghijklmnop"))
        where, status = [
            (f'"route":"/raw/{word}"', 200), (f'"path":"/orders/{number}"', 200), (f'"path":"/shop/{word}/view"', 200),
            (f'"path":"/{word}.php"', 404),
        ][number % 4]
        return b'{"ts":%.6f,"method":"GET",%s,"status":%d,"duration_ms":%d,"db_calls":%d}\n' % (
            time.time(), where.encode(), status, random.randrange(1, 2000), number % 9)

    def write(self, lines: int) -> None:
        self._file.write(b"".join(self.line() for _ in range(lines)))

    def rotate(self) -> None:
        """As logrotate does it with `dateext`, only more often; what is old is deleted."""
        self.rotations += 1
        rotated = Path(f"{self.log}-{time.time_ns()}")
        self.log.rename(rotated)
        self._file.close()
        self._file = open(self.log, "ab", buffering=0)
        self._rotated.append((time.monotonic(), rotated))
        while self._rotated and self._rotated[0][0] < time.monotonic() - KEPT_SECONDS:
            self._rotated.pop(0)[1].unlink()


def churn(program: Path, place: Path, minutes: float, lines: int, rotations: int, table: Path) -> list[str]:
    folder = place / "log"
    folder.mkdir()
    data = place / "state"
    data.mkdir(mode=0o777)
    data.chmod(0o777)
    world = Churn(folder / "app.log")
    agent = Agent(program, place, data / "data", [(world.log, "main")])
    agent.start()
    agent.await_ready()
    with open(table, "w") as rows:
        print("seconds,lines,rotations,rss_kib,anonymous_kib,open_files,series,committed_series,page_bytes", file=rows)
        anonymous, resident = [], []
        begin = sampled = time.monotonic()
        try:
            while (now := time.monotonic()) - begin < minutes * 60:
                share = (now - begin) / (minutes * 60)
                world.write(int(lines * share) - world.lines)
                if int(rotations * share) > world.rotations:
                    world.rotate()
                if now - sampled >= minutes * 60 / 240:
                    sampled = now
                    row = sample(agent)
                    anonymous.append(row["RssAnon"])
                    resident.append(row["VmRSS"])
                    print(int(now - begin), world.lines, world.rotations, row["VmRSS"], row["RssAnon"], row["files"],
                          row["series"], row["committed"], row["page"], sep=",", file=rows, flush=True)
                time.sleep(0.02)
            wait("the last line", lambda: total(samples(agent.get("/metrics")), "plumbline_requests_total")
                 >= world.lines, 60, agent)
        finally:
            agent.stop()
    counted = agent.summary()["total"]["requests"]
    print(f"{world.lines:,} lines with distinct paths, {world.rotations:,} rotations in {minutes:g} minutes; "
          f"{counted:,} counted; the samples are in {table}")
    print(figure("anonymous memory", anonymous))
    print(figure("resident memory", resident))
    failures = [] if counted == world.lines else [f"{counted} of {world.lines} lines were counted"]
    return failures + ([growth] if (growth := grown(anonymous)) else [])


def sample(agent: Agent) -> dict[str, int]:
    row = {}
    with open(f"/proc/{agent.process.pid}/status") as status:
        for line in status:
            name, value = line.split(":", 1)
            if name in ("VmRSS", "RssAnon"):
                row[name] = int(value.split()[0])
    row["files"] = len(list(Path(f"/proc/{agent.process.pid}/fd").iterdir()))
    text = agent.get("/metrics")
    page = samples(text)
    row["series"] = total(page, "plumbline_agent_series")
    row["committed"] = total(page, "plumbline_agent_committed_series")
    row["page"] = len(text)
    return row


def figure(name: str, kibibytes: list[int]) -> str:
    """Sixty bars from zero to the greatest value."""
    edges = [len(kibibytes) * i // 60 for i in range(61)]
    points = [max(kibibytes[i:j]) for i, j in zip(edges, edges[1:]) if i < j]
    greatest = max(points)
    bars = "".join(BARS[min(len(BARS) - 1, point * len(BARS) // greatest)] for point in points)
    quarters = [kibibytes[min(len(kibibytes) - 1, len(kibibytes) * i // 4)] for i in range(5)]
    return f"{name:<17} {bars}  " + " → ".join(f"{kib / 1024:.1f}" for kib in quarters) + " MiB"


def grown(kibibytes: list[int]) -> str | None:
    """The last quarter against the one before it; a tenth is what an allocator may need."""
    quarter = len(kibibytes) // 4
    before, after = max(kibibytes[2 * quarter : 3 * quarter]), max(kibibytes[3 * quarter :])
    if after > before * 1.1:
        return f"anonymous memory grew in the last quarter from {before} to {after} KiB"
    return None
