"""What setup cannot install is said in one line each, before anything is changed."""

import importlib.util
import os
import shutil

import pytest
from conftest import program

from house import preflight
from house.say import Problem

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the fakes are shell scripts; run these on Linux or macOS")


def fake_java(version: str, home) -> str:
    """A java that answers the two questions it is asked."""
    return f"""case "$*" in
*--list-modules*) echo "java.base@{version}" ;;
*) echo "    java.home = {home}" >&2; echo "    java.version = {version}" >&2 ;;
esac
"""


def setup(script, **changes):
    return program("setup", PATH=script.folder, JAVA_HOME=None, **changes)


def only_line(done) -> str:
    assert done.returncode == 1
    head, *lines = done.stderr.strip().splitlines()
    assert head == "environment/setup: something is missing that this program cannot install:"
    assert len(lines) == 1, done.stderr
    assert "Traceback" not in done.stderr
    return lines[0]


@pytest.fixture
def fonts(script):
    script("fc-list", "echo DejaVu Sans\n")


def test_no_java(script, fonts):
    assert "a JDK 17 or newer: there is no java on the PATH: " in only_line(setup(script))


def test_java_that_does_not_run(script, fonts):
    script("java", "exit 3\n")
    assert f"{script.folder}/java does not run" in only_line(setup(script))


def test_old_java(script, fonts, tmp_path):
    script("java", fake_java("11.0.2", tmp_path / "jdk"))
    assert "is Java 11.0.2" in only_line(setup(script))


def test_java_8_is_not_taken_for_a_java_of_the_future(script, fonts, tmp_path):
    script("java", fake_java("1.8.0_392", tmp_path / "jdk"))
    assert "is Java 1.8.0_392" in only_line(setup(script))


def test_jre_without_compiler(script, fonts, tmp_path):
    script("java", fake_java("17.0.9", tmp_path / "jre"))
    assert "is Java 17.0.9 without javac, a JRE" in only_line(setup(script))


def test_jdk_without_jshell(script, fonts, tmp_path):
    home = tmp_path / "slim"
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "javac").touch()
    shutil.copy(script("java", fake_java("17.0.9", home)), home / "bin" / "java")
    assert "without java.desktop and jdk.compiler and jdk.shell".replace("shell", "jshell") in only_line(setup(script))


def test_java_home_that_leads_nowhere(script, fonts, tmp_path):
    done = program("setup", PATH=script.folder, JAVA_HOME=tmp_path)
    assert f"JAVA_HOME is {tmp_path}, where there is no bin/java" in only_line(done)


@pytest.mark.skipif(shutil.which("fc-list") is None, reason="fontconfig is a matter of Linux; run it there")
def test_no_font_and_no_fontconfig_are_told_apart(script, monkeypatch):
    monkeypatch.setenv("PATH", str(script.folder))
    with pytest.raises(Problem, match="fontconfig \\(fc-list\\), without which Java cannot draw text"):
        preflight._fonts()
    script("fc-list", "exit 0\n")
    with pytest.raises(Problem, match="a font: fc-list finds none"):
        preflight._fonts()


def test_everything_missing_is_said_at_once(script):
    done = setup(script)
    lines = done.stderr.strip().splitlines()[1:]
    assert "JDK" in lines[0]
    assert len(lines) == (2 if os.uname().sysname == "Linux" else 1), done.stderr


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_python_without_venv(monkeypatch, module):
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == module else real(name))
    with pytest.raises(Problem, match=f"Python's module {module}, not in "):
        preflight._python()


def test_how_to_get_it_is_said_in_the_words_of_the_package_manager(script, monkeypatch):
    monkeypatch.setenv("PATH", str(script.folder))
    assert preflight.install("fonts") == "install fontconfig and a font such as DejaVu with your package manager"
    script("dnf", "")
    assert preflight.install("fonts") == "sudo dnf install fontconfig dejavu-sans-fonts"
    script("apt-get", "")
    assert preflight.install("fonts") == "sudo apt-get install fontconfig fonts-dejavu-core"
    assert preflight.install("venv") == "sudo apt-get install python3-venv"


def test_the_jdk_in_use_is_found():
    jdk = preflight.find_jdk()
    assert jdk.major >= 17
    assert jdk.java.is_file()
