"""From the Python that the user has to the one in .venv."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from . import prepare
from .places import PYTHON, WINDOWS

_MARK = "NEARFAR_INSIDE"


def enter(program: str, argv: list[str]) -> None:
    """Prepares what is left to prepare, then starts the program again in .venv. Returns only when already there."""
    if os.environ.pop(_MARK, None) == "1":
        return
    try:
        prepare.ensure()
    except KeyboardInterrupt:
        raise KeyboardInterrupt(prepare.AGAIN) from None
    command = [str(PYTHON), "-I", str(Path(__file__).parent.parent / program), *argv]
    environment = {**os.environ, _MARK: "1"}
    sys.stdout.flush()
    if not WINDOWS:
        os.execve(command[0], command, environment)  # one process less between ctrl-C and who must hear it
    sys.exit(subprocess.call(command, env=environment))
