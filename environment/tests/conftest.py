"""These tests run in .venv, started by environment/test; alone: .venv/bin/python -m pytest environment/tests."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

ENVIRONMENT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ENVIRONMENT))

# A shell starts what runs in the background with ctrl-C ignored, and everything that it starts inherits that: tests of ctrl-C would wait in vain.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

#: What a program of ours may see of the environment: a test must not depend on who runs it.
KEPT = ("PATH", "HOME", "LANG", "SYSTEMROOT", "TEMP", "TMPDIR", "JAVA_HOME")


def environment(**changes) -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {name: str(value) for name, value in {**kept, **changes}.items() if value is not None}


def program(name: str, *arguments, **changes) -> subprocess.CompletedProcess:
    """Runs one of the programs as a user would."""
    return subprocess.run(
        [sys.executable, str(ENVIRONMENT / name), *map(str, arguments)],
        env=environment(**changes),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def notebook(path: Path, *cells) -> Path:
    """Writes a notebook: a string is code, a tuple is (kind, text, tags…)."""
    made = []
    for number, cell in enumerate(cells):
        kind, text, *tags = ("code", cell) if isinstance(cell, str) else cell
        make = new_code_cell if kind == "code" else new_markdown_cell
        made.append(make(text, id=f"c{number}", metadata={"tags": tags} if tags else {}))
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=made), path)
    return path


@pytest.fixture
def script(tmp_path):
    """Makes executable shell scripts in a folder for a PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()

    def make(name: str, text: str) -> Path:
        file = folder / name
        file.write_text("#!/bin/sh\n" + text)
        file.chmod(0o755)
        return file

    make.folder = folder
    return make
