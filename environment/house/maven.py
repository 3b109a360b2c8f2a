"""Fetches a Maven for mvnw, where the PATH has none, into .maven; prints the path of its mvn.

The project's files name no registry's address. jgo, a package from PyPI, knows where Maven artefacts lie (and honours
a mirror set in its own configuration); what it brings is believed only if its SHA-512 is the one below.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import ssl
import subprocess
import sys
import tarfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
HOME = ROOT / ".maven"
VERSION = "3.9.16"
SHA512 = "831a8591fe20c8243b1dbe7d71e3244f31d1665b0804b2e825e38cbbe5ce0cafb8338851f90780735568773e0a6cd07bbec107cda0b896b008b861075358b6f6"
_FETCH = """
import sys
from pathlib import Path
from jgo.maven import MavenContext
maven = MavenContext(repo_cache=Path(sys.argv[1]), timeout=60).project("org.apache.maven", "apache-maven")
print(maven.at_version(sys.argv[2]).artifact(classifier="bin", packaging="tar.gz").resolve())
"""


def mvn() -> Path:
    """The mvn of .maven, fetched now if it is not there."""
    home = HOME / f"apache-maven-{VERSION}"
    if not home.is_dir():
        print(f"mvnw: fetching Maven {VERSION} into .maven (once, 9 MB)", file=sys.stderr, flush=True)
        partial = HOME / f"partial-{os.getpid()}"
        shutil.rmtree(partial, ignore_errors=True)
        try:
            unpack(fetch(partial), partial)
            os.replace(partial / home.name, home)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    return home / "bin" / "mvn"


def fetch(folder: Path) -> Path:
    """The archive, by a jgo in a virtual environment of its own."""
    base = getattr(sys, "_base_executable", None) or sys.executable
    _run([base, "-I", "-m", "venv", folder / "venv"], "making a virtual environment")
    python = folder / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    lock = ROOT / "environment" / "maven.lock"
    pip = [python, "-I", "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-input", "--retries", "2"]
    _run([*pip, "--require-hashes", "-r", lock], "installing jgo")
    said = _run([python, "-I", "-c", _FETCH, folder / "repository", VERSION], "fetching Maven")
    return Path(said.strip().splitlines()[-1])


def unpack(archive: Path, folder: Path, sha512: str = SHA512) -> None:
    """Unpacks the archive if it is the one that is expected."""
    found = hashlib.sha512(archive.read_bytes()).hexdigest()
    if found != sha512:
        raise SystemExit(f"mvnw: the archive of Maven {VERSION} is not the expected one: SHA-512 {found}, expected {sha512}")
    with tarfile.open(archive) as tar:
        # Known contents by now; the filter is what newer Pythons ask for.
        tar.extractall(folder, **({"filter": "tar"} if hasattr(tarfile, "tar_filter") else {}))


def _run(command: list, what: str) -> str:
    # requests brings its own list of certificates; behind a company's proxy only the system's list is right.
    system = ssl.get_default_verify_paths().cafile
    environment = {**({"REQUESTS_CA_BUNDLE": system} if system else {}), **os.environ}
    command = [str(part) for part in command]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        last = [text for text in (done.stdout + done.stderr).splitlines() if text.strip()][-1:] or ["no message"]
        raise SystemExit(f"mvnw: {what} failed (is there a network?), and there is no Maven 3.8 or newer on the PATH: {last[0].strip()}")
    return done.stdout


if __name__ == "__main__":
    if sys.version_info < (3, 10):
        sys.exit("mvnw: needs Maven 3.8 or newer on the PATH, or Python 3.10 or newer to fetch it; this is %d.%d" % sys.version_info[:2])
    try:
        print(mvn())
    except KeyboardInterrupt:
        sys.exit(130)
