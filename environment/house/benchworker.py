"""A process that is asked line by line: ours in Java, the peers' in Python."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from .places import shown
from .say import Problem


class Refused(Exception):
    """This row cannot be measured; the others can."""


class Worker:
    """Requests and replies as nearfar.bench.Worker describes them. What the process prints besides goes to the log."""

    def __init__(self, name: str, command: list, log: Path, environment: dict[str, str]):
        self.name, self.log = name, log
        log.parent.mkdir(parents=True, exist_ok=True)
        self._chatter = open(log, "w", encoding="utf-8")
        self._process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._chatter,
            text=True,
            encoding="utf-8",
            env={**os.environ, **environment},
        )

    def ask(self, command: str, **words) -> dict[str, str]:
        line = " ".join([command, *(f"{key}={str(value).replace(' ', '%20')}" for key, value in words.items())])
        try:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
            reply = self._process.stdout.readline()
        except BrokenPipeError:
            reply = ""
        if not reply:
            code = self._process.wait()
            reason = "it was killed, perhaps because memory ran out" if code in (-9, 137) else f"it ended with {code}"
            raise Refused(f"{self.name} died at {command}: {reason}; see {shown(self.log)}")
        verdict, *said = reply.split()
        if verdict == "ok":
            return dict(word.split("=", 1) for word in said)
        if verdict == "error":
            raise Refused(f"{self.name}, {command}: {' '.join(said)}; see {shown(self.log)}")
        raise Problem(f"{self.name} replied {reply.strip()!r} to {command}: expected ok or error; see {shown(self.log)}")

    def close(self) -> None:
        if self._process.stdin.closed:
            return
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._chatter.close()

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_) -> None:
        self.close()
