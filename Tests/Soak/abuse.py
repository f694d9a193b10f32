"""What happens to an agent in its life, drawn from a seed: every action leaves it running."""

import random
import signal
import time
from collections.abc import Callable

from agent import Agent, total, wait
from disk import Disk
from logs import Log, Writer
from scrapes import Scrapes


class Abuse:
    def __init__(
        self, agent: Agent, logs: list[Log], writer: Writer, disk: Disk, scrapes: Scrapes, chance: random.Random
    ) -> None:
        self.agent, self.logs, self.writer, self.disk, self.scrapes = agent, logs, writer, disk, scrapes
        self.chance = chance
        self.done: dict[str, int] = {}

    def actions(self) -> list[Callable[[], None]]:
        """One of each kind, kills more often."""
        kinds = [self.kill, self.kill, self.rotate_while_down, self.rotate_while_down, self.kill_while_starting,
                 self.kill_after_rotation, self.rotate, self.freeze, self.hang_up, self.forbid]
        if self.disk.is_mounted:
            kinds += [self.fill_disk, self.die_on_full_disk, self.read_only]
        return self.chance.sample(kinds, len(kinds))

    def do(self, action: Callable[[], None]) -> None:
        if any(log.unread_generations >= log.rotation.generations - 2 for log in self.logs):
            self.catch_up()
        action()
        self.done[action.__name__] = self.done.get(action.__name__, 0) + 1
        time.sleep(self.chance.uniform(0.05, 0.4))

    # Dying

    def kill(self) -> None:
        self.agent.kill()
        time.sleep(self.chance.uniform(0, 0.2))
        self.agent.start()

    def rotate_while_down(self) -> None:
        self.agent.kill()
        for log in self.some_logs():
            for _ in range(self.chance.randint(1, 2)):
                self.rotate_log(log)
        self.agent.start()

    def kill_while_starting(self) -> None:
        for _ in range(self.chance.randint(1, 3)):
            self.agent.kill()
            self.agent.start()
            time.sleep(self.chance.uniform(0, 0.08))
        self.agent.kill()
        self.agent.start()

    def kill_after_rotation(self) -> None:
        """Within the moments in which the agent finds out which file is which."""
        for log in self.some_logs():
            self.rotate_log(log)
        time.sleep(self.chance.uniform(0, 0.03))
        self.kill()

    # Living

    def rotate(self) -> None:
        for log in self.logs:
            self.rotate_log(log)

    def freeze(self) -> None:
        self.agent.send(signal.SIGSTOP)
        for log in self.some_logs():
            self.rotate_log(log)
        self.agent.send(signal.SIGCONT)

    def hang_up(self) -> None:
        if self.agent.is_ready():  # before that, the signal may still have its default meaning
            self.agent.send(signal.SIGHUP)

    def forbid(self) -> None:
        """The log may not be read for a while; half of the time the agent must also start like this."""
        for log in self.some_logs():
            log.path.chmod(0)
            if self.chance.random() < 0.5:
                self.kill()
            time.sleep(self.chance.uniform(0.1, 0.5))
            log.path.chmod(0o644)

    # The disk

    def fill_disk(self) -> None:
        self.disk.fill()
        time.sleep(self.chance.uniform(0.5, 1.5))
        self.disk.free()

    def die_on_full_disk(self) -> None:
        self.disk.fill()
        time.sleep(self.chance.uniform(0.2, 1))
        self.kill()
        time.sleep(self.chance.uniform(0.2, 0.5))
        self.disk.free()
        self.restart_if_ended()

    def read_only(self) -> None:
        """The agent may refuse to start on it; it may not harm it."""
        self.agent.kill()
        self.disk.remount("ro")
        self.agent.start()
        time.sleep(0.3)
        if self.agent.process.poll() is None:
            self.agent.kill()
        self.disk.remount("rw")
        self.agent.start()

    def restart_if_ended(self) -> None:
        time.sleep(0.1)
        if self.agent.process.poll() is not None:
            self.agent.start()

    # What the actions share

    def some_logs(self) -> list[Log]:
        return self.chance.sample(self.logs, min(len(self.logs), self.chance.randint(1, 3)))

    def rotate_log(self, log: Log) -> None:
        """Never so often that a file which nobody has read goes for good: that would be lost to anybody."""
        if log.unread_generations < log.rotation.generations - 1:
            log.rotate()

    def catch_up(self, seconds: float = 60) -> None:
        """Waits until everything that is in files is committed, while nobody writes."""
        self.agent.await_ready()
        with self.writer.paused():
            due = sum(log.due() for log in self.logs)
            wait(f"{due} requests", lambda: self.has_committed(due), seconds, self.agent)
            for log in self.logs:
                log.unread_generations = 0

    def has_committed(self, requests: int) -> bool:
        page = self.scrapes.page()
        idle = total(page, "plumbline_agent_lag_bytes") + total(page, "plumbline_agent_uncommitted_lines") == 0
        return idle and total(page, "plumbline_requests_total") >= requests
