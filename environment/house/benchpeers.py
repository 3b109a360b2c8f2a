"""The peers' own environment, .venv-peers: made when environment/bench first needs it."""

from __future__ import annotations

from . import prepare
from .places import BIN, ENVIRONMENT, LOGS, PYTHON, ROOT, shown
from .say import Problem, Ticker

FOLDER = ENVIRONMENT / "peers"
LOCK = FOLDER / "requirements.lock"
VENV = ROOT / ".venv-peers"
PEERS_PYTHON = VENV / BIN.name / PYTHON.name
_DONE = VENV / "nearfar-peers"


def ensure() -> None:
    """Does nothing if what is locked is installed."""
    wanted = prepare.key(LOCK, str(VENV.resolve()))
    if _DONE.is_file() and _DONE.read_text(encoding="utf-8") == wanted:
        return
    if VENV.exists() and any(VENV.iterdir()) and not _DONE.exists():
        raise Problem(f"{shown(VENV)} was not made by this program: move it away, then run environment/bench again")
    prepare.write(_DONE, "unfinished")
    ticker = Ticker("peers (PyTorch, pytorch-metric-learning, faiss; on Linux about 3 GB to fetch, 6 GB on the disk):")
    prepare.venv(VENV, [LOCK], LOGS / "peers", ticker, "environment/bench", keep=_DONE)
    prepare.write(_DONE, wanted)
    ticker.done(f"installed in {shown(VENV)} ({ticker.seconds:.0f} s)")
