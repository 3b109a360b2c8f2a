"""environment/reports: executes the notebooks and writes what they show as HTML."""

from __future__ import annotations

import argparse
import asyncio
import datetime
import enum
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
    parser.add_argument("--jobs", type=int, metavar="N", help="how many pages run side by side (one for each core, at most 4)")
    parser.add_argument("--terse", action="store_true", help="one line for each page and nothing else")
    parser.add_argument("--from", type=Path, default=NOTEBOOKS, metavar="FOLDER", dest="source", help="where the notebooks are (notebooks)")
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="where the reports go (target/reports)")
    options = parser.parse_args(argv)
    if options.quick and options.update:
        raise Problem("--quick does not go with --update: the figures of short runs are not for keeping", 2)
    if options.jobs is not None and options.jobs < 1:
        raise Problem(f"--jobs must be at least 1, got {options.jobs}", 2)
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
        self.figures = self.state / "figures"
        self.environment.pop("NEARFAR_FIGURES", None)
        if not options.quick:  # what short runs find means nothing
            self.environment["NEARFAR_FIGURES"] = str(self.figures)
        self.ticker = Ticker("reports:")
        self.running: dict[Path, str] = {}
        self.stopped: list[str] = []
        self.outcomes: dict[Path, _Outcome] = {}

    def run(self, chosen: list[Path]) -> int:
        # Here and not above: only .venv has these.
        from . import kernel, notebook

        notebooks = {page: notebook.read(page) for page in chosen}
        jobs = self.options.jobs or (1 if len(chosen) == 1 else _jobs())
        if not self.options.terse:
            line(f"reports: {' · '.join(self.facts)} · {_pages(len(chosen))} → {shown(self.target)}")
        self.figures.mkdir(parents=True, exist_ok=True)
        try:
            asyncio.run(self._all(notebooks, jobs))
        except kernel.Stopped:
            where = f" in {', '.join(self.stopped)}" if self.stopped else ""
            raise KeyboardInterrupt(f"stopped{where}; what was finished before is in {shown(self.target)}") from None
        ended = {outcome: [page.stem for page in chosen if self.outcomes[page] == outcome] for outcome in _Outcome}
        failed, left_out = ended[_Outcome.FAILED], ended[_Outcome.LEFT_OUT]
        if not self.options.terse:
            without = f", {len(left_out)} left out" if left_out else ""
            line(f"reports: {len(ended[_Outcome.WRITTEN])} of {len(chosen)} written{without} in {self.ticker.seconds:.0f} s: {shown(self.target / 'index.html')}")
        if failed and not self.options.terse:
            line(f"reports: FAILED: {', '.join(failed)}")
        return 1 if failed else 0

    async def _all(self, notebooks: dict, jobs: int) -> None:
        """Pages side by side; then those that must run alone; last those that show what the others found."""
        from . import kernel, notebook

        last = [page for page, nb in notebooks.items() if notebook.reads_figures(nb)]
        alone = [page for page, nb in notebooks.items() if notebook.runs_alone(nb) and page not in last]
        others = [page for page in notebooks if page not in alone and page not in last]
        if jobs > 1:  # the longest first, or it is the only one at the end
            others.sort(key=lambda page: -notebook.minutes(notebooks[page]))
        finishing = asyncio.Lock()
        with kernel.stoppable() as stopping:
            for group, width in ((others, jobs), (alone, 1), (last, 1)):
                places = asyncio.Semaphore(width)
                tasks = [asyncio.create_task(self._page(page, notebooks[page], places, finishing, stopping)) for page in group]
                try:
                    if tasks:
                        await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
                except asyncio.CancelledError:
                    raise kernel.Stopped from None
                finally:
                    for task in tasks:
                        task.cancel()
                    ends = await asyncio.gather(*tasks, return_exceptions=True)
                for error in sorted(filter(None, ends), key=lambda error: isinstance(error, (kernel.Stopped, asyncio.CancelledError))):
                    raise error  # a full disk, say, rather than what was stopped because of it

    async def _page(self, page: Path, nb, places: asyncio.Semaphore, finishing: asyncio.Lock, stopping: list[bool]) -> None:
        from . import kernel

        async with places:
            start = time.monotonic()
            for file in self._figures_of(page):  # of a former run
                file.unlink(missing_ok=True)
            try:
                failure = await kernel.execute(
                    nb,
                    self.source,
                    self.environment,
                    self.options.timeout or None,
                    self.state / f"{page.stem}.log",
                    lambda number, of: self._progress(page, f"cell {number}/{of}"),
                    stopping,
                )
            except kernel.Stopped:
                self.stopped.append(page.stem)
                raise
            seconds = time.monotonic() - start
            async with finishing:  # one after the other, and in a thread: the kernels of the others want to be heard meanwhile
                self.running.pop(page, None)
                self.outcomes[page], said = await asyncio.to_thread(self._finish, page, nb, failure, seconds)
                self.ticker.say(f"{page.stem}: {said}")

    def _progress(self, page: Path, text: str) -> None:
        self.running[page] = text
        self.ticker.show(" · ".join(f"{pages.number(page)} {text}" for page, text in self.running.items()))

    def _finish(self, page: Path, nb, failure, seconds: float) -> tuple[_Outcome, str]:
        """Writes what a page has become, and the index; returns the outcome, and the words for it."""
        try:
            return self._left_out(page, nb, failure.left_out) if failure and failure.left_out else self._write(page, nb, failure, seconds)
        finally:
            self._index()

    def _left_out(self, page: Path, nb, why: str) -> tuple[_Outcome, str]:
        from . import document

        (self.target / f"{page.stem}.html").unlink(missing_ok=True)
        entry = {"title": document.title(nb), "facts": [_today(), *self._facts(nb)], "left_out": why}
        write(self.state / f"{page.stem}.json", json.dumps(entry))
        return _Outcome.LEFT_OUT, f"left out: {why}"

    def _write(self, page: Path, nb, failure, seconds: float) -> tuple[_Outcome, str]:
        from . import document, notebook

        message = _told(failure) if failure else ""
        facts = [_today(), f"{seconds:.0f} s", *self._facts(nb)]
        file, state = self.target / f"{page.stem}.html", self.state / f"{page.stem}.json"
        if failure:
            for half in self._figures_of(page):
                half.unlink(missing_ok=True)
        try:
            made = document.render(nb, self.source, facts, message)
        except document.BadPage as error:
            file.unlink(missing_ok=True)
            state.unlink(missing_ok=True)
            return _Outcome.FAILED, f"FAILED: it cannot be shown\n{_indent(chr(10).join(filter(None, (message, str(error)))))}"
        write(file, made.html)
        entry = {"title": made.title, "abstract": made.abstract, "picture": made.picture, "facts": facts, "ok": not failure}
        write(state, json.dumps(entry))
        if failure:
            return _Outcome.FAILED, f"FAILED after {seconds:.0f} s\n{_indent(message)}"
        if self.options.update and made.shared_alts:
            shared = "\n".join(f"  {alt}" for alt in made.shared_alts)
            return _Outcome.FAILED, f"FAILED, and not written back: pictures share a text that should tell them apart:\n{shared}"
        updated = self.options.update and self._update(page, nb)
        return _Outcome.WRITTEN, f"{seconds:.0f} s  {shown(file)} ({len(made.html) / 1e6:.1f} MB){', notebook updated' if updated else ''}"

    def _update(self, page: Path, nb) -> bool:
        """Writes a page back, its figures and the README's pictures; returns whether the notebook changed."""
        from . import notebook

        updated = notebook.update(page, nb)
        for file in self._figures_of(page):
            kept = self.source / "figures" / file.name
            if file.is_file():
                write(kept, json.dumps(json.loads(file.read_text(encoding="utf-8")), indent=2, sort_keys=True, ensure_ascii=False) + "\n")
            else:
                kept.unlink(missing_ok=True)
        if self.source == NOTEBOOKS:
            for name, png in notebook.pictures(notebook.read(page)).items():  # as written: times are kept there
                write(PICTURES / f"{name}.png", png)
        return updated

    def _figures_of(self, page: Path) -> list[Path]:
        """Where a page keeps figures for others: under its number, as the jar does, or under its whole name."""
        return [self.figures / f"{name}.json" for name in dict.fromkeys((pages.number(page), page.stem))]

    def _facts(self, nb) -> list[str]:
        """The facts of a page: the device is the one that its head says was used."""
        from . import document

        used = document.device(nb)
        return [self.facts[0], *([f"device {used}"] if used else []), *self.facts[2:]]

    def _index(self) -> None:
        from . import document

        entries = []
        for page in pages.known(self.source):
            state = self.state / f"{page.stem}.json"
            entry = json.loads(state.read_text(encoding="utf-8")) if state.exists() else {}
            if "left_out" in entry or (entry and (self.target / f"{page.stem}.html").exists()):
                entries.append({"page": page.stem, **entry})
        if entries:
            write(self.target / "index.html", document.index(entries, ["pull near, push far", _pages(len(entries))]))
        shown_pages = [entry for entry in entries if "left_out" not in entry]
        for before, entry, after in zip([None, *shown_pages], shown_pages, [*shown_pages[1:], None]):
            file = self.target / f"{entry['page']}.html"
            text = file.read_text(encoding="utf-8")
            linked = document.with_neighbours(text, before, after)
            if linked != text:
                write(file, linked)


class _Outcome(enum.Enum):
    """What becomes of a page."""

    WRITTEN = enum.auto()
    FAILED = enum.auto()
    LEFT_OUT = enum.auto()


def _jobs() -> int:
    """How many pages run side by side: one for each core, with 4 GB for each, and no more than four."""
    import psutil

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(4, cores, psutil.virtual_memory().total // 4_000_000_000))


def _pages(count: int) -> str:
    return f"{count} page{'s' if count > 1 else ''}"


def _today() -> str:
    return datetime.date.today().isoformat()


def _told(failure) -> str:
    """A failure for people: the cell by its number and its first lines, then the exception's own words."""
    if failure.cell is None:
        return failure.message
    lines = failure.source.strip().splitlines()
    quoted = "\n".join(f"  | {text}" for text in lines[:4]) + ("\n  | …" if len(lines) > 4 else "")
    return f"{failure.message}\nin cell [{failure.cell}]:\n{quoted}"


def _indent(text: str) -> str:
    return "\n".join("  " + part for part in text.splitlines())
