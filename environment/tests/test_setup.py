"""setup in a house of its own: with real Python environments, but a lock without packages and a Maven that only pretends."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ENVIRONMENT, environment

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the pretended Maven is a shell script; run these on Linux or macOS")

ROOT = ENVIRONMENT.parent
MAVEN = """#!/bin/sh
echo "$*" >> "$(dirname "$0")/maven-calls"
[ -z "$MAVEN_SLEEPS" ] || { touch "$(dirname "$0")/maven-sleeps"; exec sleep 60; }
[ -z "$MAVEN_SAYS" ] || { echo "$MAVEN_SAYS"; exit 1; }
mkdir -p lib/target
cat lib/src/main/java/A.java > lib/target/nearfar-0.1.0-SNAPSHOT.jar
for option; do case "$option" in -DoutputDirectory=*) mkdir -p "${option#*=}"; echo jar > "${option#*=}/djl.jar" ;; esac; done
"""


class House:
    def __init__(self, root: Path):
        self.root = root

    def command(self) -> list[str]:
        return [sys.executable, str(self.root / "environment" / "setup")]

    def setup(self, *arguments, **changes) -> subprocess.CompletedProcess:
        return subprocess.run(
            self.command() + list(arguments), env=environment(**changes), capture_output=True, text=True, timeout=120, check=False
        )

    def start(self, **changes) -> subprocess.Popen:
        return subprocess.Popen(
            self.command(),
            env=environment(**changes),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def maven_calls(self) -> list[str]:
        file = self.root / "maven-calls"
        calls = file.read_text().splitlines() if file.exists() else []
        file.unlink(missing_ok=True)
        return calls

    def jar(self) -> str:
        return (self.root / ".venv" / "nearfar" / "nearfar.jar").read_text()


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> House:
    """A house after its first setup."""
    root = tmp_path_factory.mktemp("house") / "a house"  # a path with a blank
    shutil.copytree(ENVIRONMENT, root / "environment", ignore=shutil.ignore_patterns("__pycache__", "tests"))
    for name in ("pom.xml", "lib/pom.xml"):
        (root / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    (root / ".mvn").mkdir()
    (root / "lib/src/main/java").mkdir(parents=True)
    (root / "lib/src/main/java/A.java").write_text("one")
    (root / "environment/requirements.lock").write_text("# nothing\n")
    (root / "mvnw").write_text(MAVEN)
    (root / "mvnw").chmod(0o755)
    house = House(root)
    done = house.setup()
    assert done.returncode == 0, done.stderr + done.stdout
    assert "ready (Python packages, jars, Java kernel in" in done.stdout
    assert house.maven_calls()[0].endswith(f"-DoutputDirectory={root}/.venv/nearfar/lib.partial")
    return house


@pytest.fixture
def house(built) -> House:
    """The house as every test finds it: complete."""
    done = built.setup()
    assert done.returncode == 0, done.stderr
    built.maven_calls()
    return built


def test_a_second_run_has_nothing_to_do_and_says_so(house):
    start = time.monotonic()
    done = house.setup()
    assert done.stdout.startswith("setup: nothing to do, everything is ready"), done.stdout
    assert time.monotonic() - start < 3
    assert house.maven_calls() == []


def test_a_changed_source_builds_the_jar_and_nothing_else(house):
    source = house.root / "lib/src/main/java/A.java"
    source.write_text("two")
    done = house.setup()
    assert "ready (jars in" in done.stdout, done.stdout
    (call,) = house.maven_calls()
    assert call.endswith(" package"), "neither clean nor the libraries again"
    assert house.jar() == "two"


def test_a_changed_pom_gathers_the_libraries_anew(house):
    stale = house.root / ".venv/nearfar/lib/old.jar"
    stale.write_text("of yesterday")
    pom = house.root / "pom.xml"
    pom.write_text(pom.read_text() + "\n")
    assert "ready (jars in" in house.setup().stdout
    assert not stale.exists()


def test_a_changed_lock_makes_the_environment_anew_and_keeps_the_jars(house):
    left = house.root / ".venv/left-over"
    left.write_text("of yesterday")
    (house.root / "environment/requirements.lock").write_text(f"# {time.time()}\n")
    assert "ready (Python packages, Java kernel in" in house.setup().stdout
    assert not left.exists()
    assert house.maven_calls() == []


def test_a_lost_kernel_comes_back(house):
    (house.root / ".venv/share/jupyter/kernels/java/kernel.json").unlink()
    assert "ready (Java kernel in" in house.setup().stdout


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_while_building_and_the_next_run_goes_on(house, how):
    (house.root / "lib/src/main/java/A.java").write_text(f"before {how}")
    running = house.start(MAVEN_SLEEPS="1")
    _wait_for(house.root / "maven-sleeps", running)
    os.killpg(running.pid, how)
    _, said = running.communicate(timeout=20)
    assert running.returncode == 130
    assert "environment/setup: stopped; nothing is half done: run it again" in said
    assert "Traceback" not in said
    house.maven_calls()
    assert "ready (jars in" in house.setup().stdout
    assert " clean package" in house.maven_calls()[0], "what a killed compiler left is not believed"
    assert house.jar() == f"before {how}"


def test_killed_while_making_the_environment_and_the_next_run_goes_on(house):
    (house.root / "environment/requirements.lock").write_text(f"# {time.time()}\n")
    running = house.start()
    _wait_for(house.root / ".venv/nearfar/logs/venv.log", running, newer_than=time.time())
    os.killpg(running.pid, signal.SIGKILL)
    running.communicate(timeout=20)
    done = house.setup()
    assert "ready (Python packages, Java kernel in" in done.stdout, done.stdout + done.stderr
    assert house.setup().stdout.startswith("setup: nothing to do")


def test_a_second_setup_waits_for_the_first(house):
    (house.root / "lib/src/main/java/A.java").write_text("for two")
    first = house.start(MAVEN_SLEEPS="1")
    _wait_for(house.root / "maven-sleeps", first)
    second = house.start()
    assert second.stdout.readline() == "another setup is at work: waiting for it\n"
    os.killpg(first.pid, signal.SIGINT)
    first.communicate(timeout=20)
    said, _ = second.communicate(timeout=60)
    assert "ready (jars in" in said
    assert house.jar() == "for two"


def test_no_network_for_pip(house):
    lock = house.root / "environment/requirements.lock"
    before = lock.read_text()
    lock.write_text("six==1.17.0 --hash=sha256:" + "0" * 64 + "\n")
    # Port 9 is where nobody listens.
    done = house.setup(PIP_INDEX_URL="http://127.0.0.1:9/", PIP_RETRIES="0", PIP_NO_CACHE_DIR="1", PIP_CONFIG_FILE=os.devnull)
    lock.write_text(before)
    assert done.returncode == 1
    assert "installing the Python packages failed: no network, or the registry cannot be reached" in done.stderr
    assert "Traceback" not in done.stderr
    assert "ready" in house.setup().stdout


@pytest.mark.parametrize(
    "maven, message",
    [
        ("[ERROR] Unknown host: repository.invalid", "building the jar failed: no network, or the registry cannot be reached"),
        ("[ERROR] A.java:[3,1] ';' expected", "building the jar failed:\n  [ERROR] A.java:[3,1] ';' expected"),
        ("[ERROR] No space left on device", "building the jar failed: the disk is full"),
    ],
)
def test_what_maven_says_is_told_in_short(house, maven, message):
    source = house.root / "lib/src/main/java/A.java"
    source.write_text(maven)
    done = house.setup(MAVEN_SAYS=maven)
    assert done.returncode == 1
    assert message in done.stderr
    assert "ready (jars in" in house.setup().stdout


def test_gpu_without_a_driver_is_refused_and_changes_nothing(house):
    try:
        import ctypes

        ctypes.CDLL("libcuda.so.1")
        pytest.skip("there is an NVIDIA driver here; a machine without one runs it")
    except OSError:
        pass
    done = house.setup("--gpu")
    assert done.returncode == 1
    assert "--gpu: " in done.stderr
    assert house.setup().stdout.startswith("setup: nothing to do")


def test_somebody_elses_venv_is_left_alone(built, tmp_path):
    root = tmp_path / "clone"
    shutil.copytree(built.root, root, ignore=shutil.ignore_patterns(".venv"))
    (root / ".venv").mkdir()
    (root / ".venv/mine").touch()
    done = House(root).setup()
    assert done.returncode == 1
    assert "was not made by this program: move it away" in done.stderr
    assert (root / ".venv/mine").exists()


def _wait_for(file: Path, running: subprocess.Popen, newer_than: float = 0) -> None:
    for _ in range(400):
        if file.exists() and file.stat().st_mtime >= newer_than - 1:
            if newer_than == 0:
                file.unlink()
            return
        if running.poll() is not None:
            break
        time.sleep(0.05)
    pytest.fail(f"{file} did not come: {running.communicate()}")
