"""environment/test: the Java tests, the tests of these programs, every notebook in its short form; the counts at the end."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from . import pages, preflight, prepare
from .places import ENVIRONMENT, MVNW, NOTEBOOKS, PYTHON, ROOT, TARGET, shown
from .say import Ticker, line, run

PARTS = ("java", "scripts", "notebooks")
LOGS = TARGET / "test-logs"


@dataclass
class Counts:
    """What came of some tests."""

    passed: int = 0
    failed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def add(self, other: "Counts") -> None:
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped

    def __str__(self) -> str:
        return f"{self.passed} passed, {len(self.failed)} failed, {len(self.skipped)} skipped"


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="environment/test", description="Runs every test; goes on after failures and ends with the counts."
    )
    parser.add_argument(
        "--jdk",
        choices=("one", "all"),
        default="one",
        help="all: the Java tests also on the other JDKs that lie beside the one in use, or that NEARFAR_JDKS names",
    )
    parser.add_argument("--only", choices=PARTS, action="append", help="only this part; may be repeated")
    options = parser.parse_args(argv)
    parts = options.only or PARTS
    os.environ.update(pages.knobs())  # absolute, since Maven runs its tests in lib
    try:
        prepare.ensure()
    except KeyboardInterrupt:
        raise KeyboardInterrupt(prepare.AGAIN) from None
    jdk = preflight.find_jdk()
    total = Counts()
    if "java" in parts:
        total.add(java(jdk))
        for other in preflight.beside(jdk) if options.jdk == "all" else []:
            total.add(java_elsewhere(other))
    if "scripts" in parts:
        total.add(scripts())
    if "notebooks" in parts:
        total.add(notebooks())
    for kind, names in (("FAILED", total.failed), ("skipped", total.skipped)):
        for name in names:
            line(f"{kind}: {name}")
    line(str(total))
    return 1 if total.failed else 0


def java(jdk: preflight.Jdk, root: Path = ROOT, *options: str) -> Counts:
    """mvnw verify, with that JDK."""
    name = f"Java {jdk.major}"
    ticker = Ticker(f"{name}:")
    reports = root / "lib" / "target" / "surefire-reports"
    shutil.rmtree(reports, ignore_errors=True)  # or the tests of yesterday would be counted
    log = LOGS / f"java-{jdk.major}.log"
    code, said = run([MVNW, "-B", "verify", *options], log, ticker, cwd=root, env={**os.environ, "JAVA_HOME": str(jdk.home)})
    counts = junit(sorted(reports.glob("TEST-*.xml")), name)
    if code and not counts.failed:  # not a test: the compiler, the format, a dependency
        errors = [text for text in said.splitlines() if text.startswith("[ERROR]")][:20]
        counts.failed.append(f"{name}: mvnw verify ended with {code}; all of it: {shown(log)}\n" + "\n".join(f"    {text}" for text in errors))
    ticker.done(f"{counts} ({ticker.seconds:.0f} s)")
    return counts


def java_elsewhere(jdk: preflight.Jdk) -> Counts:
    """The same with another JDK, compiled by it too, in a copy: one build folder cannot serve two compilers."""
    copy = TARGET / f"jdk-{jdk.major}"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(ROOT / "lib", copy / "lib", ignore=shutil.ignore_patterns("target"))
    shutil.copytree(ROOT / ".mvn", copy / ".mvn")
    for file in ("pom.xml", "README.md", "docs/use.md", "notebooks/cheat-sheet.ipynb"):  # tests read or run what these show
        (copy / file).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / file, copy / file)
    return java(jdk, copy, "-Dspotless.check.skip=true")


def scripts() -> Counts:
    """The tests of these programs."""
    ticker = Ticker("scripts:")
    report, log = LOGS / "scripts.xml", LOGS / "scripts.log"
    report.unlink(missing_ok=True)
    code, said = run(
        [PYTHON, "-I", "-m", "pytest", ENVIRONMENT / "tests", "-v", "-p", "no:cacheprovider", f"--junitxml={report}"], log, ticker, cwd=ROOT
    )
    counts = junit([report] if report.exists() else [], "scripts")
    if code and not counts.failed:
        counts.failed.append(f"scripts: pytest ended with {code}; all of it: {shown(log)}\n    " + "\n    ".join(said.splitlines()[-5:]))
    ticker.done(f"{counts} ({ticker.seconds:.0f} s)")
    return counts


def notebooks() -> Counts:
    """Every notebook in its short form."""
    target = TARGET / "reports-quick"
    shutil.rmtree(target / ".state", ignore_errors=True)  # or the pages of yesterday would be counted
    sys.stdout.flush()
    # The head line of the run says nothing new.
    code = subprocess.call([PYTHON, "-I", ENVIRONMENT / "reports", "--quick", "--terse"], env={**os.environ, "NEARFAR_INSIDE": "1"})
    if code in (130, -2):
        raise KeyboardInterrupt
    return outcomes(pages.known(NOTEBOOKS), target / ".state", code)


def outcomes(known: list[Path], state: Path, code: int) -> Counts:
    """What environment/reports wrote down of its pages; a page of which it wrote nothing has failed."""
    counts = Counts()
    for page in known:
        file = state / f"{page.stem}.json"
        entry = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        if "left_out" in entry:
            counts.skipped.append(f"notebook {page.stem}: {entry['left_out']}")
        elif entry.get("ok"):
            counts.passed += 1
        else:
            counts.failed.append(f"notebook {page.stem}")
    if code and not counts.failed:
        counts.failed.append(f"notebooks: environment/reports ended with {code}")
    return counts


def junit(files: list[Path], name: str) -> Counts:
    """The counts that stand in JUnit's XML, from Surefire or from pytest."""
    counts = Counts()
    for file in files:
        for case in ElementTree.parse(file).iter("testcase"):
            title = f"{name}: {case.get('classname')}.{case.get('name')}"
            bad = case.find("failure") if case.find("failure") is not None else case.find("error")
            skipped = case.find("skipped")
            if bad is not None:
                words = (bad.get("message") or bad.text or "").strip().splitlines()[:3]
                counts.failed.append(title + "".join(f"\n    {text}" for text in words))
            elif skipped is not None:
                words = (skipped.get("message") or skipped.text or "no reason given").strip().splitlines()[0]
                counts.skipped.append(f"{title}: {words.split('Assumption failed: ')[-1]}")
            else:
                counts.passed += 1
    return counts
