"""environment/bench: what our losses, training and evaluation cost, against the peers in the same run.

Ours, the peers and the bare matrix products take turns, round after round, so that whatever else the machine does hits
all of them; what counts is the median. Every row has processes of its own: none finds the memory that another one left.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import math
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from . import benchdocs, benchpeers, preflight, prepare
from .benchrows import Result, Row, rows, short
from .benchtable import ABOUT, to_csv, to_markdown
from .benchworker import Refused, Worker
from .places import ENVIRONMENT, LOGS, PYTHON, ROOT, TARGET, shown
from .say import Problem, Ticker, line, run

BENCH = TARGET / "bench"
CLASSES = BENCH / "classes"
SOURCES = ROOT / "lib" / "src" / "test" / "java" / "nearfar"
SEED = 7
ROUNDS = 9
#: How far values may differ, as a share of the value; and gradients, as a share of the largest entry.
VALUE, GRADIENT = 1e-4, 1e-3
#: Of how many queries a retrieval may judge otherwise: near ties fall by the last digit of single precision.
QUERIES = 5
#: Warm is who has not become faster by more than this share in so many turns; or who had so many turns.
STEADY, LOOKS, MOST_TURNS = 0.03, 8, 80
WORKS = list(dict.fromkeys(row.work for row in rows()))

#: Starts a worker: of what kind ("ours", "peers", "kernel"), under which name.
Start = Callable[[str, str], Worker]


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="environment/bench",
        description="Measures ours against pytorch-metric-learning, PyTorch and faiss, in turns, on the same threads. Writes "
        "results.csv, table.md and chart.png to target/bench; with --only or --quick to target/bench/part. Wants a quiet machine.",
        epilog="works: " + ", ".join(WORKS),
    )
    parser.add_argument("--only", nargs="+", metavar="WORK", help="only these kinds of work; arcface:1000 is one size of one")
    parser.add_argument("--quick", action="store_true", help="tiny sizes and few rounds: shows that everything works, measures nothing")
    parser.add_argument("--rounds", type=int, metavar="N", help=f"how many rounds (default: {ROUNDS}, fewer where a step takes seconds)")
    parser.add_argument("--threads", type=int, metavar="N", help="threads of each side (default: one for each core)")
    parser.add_argument("--update", action="store_true", help="write the table and the chart into docs, and the table of docs/performance.md; for a run of all rows")
    options = parser.parse_args(argv)
    if options.update and (options.only or options.quick):
        raise Problem("--update is for a run of all rows: leave --only and --quick out")
    if options.update:
        benchdocs.ensure_place()  # now, not after half an hour
    for name in ("rounds", "threads"):
        if getattr(options, name) is not None and getattr(options, name) < 1:
            raise Problem(f"--{name} must be at least 1, got {getattr(options, name)}")
    chosen = choose(rows(options.quick), options.only)
    threads = options.threads or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else options.threads or os.cpu_count()
    try:
        prepare.ensure()
        benchpeers.ensure()
    except KeyboardInterrupt:
        raise KeyboardInterrupt("stopped; nothing is half done: run it again and it goes on with the step it was in.") from None
    jdk = preflight.find_jdk()
    BENCH.mkdir(parents=True, exist_ok=True)
    _compile(jdk)
    folder = BENCH / "part" if options.only or options.quick else BENCH
    bench = Bench(starter(jdk, threads), folder, options.rounds or (2 if options.quick else None), 0.02 if options.quick else 0.25)
    facts = facts_of(bench.start, jdk, threads)
    line(facts[0])
    for row in chosen:
        bench.measure(row)
        bench.write(facts)  # what was measured is there, even if the next row is stopped
    text = (folder / "table.md").read_text(encoding="utf-8")
    line("\n" + text)
    chart = _chart(jdk, folder)
    line(f"written: {shown(folder)}/results.csv (explained in results.txt), table.md{', chart.png' if chart else '; no chart, which wants a work of several sizes'}")
    if options.update:
        benchdocs.update(bench.results, text, folder / "chart.png", facts[0], options.rounds or ROUNDS)
        line("written: docs/bench.md, docs/pictures/bench.png and the table in docs/performance.md")
    return 1 if bench.refused else 0


def choose(all_rows: list[Row], only: list[str] | None) -> list[Row]:
    """The rows that a user's words mean: a kind of work, or one size of it."""
    if not only:
        return all_rows
    chosen = []
    for word in only:
        work, _, size = word.partition(":")
        found = [row for row in all_rows if row.work == work and (not size or re.search(rf"=\s*{re.escape(size)}\b", row.size))]
        if not found:
            known = ", ".join(dict.fromkeys(row.work for row in all_rows)) if not size else ", ".join(r.size for r in all_rows if r.work == work)
            raise Problem(f"--only {word}: there is no such work; there are {known or ', '.join(WORKS)}")
        chosen += [row for row in found if row not in chosen]
    return chosen


class Bench:
    """Measures rows one after the other, and keeps what came of them."""

    def __init__(self, start: Start, folder: Path, rounds: int | None, seconds: float):
        self.start, self.folder, self.rounds, self.seconds = start, folder, rounds, seconds
        self.results: list[Result] = []
        self.refused: dict[str, str] = {}

    def measure(self, row: Row) -> None:
        ticker = Ticker(f"{row.name}:")
        inputs = self.folder / "inputs"
        shutil.rmtree(inputs, ignore_errors=True)
        inputs.mkdir(parents=True)
        try:
            with contextlib.ExitStack() as stack:
                workers = _Workers(self.start, stack, row, inputs)
                found = self._soak(workers, row, ticker) if row.work == "soak" else self._rounds(workers, row, ticker)
        except Refused as problem:
            self.refused[row.name] = str(problem)
            ticker.done(f"refused: {problem}")
            return
        finally:
            shutil.rmtree(inputs, ignore_errors=True)  # gigabytes at a million classes
        self.results += found
        ticker.done(f"{'; '.join(map(_said, found))} ({ticker.seconds:.0f} s)")

    def _rounds(self, workers: "_Workers", row: Row, ticker: Ticker) -> list[Result]:
        ours, peers = workers.ours, workers.peers
        ticker.show("agreeing")
        workers.agree()
        for peer, other in workers.others.items():
            ticker.show(f"warming up: {peer}")
            least = {worker: self._warm(lambda s, worker=worker: _ms(worker.ask("time", seconds=s))) for worker in (peers[peer], other)}
            peers[peer], slower = sorted(least, key=least.get)
            slower.close()
        ours_mb = _number(ours.ask("memory"), "mb") if workers.measures_memory else None
        peer_mb = {peer: _number(worker.ask("memory"), "mb") for peer, worker in peers.items()}
        products = ",".join("x".join(map(str, sizes)) for sizes in row.products)
        steps: dict[str, Callable[[float], float]] = {"ours": lambda s: _ms(ours.ask("time", seconds=s))}
        for peer, worker in peers.items():
            steps[peer] = lambda s, worker=worker: _ms(worker.ask("time", seconds=s))
        if products:
            for side, worker in (("floor of ours", ours), ("floor of the peer", next(iter(peers.values())))):
                steps[side] = lambda s, worker=worker: _ms(worker.ask("floor", products=products, seconds=s))
        for name, step in steps.items():
            ticker.show(f"warming up: {name}")
            self._warm(step if workers.measures_memory else lambda _, step=step: step(0))
        times: dict[str, list[float]] = {name: [] for name in steps}
        rounds = self.rounds or row.rounds or ROUNDS
        for number in range(rounds):
            for name, step in steps.items():
                ticker.show(f"round {number + 1} of {rounds}: {name}")
                times[name].append(step(self.seconds))
        medians = {name: statistics.median(of) for name, of in times.items()}
        floor = min(medians["floor of ours"], medians["floor of the peer"]) if products else None
        if not peers:
            return [Result(row, "", medians["ours"], None, floor, ours_mb)]
        return [Result(row, peer, medians["ours"], medians[peer], floor, ours_mb, peer_mb[peer]) for peer in peers]

    def _warm(self, step: Callable[[float], float]) -> float:
        """The least of turns until nothing becomes faster. Java compiles while it runs, for thousands of steps, on the cores that the steps need."""
        times: list[float] = []
        while len(times) < MOST_TURNS:
            times.append(step(self.seconds))
            before, lately = times[:-LOOKS], times[-LOOKS:]
            if times[-1] >= 1000 * self.seconds or (before and min(lately) > (1 - STEADY) * min(before)):
                break
        return min(times)

    def _soak(self, workers: "_Workers", row: Row, ticker: Ticker) -> list[Result]:
        """Steps in chunks, with the resident memory after each."""
        steps = int(row.size.split()[0])
        chunk = max(1, steps // 200)
        resident, times = [], []
        for done in range(0, steps, chunk):
            ticker.show(f"{done} of {steps} steps")
            times.append(_ms(workers.ours.ask("time", steps=chunk)))
            resident.append(_number(workers.ours.ask("resident"), "mb"))
        tenth = max(1, len(resident) // 10)
        if None in resident:
            raise Refused("this system does not say what a process has in memory: run it on Linux")
        before, after = statistics.median(resident[tenth : 2 * tenth]), statistics.median(resident[-tenth:])
        return [Result(row, "", statistics.median(times), ours_mb=after - before, drift=100 * (after - before) / before)]

    def write(self, facts: list[str]) -> None:
        prepare.write(self.folder / "results.csv", to_csv(self.results))
        prepare.write(self.folder / "results.txt", ABOUT.format(value=VALUE, gradient=GRADIENT, queries=QUERIES))
        prepare.write(self.folder / "table.md", to_markdown(self.results, self.refused, facts))


#: A heap that grows would be taken for memory that leaks.
_KINDS = {"soak": "ours, fixed heap"}


class _Workers:
    """The processes of one row, its inputs opened by all of them."""

    def __init__(self, start: Start, stack: contextlib.ExitStack, row: Row, inputs: Path):
        self.row = row
        self.measures_memory = row.work != "kernel-start"
        if row.work == "kernel-start":
            self.ours, self.peers, self.others = stack.enter_context(start("kernel", "kernel")), {}, {}
            return
        maker, self.ours = (stack.enter_context(start(kind, name)) for kind, name in (("peers", "inputs"), (_KINDS.get(row.work, "ours"), "ours")))
        self.peers = {peer: stack.enter_context(start("ours" if peer == "exact" else "peers", peer)) for peer in row.peers}
        # Each peer also with its own way of waiting for threads: the faster of the two is measured.
        self.others = {peer: stack.enter_context(start("peers, own OpenMP", f"{peer}, own OpenMP")) for peer in row.peers if peer != "exact"}
        # The peers' Python has numpy, which makes the inputs in a moment.
        maker.ask("make", work=row.work, folder=inputs, seed=SEED, **row.sizes)
        maker.close()
        self.ours.ask("open", work=row.work, folder=inputs, **row.sizes)
        for peer, worker in self.peers.items():
            if peer == "exact":
                worker.ask("open", work=row.work.removeprefix("sampled-"), folder=inputs, **row.sizes)
            else:
                for either in (worker, self.others[peer]):
                    either.ask("open", work=row.work, folder=inputs, peer=peer, **row.sizes)

    def agree(self) -> None:
        """One step of each side, from the same inputs: the same values and the same gradients, or the row is refused."""
        compared = [peer for peer in self.peers if peer != "exact"]
        if not compared:
            return
        ours = self.ours.ask("answer")
        values = {key: float(value) for key, value in ours.items() if key.startswith("value.")}
        for peer in compared:
            theirs = self.peers[peer].ask("compare")
            for key, value in values.items():
                if key not in theirs:
                    raise Refused(f"{peer} says nothing of {key.removeprefix('value.')}, which ours computes")
                other = float(theirs[key])
                allowed = VALUE * max(abs(other), 1e-3)
                said = f"{VALUE:g} of it"
                if self.row.work == "retrieval":
                    allowed, said = max(allowed, QUERIES / self.row.sizes["rows"]), f"{QUERIES} queries"
                if not abs(value - other) <= allowed:
                    raise Refused(f"ours and {peer} disagree: {key.removeprefix('value.')} {value:.8g} and {other:.8g} (allowed: {said})")
            gaps = {key.removeprefix("gap."): float(gap) for key, gap in theirs.items() if key.startswith("gap.")}
            missing = set(filter(None, ours.get("gradients", "").split(","))) - set(gaps)
            if missing:
                raise Refused(f"{peer} did not compare the gradient of {', '.join(sorted(missing))}")
            for name, gap in gaps.items():
                if not gap <= GRADIENT:
                    raise Refused(f"ours and {peer} disagree: the gradient of {name} differs by {gap:.3g} of its largest entry (allowed: {GRADIENT:g})")


def _ms(said: dict[str, str]) -> float:
    ms = float(said["ms"])
    if not (math.isfinite(ms) and ms > 0):
        raise Refused(f"a time must be positive, got {ms} ms")
    return ms


def _number(said: dict[str, str], name: str) -> float | None:
    return float(said[name]) if name in said else None


def _said(result: Result) -> str:
    text = f"{short(result.ours_ms)} ms"
    if result.peer:
        text += f", {result.peer} {short(result.peer_ms)} ms, ratio {short(result.ratio)}"
    if result.floor_ms:
        text += f", {short(result.over_floor)} × floor"
    if result.ours_mb is not None:
        text += f", {short(result.ours_mb)} MB" + (f" against {short(result.peer_mb)} MB" if result.peer_mb is not None else "")
    if result.drift is not None:
        text += f", drift {result.drift:.2f} %"
    return text


# The processes


def starter(jdk: preflight.Jdk, threads: int) -> Start:
    # Spinning threads of one side would take the cores from the other, whose turn it is.
    environment = {"OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads), **prepare.OPENMP}
    java = [jdk.java, f"-XX:ActiveProcessorCount={threads}", f"-Dai.djl.pytorch.num_threads={threads}", *_JAVA]
    kernel = "import sys; sys.path.insert(0, sys.argv[1]); from house import benchkernel; benchkernel.main()"
    commands = {
        "ours": [*java, "-cp", _class_path(), "nearfar.bench.Worker"],
        "ours, fixed heap": [*java, "-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch", "-cp", _class_path(), "nearfar.bench.Worker"],
        "peers": [benchpeers.PEERS_PYTHON, benchpeers.FOLDER / "worker.py"],
        "peers, own OpenMP": [benchpeers.PEERS_PYTHON, benchpeers.FOLDER / "worker.py"],
        "kernel": [PYTHON, "-I", "-c", kernel, ENVIRONMENT],
    }

    def start(kind: str, name: str) -> Worker:
        left_out = prepare.OPENMP if kind == "peers, own OpenMP" else {}
        return Worker(name, commands[kind], LOGS / "bench" / f"{name}.log", {k: v for k, v in environment.items() if k not in left_out})

    return start


_JAVA = ["-Djava.awt.headless=true", "-Dfile.encoding=UTF-8", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"]


def _class_path() -> str:
    return os.pathsep.join([str(CLASSES), str(prepare.JAR), str(prepare.JARS / "*")])


def _compile(jdk: preflight.Jdk) -> None:
    """Our side of the bench alone: it needs the jar, and no other test."""
    shutil.rmtree(CLASSES, ignore_errors=True)
    sources = [*sorted((SOURCES / "bench").glob("*.java")), SOURCES / "report" / "CostChart.java"]
    javac = jdk.home / "bin" / ("javac.exe" if os.name == "nt" else "javac")
    ticker, log = Ticker("our side:"), LOGS / "bench" / "javac.log"
    code, said = run([javac, "-nowarn", "-d", CLASSES, "-cp", _class_path(), *sources], log, ticker)
    if code:
        raise Problem(f"compiling {shown(SOURCES / 'bench')} failed:\n" + "\n".join(said.splitlines()[:8]) + f"\n  all of it: {shown(log)}")


def _chart(jdk: preflight.Jdk, folder: Path) -> bool:
    ticker, log = Ticker("chart:"), LOGS / "bench" / "chart.log"
    (folder / "chart.png").unlink(missing_ok=True)
    command = [jdk.java, *_JAVA, "-cp", _class_path(), "nearfar.report.CostChart", folder / "results.csv", folder / "chart.png"]
    code, said = run(command, log, ticker)
    if code:
        raise Problem(f"drawing the chart failed: {said.splitlines()[0] if said else code}; all of it: {shown(log)}")
    return (folder / "chart.png").exists()


# What it was measured on


def facts_of(start: Start, jdk: preflight.Jdk, threads: int) -> list[str]:
    with start("peers", "versions") as worker:
        versions = worker.ask("versions")
    names = ", ".join(f"{name} {version}" for name, version in versions.items() if name != "python")
    date = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    return [
        f"{date}, {_processor()}, {threads} {'thread' if threads == 1 else 'threads'} on each side, {platform.system()}; "
        f"ours on Java {jdk.version} and DJL {_pom('djl.version')} with PyTorch {_pom('pytorch.version')}; "
        f"peers on Python {versions['python']}: {names}."
    ]


def _processor() -> str:
    with contextlib.suppress(OSError):
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.M)
        if found:
            return found.group(1).strip()
    if sys.platform == "darwin":
        return subprocess.run(["sysctl", "-n", "machdep.cpu.brand_string"], capture_output=True, text=True, check=False).stdout.strip()
    return platform.processor() or platform.machine()


def _pom(name: str) -> str:
    return re.search(rf"<{re.escape(name)}>(.+?)<", (ROOT / "pom.xml").read_text(encoding="utf-8")).group(1)
