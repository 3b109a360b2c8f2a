"""The results of environment/bench where a reader finds them: docs/bench.md, its chart, and the table in docs/performance.md."""

from __future__ import annotations

import shutil
from pathlib import Path

from . import prepare
from .benchrows import Result
from .benchtable import to_short_markdown
from .places import ROOT
from .say import Problem

#: What stands between these lines of docs/performance.md is written by --update.
BEGIN, END = "<!-- bench: written by environment/bench --update -->\n", "<!-- /bench -->\n"

HEAD = """\
# Bench

Written by `environment/bench --update`, {rounds} rounds, all rows in one run. What is a step, and what is compared before it is measured, `target/bench/results.txt` says.

![Cost against size, both in powers of ten, of ours, of the peers and of the matrix products alone](pictures/bench.png)

"""


def update(results: list[Result], table: str, chart: Path, facts: str, rounds: int, root: Path = ROOT) -> None:
    performance = root / "docs" / "performance.md"
    text = with_table(performance.read_text(encoding="utf-8"), to_short_markdown(results), facts)
    prepare.write(root / "docs" / "bench.md", HEAD.format(rounds=rounds) + table)
    if chart.exists():
        shutil.copyfile(chart, root / "docs" / "pictures" / "bench.png")
    prepare.write(performance, text)


def ensure_place(root: Path = ROOT) -> None:
    """Stops a run whose table would find no place."""
    with_table((root / "docs" / "performance.md").read_text(encoding="utf-8"), "", "")


def with_table(page: str, table: str, facts: str) -> str:
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise Problem(f"docs/performance.md has no place for the table: put the lines {BEGIN.strip()} and {END.strip()} where it belongs")
    return f"{before}{BEGIN}{table}\n{facts}\n{END}{after}"
