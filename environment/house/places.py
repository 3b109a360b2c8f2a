"""Where everything lies."""

from __future__ import annotations

import os
from pathlib import Path

ENVIRONMENT = Path(__file__).resolve().parent.parent
ROOT = ENVIRONMENT.parent
VENV = ROOT / ".venv"
#: What setup knows about .venv: its stamps, its lock, its logs. Kept when the rest of .venv is made anew.
STATE = VENV / "nearfar"
LOGS = STATE / "logs"
KERNELS = VENV / "share" / "jupyter" / "kernels"
KERNEL = KERNELS / "java"
NOTEBOOKS = ROOT / "notebooks"
PICTURES = ROOT / "docs" / "pictures"
TARGET = ROOT / "target"
WINDOWS = os.name == "nt"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BIN / ("python.exe" if WINDOWS else "python")
MVNW = ROOT / ("mvnw.cmd" if WINDOWS else "mvnw")


def shown(path: Path) -> str:
    """A path as the user would type it from the project's folder."""
    try:
        return path.relative_to(ROOT).as_posix()
    except ValueError:
        return str(path)
