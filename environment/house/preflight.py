"""What setup cannot install itself: checked before anything is downloaded, each missing thing said in one line."""

from __future__ import annotations

import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .places import WINDOWS
from .say import Problem

JAVA_AT_LEAST = 17
#: Who has a native PyTorch for DJL 0.36.
PLATFORMS = {("Linux", "x86_64"), ("Darwin", "arm64"), ("Windows", "AMD64")}

_PACKAGES = {  # what is missing → how each package manager calls it
    "jdk": {
        "apt-get": "openjdk-17-jdk-headless",
        "dnf": "java-21-openjdk-devel",
        "brew": "openjdk@21",
        "winget": "EclipseAdoptium.Temurin.21.JDK",
    },
    "venv": {"apt-get": "python3-venv", "dnf": "python3"},
    "fonts": {"apt-get": "fontconfig fonts-dejavu-core", "dnf": "fontconfig dejavu-sans-fonts"},
}


@dataclass(frozen=True)
class Jdk:
    """A JDK that was asked for its version."""

    home: Path
    version: str

    @property
    def major(self) -> int:
        numbers = [int(number) for number in re.findall(r"\d+", self.version)[:2]]
        return numbers[1] if numbers[0] == 1 else numbers[0]  # Java 8 calls itself 1.8

    @property
    def java(self) -> Path:
        return self.home / "bin" / ("java.exe" if WINDOWS else "java")


def install(thing: str) -> str:
    """How to get a thing on this machine."""
    for manager, package in _PACKAGES[thing].items():
        if shutil.which(manager):
            return f"{'sudo ' if manager in ('apt-get', 'dnf') else ''}{manager} install {package}"
    return {
        "jdk": "install a JDK 17 or newer, for instance Eclipse Temurin from https://adoptium.net",
        "venv": "install a Python that has them, for instance from https://www.python.org",
        "fonts": "install fontconfig and a font such as DejaVu with your package manager",
    }[thing]


def check() -> Jdk:
    """Checks everything; raises one Problem that lists all that is missing."""
    missing: list[str] = []
    jdk = None
    for look in (_platform, _python, _fonts):
        try:
            look()
        except Problem as problem:
            missing.append(str(problem))
    try:
        jdk = find_jdk()
    except Problem as problem:
        missing.insert(0, str(problem))
    if jdk is None or missing:
        raise Problem("something is missing that this program cannot install:\n" + "\n".join(f"  - {m}" for m in missing))
    return jdk


def _platform() -> None:
    here = (platform.system(), platform.machine())
    if here not in PLATFORMS:
        raise Problem(
            f"DJL 0.36 has no PyTorch for {here[0]} {here[1]}: use Linux x86-64, macOS on Apple silicon or Windows x86-64"
        )


def _python() -> None:
    lacking = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if lacking:
        raise Problem(f"Python's module {' and '.join(lacking)}, not in {sys.executable}: {install('venv')}")


def _fonts() -> None:
    if platform.system() != "Linux":
        return
    if not shutil.which("fc-list"):
        raise Problem(f"fontconfig (fc-list), without which Java cannot draw text: {install('fonts')}")
    found = subprocess.run(["fc-list", ":", "family"], capture_output=True, text=True, check=False)
    if not found.stdout.strip():
        raise Problem(f"a font: fc-list finds none, and Java cannot draw text without: {install('fonts')}")


def find_jdk() -> Jdk:
    """The JDK of JAVA_HOME, else the one whose java is on the PATH."""
    home = os.environ.get("JAVA_HOME")
    if home:
        java = Path(home) / "bin" / ("java.exe" if WINDOWS else "java")
        if not java.is_file():
            raise Problem(f"JAVA_HOME is {home}, where there is no bin/java: correct or unset it")
        where = f"JAVA_HOME, {home}"
    else:
        found = shutil.which("java")
        if not found:
            raise Problem(f"a JDK 17 or newer: there is no java on the PATH: {_elsewhere() or install('jdk')}")
        java, where = Path(found), found
    jdk = ask(java)
    if jdk is None:
        raise Problem(f"a JDK 17 or newer: {java} does not run: {_elsewhere() or install('jdk')}")
    if jdk.major < JAVA_AT_LEAST:
        raise Problem(f"a JDK 17 or newer: {where} is Java {jdk.version}: {_elsewhere(jdk) or install('jdk')}")
    lacking = _lacks(jdk)
    if lacking:
        raise Problem(
            f"a JDK: {where} is Java {jdk.version} without {lacking}, a JRE: {_elsewhere(jdk) or install('jdk')}"
        )
    return jdk


def ask(java: Path) -> Jdk | None:
    """What a java says of itself; None where it does not run."""
    try:
        said = subprocess.run(
            [java, "-XshowSettings:properties", "-version"], capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    facts = dict(re.findall(r"^\s*(java\.(?:home|version)) = (.+?)\s*$", said.stderr, re.M))
    if said.returncode or len(facts) != 2:
        return None
    home = Path(facts["java.home"])
    if home.name == "jre" and (home.parent / "bin").is_dir():  # Java 8 puts its JRE inside the JDK
        home = home.parent
    return Jdk(home, facts["java.version"])


def _lacks(jdk: Jdk) -> str:
    """What a JDK has and this lacks; empty where it is one."""
    if not (jdk.home / "bin" / ("javac.exe" if WINDOWS else "javac")).is_file():
        return "javac"
    said = subprocess.run([jdk.java, "--list-modules"], capture_output=True, text=True, check=False).stdout
    modules = {entry.split("@")[0] for entry in said.split()}
    return " and ".join(sorted({"jdk.compiler", "jdk.jshell", "java.desktop"} - modules))


def beside(jdk: Jdk) -> list[Jdk]:
    """Other JDKs that would do: in the folders beside this one and in those that NEARFAR_JDKS names."""
    places = [Path(place) for place in os.environ.get("NEARFAR_JDKS", "").split(os.pathsep) if place]
    places += sorted(jdk.home.resolve().parent.iterdir()) if jdk.home.is_dir() else []
    return _usable(places, {jdk.home.resolve()})


def _usable(places: list[Path], seen: set[Path]) -> list[Jdk]:
    found = []
    for place in places:
        for home in (place, place / "Contents" / "Home"):  # the second is macOS's way
            java = home / "bin" / ("java.exe" if WINDOWS else "java")
            if not java.is_file() or home.resolve() in seen:
                continue
            seen.add(home.resolve())
            other = ask(java)
            if other and other.major >= JAVA_AT_LEAST and not _lacks(other):
                found.append(other)
    return found


def _elsewhere(jdk: Jdk | None = None) -> str:
    """Names a JDK that lies on this machine and is not used, rather than ask for another."""
    places = []
    for folder in ("/usr/lib/jvm", "/Library/Java/JavaVirtualMachines", os.environ.get("ProgramFiles", "") + "/Eclipse Adoptium"):
        if Path(folder).is_dir():
            places += sorted(Path(folder).iterdir())
    found = _usable(places, {jdk.home.resolve()} if jdk else set())
    return f"there is a JDK {found[0].version}: set JAVA_HOME to {found[0].home}" if found else ""
