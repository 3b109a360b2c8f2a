"""An old Python and anything else at the door get one line."""

import ast
import sys

import pytest
from conftest import ENVIRONMENT, program

from house import door


@pytest.mark.parametrize("file", ["setup", "reports", "lab", "test", "house/door.py", "house/__init__.py"])
def test_what_runs_first_parses_on_an_old_python(file):
    ast.parse((ENVIRONMENT / file).read_text(encoding="utf-8"), feature_version=(3, 5))


def test_an_old_python_is_named_and_the_newer_asked_for(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 8, 1, "final", 0))
    with pytest.raises(SystemExit) as stop:
        door.enter("prepare", "environment/setup")
    assert "needs Python 3.10 or newer, this is 3.8" in str(stop.value)


@pytest.mark.parametrize("name", ["setup", "reports", "lab", "test"])
def test_every_program_explains_itself(name):
    done = program(name, "--help")
    assert done.returncode == 0, done.stderr
    assert f"environment/{name}" in done.stdout
