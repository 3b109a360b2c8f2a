"""environment/reports: executes the notebooks and writes what they show as HTML."""

from __future__ import annotations

import argparse
import asyncio
import datetime
import json
import os
import time
from pathlib import Path

from . import inside, pages
from .places import NOTEBOOKS, PICTURES, TARGET, shown
from .prepare import write
from .say import Problem, Ticker, line


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="environment/reports",
        description="Executes notebooks and writes each as one HTML file that needs no network, with an index, to target/reports. "
        "The data set and the device are chosen by NEARFAR_DATASET, NEARFAR_DATA and NEARFAR_DEVICE.",
    )
    parser.add_argument("pages", nargs="*", metavar="page", help="a page's name or its beginning, such as 01; all without")
    parser.add_argument("--quick", action="store_true", help="short forms of the pages, to target/reports-quick: they show that the pages run, not what they find")
    parser.add_argument("--update", action="store_true", help="also writes the executed notebooks back to where they come from, and the README's pictures")
    parser.add_argument("--timeout", type=float, default=1800, metavar="S", help="seconds that a cell may run (1800; 0 for no limit)")
    parser.add_argument("--terse", action="store_true", help="one line for each page and nothing else")
    parser.add_argument("--from", type=Path, default=NOTEBOOKS, metavar="FOLDER", dest="source", help="where the notebooks are (notebooks)")
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="where the reports go (target/reports)")
    options = parser.parse_args(argv)
    if options.quick and options.update:
        raise Problem("--quick does not go with --update: the figures of short runs are not for keeping", 2)
    source = options.source.resolve()
    chosen = pages.find(options.pages, source)  # before a minute of setup, not after it
    knobs = pages.knobs()
    if options.update and source == NOTEBOOKS and knobs.get("NEARFAR_DATASET", "glyphs") != "glyphs":
        raise Problem("--update keeps what the project shows, which is made of glyphs: leave NEARFAR_DATASET unset", 2)
    inside.enter("reports", argv)
    target = (options.to or TARGET / ("reports-quick" if options.quick else "reports")).resolve()
    return _Reports(source, target, knobs, options).run(chosen)


class _Reports:
    def __init__(self, source: Path, target: Path, knobs: dict[str, str], options):
        self.source, self.target, self.options = source, target, options
        self.environment = {**os.environ, **knobs}
        self.environment.pop("NEARFAR_QUICK", None)
        if options.quick:
            self.environment["NEARFAR_QUICK"] = "1"
        self.facts = [
            f"data set {Path(knobs.get('NEARFAR_DATASET', 'glyphs')).name}",
            f"device {knobs.get('NEARFAR_DEVICE', 'auto')}",
        ] + (["quick profile: the figures mean nothing"] if options.quick else [])
        self.state = target / ".state"

    def run(self, chosen: list[Path]) -> int:
        if not self.options.terse:
            line(f"reports: {' · '.join(self.facts)} · {len(chosen)} page{'s' if len(chosen) > 1 else ''} → {shown(self.target)}")
        failed = []
        start = time.monotonic()
        for page in chosen:
            try:
                if not self._page(page):
                    failed.append(page.stem)
            finally:
                self._index()
        if not self.options.terse:
            line(f"reports: {len(chosen) - len(failed)} of {len(chosen)} written in {time.monotonic() - start:.0f} s: {shown(self.target / 'index.html')}")
        if failed and not self.options.terse:
            line(f"reports: FAILED: {', '.join(failed)}")
        return 1 if failed else 0

    def _page(self, page: Path) -> bool:
        # Here and not above: only .venv has these.
        from . import document, kernel, notebook

        ticker = Ticker(f"{page.stem}:")
        nb = notebook.read(page)
        self.state.mkdir(parents=True, exist_ok=True)
        timeout = self.options.timeout or None
        try:
            failure = asyncio.run(
                kernel.execute(
                    nb,
                    self.source,
                    self.environment,
                    timeout,
                    self.state / f"{page.stem}.log",
                    lambda number, of: ticker.show(f"cell {number}/{of}"),
                )
            )
        except (kernel.Stopped, KeyboardInterrupt):
            raise KeyboardInterrupt(f"stopped in {page.stem}; what was finished before is in {shown(self.target)}") from None
        seconds = ticker.seconds
        message = _told(failure) if failure else ""
        facts = [f"{datetime.date.today().isoformat()}", f"{seconds:.0f} s", *self.facts]
        try:
            made = document.render(nb, self.source, facts, message)
        except document.BadPage as error:
            message = "\n".join(filter(None, (message, str(error))))
            ticker.done(f"FAILED: it cannot be shown\n{_indent(str(error))}")
            (self.target / f"{page.stem}.html").unlink(missing_ok=True)
            (self.state / f"{page.stem}.json").unlink(missing_ok=True)
            return False
        file = self.target / f"{page.stem}.html"
        write(file, made.html)
        entry = {"title": made.title, "abstract": made.abstract, "picture": made.picture, "facts": facts, "ok": not failure}
        write(self.state / f"{page.stem}.json", json.dumps(entry))
        if failure:
            ticker.done(f"FAILED after {seconds:.0f} s\n{_indent(message)}")
            return False
        updated = self.options.update and notebook.update(page, nb)
        if self.options.update and self.source == NOTEBOOKS:
            for name, png in notebook.pictures(notebook.read(page)).items():  # as written: times are kept there
                write(PICTURES / f"{name}.png", png)
        ticker.done(f"{seconds:.0f} s  {shown(file)} ({len(made.html) / 1e6:.1f} MB){', notebook updated' if updated else ''}")
        return True

    def _index(self) -> None:
        from . import document

        entries = []
        for page in pages.known(self.source):
            state = self.state / f"{page.stem}.json"
            if state.exists() and (self.target / f"{page.stem}.html").exists():
                entries.append({"page": page.stem, **json.loads(state.read_text(encoding="utf-8"))})
        if entries:
            write(self.target / "index.html", document.index(entries, ["pull near, push far", f"{len(entries)} page{'s' if len(entries) > 1 else ''}"]))


def _told(failure) -> str:
    """A failure for people: the cell by its number and its first lines, then the exception's own words."""
    if failure.cell is None:
        return failure.message
    lines = failure.source.strip().splitlines()
    quoted = "\n".join(f"  | {text}" for text in lines[:4]) + ("\n  | …" if len(lines) > 4 else "")
    return f"{failure.message}\nin cell [{failure.cell}]:\n{quoted}"


def _indent(text: str) -> str:
    return "\n".join("  " + part for part in text.splitlines())
