"""What the user reads: progress lines, problems, and the child processes whose chatter is kept in a log."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Problem(Exception):
    """Something the user can mend. Its text is the whole message: what is wrong and what to do."""

    def __init__(self, message: str, code: int = 1):
        super().__init__(message)
        self.code = code


def plain(text: str) -> str:
    """The text without terminal colours."""
    return _ANSI.sub("", text)


def line(text: str = "") -> None:
    print(text, flush=True)


def error(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


class Ticker:
    """One line that changes while a step goes on: rewritten in place on a terminal, printed once at the end elsewhere."""

    def __init__(self, head: str):
        self.head = head
        self.start = time.monotonic()
        self.live = sys.stdout.isatty()
        self._shown = 0.0

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.start

    def show(self, detail: str) -> None:
        now = time.monotonic()
        if not self.live or now - self._shown < 0.1:
            return
        self._shown = now
        width = os.get_terminal_size().columns - 1
        print("\r\x1b[K" + f"{self.head} {self.seconds:4.0f} s  {detail}"[:width], end="", flush=True)

    def say(self, text: str) -> None:
        """A whole line, in place of the one that changes."""
        print(("\r\x1b[K" if self.live else "") + text, flush=True)

    def done(self, result: str) -> None:
        self.say(f"{self.head} {result}")


def run(command: list, log: Path, ticker: Ticker, **options) -> tuple[int, str]:
    """Runs a command to its end; its output goes to the log. Returns the exit status and the output."""
    log.parent.mkdir(parents=True, exist_ok=True)
    said: list[str] = []
    with open(log, "w", encoding="utf-8") as file:
        file.write("$ " + " ".join(map(str, command)) + "\n")
        child = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            **options,
        )
        try:
            for raw in child.stdout:
                text = plain(raw).rstrip()
                file.write(text + "\n")
                said.append(text)
                if text:
                    ticker.show(text)
            return child.wait(), "\n".join(said)
        finally:
            if child.poll() is None:  # interrupted: the child must not go on writing behind our back
                child.terminate()
                try:
                    child.wait(10)
                except subprocess.TimeoutExpired:
                    child.kill()
                    child.wait()
