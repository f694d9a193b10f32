"""A running agent, and questions to it."""

import json
import subprocess
import time
import urllib.error
import urllib.request


class Agent:
    def __init__(self, program, place, port, *arguments):
        self.command = [
            program, "run", str(place / "app.log"), "--from-start", "--data", str(place / "data"), "--listen",
            f"127.0.0.1:{port}", *arguments]
        self.address = f"http://127.0.0.1:{port}"
        self.output = open(place / "agent.out", "a")
        self.process = None

    def start(self, seconds=20):
        self.process = subprocess.Popen(self.command, stdout=self.output, stderr=subprocess.STDOUT)
        wait("the agent to get ready", lambda: self.status("/readyz") == 200, seconds)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(10)

    def status(self, path):
        try:
            return urllib.request.urlopen(self.address + path, timeout=5).status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return None

    def ask(self, path):
        with urllib.request.urlopen(self.address + path, timeout=10) as answer:
            return json.load(answer)


def wait(what, condition, seconds=20):
    deadline = time.monotonic() + seconds
    while True:
        last = condition()
        if last:
            return last
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain for {what}")
        time.sleep(0.05)
