"""environment/setup: .venv with the locked packages, the jars, the Java kernel.

Every step has a key, the hash of what goes into it, which is written down after the step has ended. So a step whose
key is unchanged is left out, and one that was interrupted is done again: nothing is ever half there and believed.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

from . import preflight
from .places import BIN, ENVIRONMENT, KERNEL, LOGS, MVNW, PYTHON, ROOT, STATE, VENV, WINDOWS, shown
from .say import Problem, Ticker, line, run

LIB = ROOT / "lib"
JARS = STATE / "lib"
JAR = STATE / "nearfar.jar"
LOCK = ENVIRONMENT / "requirements.lock"
GPU_LOCK = ENVIRONMENT / "requirements-gpu.lock"
TORCH = "2.7.1"
#: The one CUDA flavour for which DJL's pytorch-jni 2.7.1-0.36.0 has a library.
TORCH_FLAVOR = "cu128"
#: How long OpenMP's threads spin before they sleep. By default milliseconds, and on a machine with other work training is then
#: six times slower; never spinning, small batches take twice as long on a quiet one.
OPENMP = {"GOMP_SPINCOUNT": "10000"}
#: One thread for the engine of every page, so that its figures do not depend on how many cores a machine has: sums in another order
#: give other bits. Pages run side by side instead. The bench, which measures times, sets its own.
ONE_THREAD = {"OMP_NUM_THREADS": "1"}
AGAIN = "stopped; nothing is half done: run it again and it goes on with the step it was in."


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="environment/setup",
        description="Prepares everything inside the project's folder: .venv with JupyterLab and the Java kernel, and the "
        "jars that the kernel uses. Running it again does only what is missing or has changed.",
    )
    device = parser.add_mutually_exclusive_group()
    device.add_argument(
        "--gpu", action="store_true", help=f"also installs PyTorch {TORCH} for CUDA (about 3 GB to fetch) and points the kernel at it"
    )
    device.add_argument("--cpu", action="store_true", help="undoes --gpu")
    options = parser.parse_args(argv)
    try:
        ticker = Ticker("setup:")
        done = ensure(gpu=True if options.gpu else False if options.cpu else None)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(AGAIN) from None
    ticker.done(
        f"ready ({', '.join(done)} in {ticker.seconds:.0f} s). Next: environment/reports or environment/lab"
        if done
        else f"nothing to do, everything is ready ({ticker.seconds:.1f} s)."
    )
    return 0


def ensure(gpu: bool | None = None) -> list[str]:
    """Does what is left to do; returns the names of the steps that were done."""
    jdk = preflight.check()
    _claim()
    with _lock():
        stamps = Stamps()
        wants_gpu = bool(stamps.get("gpu")) if gpu is None else gpu
        if wants_gpu:
            _gpu_possible()
        done = []
        if _packages(stamps, wants_gpu):
            done.append("Python packages")
        if _jars(stamps, jdk):
            done.append("jars")
        if _kernel(stamps, jdk, wants_gpu):
            done.append("Java kernel")
        return done


class Stamps:
    """What was finished, with the key it was finished for."""

    def __init__(self):
        self._file = STATE / "stamps.json"
        try:
            self._all = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self._all = {}

    def get(self, step: str):
        return self._all.get(step)

    def put(self, step: str, key) -> None:
        self._all[step] = key
        write(self._file, json.dumps(self._all, indent=1))

    def drop(self, *steps: str) -> None:
        for step in steps:
            self._all.pop(step, None)
        write(self._file, json.dumps(self._all, indent=1))


def write(path: Path, text: str | bytes) -> None:
    """Writes a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    os.replace(partial, path)


def key(*parts) -> str:
    """A hash of texts and of files' contents; a folder stands for every file in it."""
    digest = hashlib.sha256()
    for part in parts:
        if isinstance(part, Path):
            files = sorted(f for f in part.rglob("*") if f.is_file()) if part.is_dir() else [part]
            for file in files:
                digest.update(f"\0{file.relative_to(ROOT).as_posix()}\0".encode())
                digest.update(file.read_bytes() if file.is_file() else b"")
        else:
            digest.update(f"\0{part}\0".encode())
    return digest.hexdigest()


def _claim() -> None:
    """Makes .venv ours, or stops if it is somebody else's: it is going to be emptied."""
    if VENV.exists() and not STATE.exists() and any(VENV.iterdir()):
        raise Problem(f"{VENV} was not made by this program: move it away, then run environment/setup again")
    STATE.mkdir(parents=True, exist_ok=True)


@contextlib.contextmanager
def _lock():
    """One setup at a time: a second one waits for the first."""
    with open(STATE / "lock", "a+b") as file:
        if WINDOWS:
            import msvcrt

            while True:
                try:
                    file.seek(0)
                    msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)  # gives up after ten seconds
                    break
                except OSError:
                    line("another setup is at work: waiting for it")
        else:
            import fcntl

            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                line("another setup is at work: waiting for it")
                fcntl.flock(file, fcntl.LOCK_EX)
        yield


# The Python packages


def _packages(stamps: Stamps, gpu: bool) -> bool:
    locks = [LOCK, GPU_LOCK] if gpu else [LOCK]
    wanted = key(*locks, str(VENV))  # the path too: a virtual environment cannot be moved
    version = _venv_version()
    if stamps.get("packages") == wanted and version and stamps.get("python") == version:
        return False
    stamps.drop("packages", "python", "kernel", "gpu")
    ticker = Ticker("Python packages:")
    venv(VENV, locks, LOGS, ticker, "environment/setup", keep=STATE)
    stamps.put("python", _venv_version())
    stamps.put("packages", wanted)
    stamps.put("gpu", gpu)
    ticker.done(f"installed in {shown(VENV)} ({ticker.seconds:.0f} s)")
    return True


def venv(folder: Path, locks: list[Path], logs: Path, ticker: Ticker, program: str, keep: Path | None = None) -> None:
    """Makes a virtual environment anew, with what the locks list and nothing else."""
    for entry in folder.iterdir() if folder.exists() else ():
        if entry != keep:
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
    # Started from inside .venv itself, sys.executable would be what was just removed.
    base = getattr(sys, "_base_executable", None) or sys.executable
    code, said = run([base, "-I", "-m", "venv", folder], logs / "venv.log", ticker)
    if code:
        raise Problem(_explain(f"making {shown(folder)}", said, logs / "venv.log", program))
    for lock in locks:
        log = logs / f"pip-{lock.stem}.log"
        code, said = run(
            [folder / BIN.name / PYTHON.name, "-I", "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
            + ["--require-hashes", "-r", lock],
            log,
            ticker,
        )
        if code:
            raise Problem(_explain("installing the Python packages", said, log, program))


def _venv_version() -> str | None:
    """The version of .venv's Python; None where it does not run, for instance after the system's Python was replaced."""
    if not PYTHON.exists():
        return None
    said = subprocess.run([PYTHON, "-I", "-c", "import pip, sys; print(sys.version)"], capture_output=True, text=True, check=False)
    return said.stdout.strip() or None


def _gpu_possible() -> None:
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise Problem(
            f"--gpu: PyPI has PyTorch {TORCH} for CUDA only for Linux x86-64, this is {platform.system()} {platform.machine()}: "
            "the CPU works without it (environment/setup --cpu)"
        )
    if sys.version_info >= (3, 14):
        raise Problem(f"--gpu: PyTorch {TORCH} is made for Python 3.10 to 3.13, this is {platform.python_version()}")
    try:
        ctypes.CDLL("libcuda.so.1")
    except OSError:
        raise Problem(
            "--gpu: there is no NVIDIA driver here (libcuda.so.1 does not load): install it, or use the CPU (environment/setup --cpu)"
        ) from None


# The jars


def _jars(stamps: Stamps, jdk: preflight.Jdk) -> bool:
    poms = [ROOT / "pom.xml", LIB / "pom.xml"]
    libraries = key(*poms)
    sources = key(*poms, ROOT / ".mvn", LIB / "src" / "main")
    gather = stamps.get("libraries") != libraries or not JARS.is_dir()
    if not gather and stamps.get("sources") == sources and JAR.is_file():
        return False
    stamps.drop("libraries", "sources") if gather else stamps.drop("sources")
    ticker = Ticker("jars:")
    gathered, interrupted = STATE / "lib.partial", STATE / "building"
    shutil.rmtree(gathered, ignore_errors=True)
    goals = ["clean"] if interrupted.exists() else []  # a compiler that was killed leaves half a class behind
    goals += ["package"]
    if gather:
        goals += ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={gathered}"]
    interrupted.touch()
    # The tests and the format are environment/test's business: a setup should not fail for a missing blank.
    code, said = run(
        [MVNW, "-B", "-pl", "lib", "-am", "-Dmaven.test.skip=true", "-Dspotless.check.skip=true", *goals],
        LOGS / "maven.log",
        ticker,
        cwd=ROOT,
        env={**os.environ, "JAVA_HOME": str(jdk.home)},
    )
    if code:
        if code in (130, 143) or code < 0:
            raise KeyboardInterrupt
        raise Problem(_explain("building the jar", said, LOGS / "maven.log"))
    interrupted.unlink()
    if gather:
        shutil.rmtree(JARS, ignore_errors=True)
        os.replace(gathered, JARS)
        stamps.put("libraries", libraries)
    write(JAR, _built().read_bytes())
    stamps.put("sources", sources)
    ticker.done(f"{'built, with ' + str(len(list(JARS.glob('*.jar')))) + ' libraries' if gather else 'rebuilt'} ({ticker.seconds:.0f} s)")
    return True


def _built() -> Path:
    """The jar as Maven names it: by the version that stands in the pom."""
    names = {"m": "http://maven.apache.org/POM/4.0.0"}
    version = ElementTree.parse(LIB / "pom.xml").findtext("m:parent/m:version", namespaces=names)
    return LIB / "target" / f"nearfar-{version}.jar"


# The kernel


def _kernel(stamps: Stamps, jdk: preflight.Jdk, gpu: bool) -> bool:
    text = json.dumps(kernelspec(jdk, gpu), indent=1) + "\n"
    spec = KERNEL / "kernel.json"
    if spec.is_file() and spec.read_text(encoding="utf-8") == text:
        return False
    (KERNEL / "jjava-launcher.jar").unlink(missing_ok=True)
    write(spec, text)
    line(f"Java kernel: installed, with the JDK {jdk.version} in {jdk.home}")
    return True


def kernelspec(jdk: preflight.Jdk, gpu: bool) -> dict:
    """One JVM, with JJava, nearfar and its libraries on one class path; JJava's own launcher would start a second JVM."""
    libraries = os.pathsep.join([os.path.join("{resource_dir}", "jjava.jar"), str(JAR), str(JARS / "*")])
    # Newer JDKs warn where native code is not allowed by name, and will refuse one day.
    native = ["--enable-native-access=ALL-UNNAMED"] if jdk.major >= 22 else []
    return {
        "argv": [
            str(jdk.java),
            "-Dfile.encoding=UTF-8",
            "-Djava.awt.headless=true",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            "--add-opens=jdk.jshell/jdk.jshell=ALL-UNNAMED",
            *native,
            "-cp",
            libraries,
            "org.dflib.jjava.distro.JJava",
            "{connection_file}",
        ],
        "display_name": "Java",
        "language": "java",
        "interrupt_mode": "message",
        "env": {**OPENMP, **ONE_THREAD, **(torch_environment() if gpu else {})},
        "metadata": {},
    }


def torch_environment() -> dict[str, str]:
    """Where DJL finds the CUDA libraries that came with pip."""
    found = sorted(VENV.glob("lib/python3*/site-packages/torch/lib"))
    if not found:
        raise Problem("torch is not in .venv although --gpu was asked for: remove .venv and run environment/setup --gpu again")
    return {"PYTORCH_LIBRARY_PATH": str(found[0]), "PYTORCH_VERSION": TORCH, "PYTORCH_FLAVOR": TORCH_FLAVOR}


# What went wrong

_NETWORK = (
    "Temporary failure in name resolution",
    "Name or service not known",
    "nodename nor servname",
    "getaddrinfo failed",
    "NameResolutionError",
    "NewConnectionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ProxyError",
    "Network is unreachable",
    "No route to host",
    "Connection refused",
    "Connection reset",
    "Connect timed out",
    "Read timed out",
    "Unknown host",
    "UnknownHostException",
    "SSLError",
    "Could not fetch URL",
    "(from versions: none)",  # pip, when it was told not to try twice
)


def _explain(what: str, said: str, log: Path, program: str = "environment/setup") -> str:
    """One clear sentence from a tool's output, and where all of it is."""
    lines = [text.strip() for text in said.splitlines() if text.strip()]
    if "No space left on device" in said:
        room = 1 if program == "environment/setup" else 8
        return f"{what} failed: the disk is full. Make room (about {room} GB), then run {program} again."
    if any(sign in said for sign in _NETWORK):
        reason = next(text for text in lines if any(sign in text for sign in _NETWORK))
        return (
            f"{what} failed: no network, or the registry cannot be reached. Connect and run {program} again: "
            f"it goes on with this step.\n  {reason[:300]}\n  all of it: {shown(log)}"
        )
    if "DO NOT MATCH THE HASHES" in said:
        return f"{what} failed: a package is not the one that was locked (its hash differs); it was not installed. See {shown(log)}"
    errors = [text for text in lines if text.startswith(("ERROR", "[ERROR]", "error", "Error", "mvnw:"))] or lines
    tail = "\n".join("  " + text[:300] for text in errors[:12])
    return f"{what} failed:\n{tail}\n  all of it: {shown(log)}"
