"""The form that the pages keep: small cells, everything executed, nothing that the kernel would take for something else."""

from __future__ import annotations

import re

import nbformat
import pytest
from house import pages
from house.places import NOTEBOOKS


def code(page) -> list[str]:
    return [cell.source for cell in page.cells if cell.cell_type == "code"]


@pytest.fixture(params=pages.known(NOTEBOOKS), ids=lambda page: page.stem)
def page(request):
    return nbformat.read(request.param, as_version=4)


def test_a_cell_is_read_at_a_glance(page):
    for source in code(page):
        lines = source.splitlines()
        assert len(lines) <= 15, source
        assert max(map(len, lines)) <= 100, source


def test_no_line_is_a_magic_by_mistake(page):
    """JJava takes % at the beginning of a line, or after a name and =, for a magic: inside a text block too, whose text it spoils."""
    for source in code(page):
        for line in source.splitlines():
            assert not re.match(r"\s*(\S+\s*=\s*)?%\w", line), line


def test_outputs_are_committed_and_none_is_a_failure(page):
    executed = [cell for cell in page.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in executed] == list(range(1, len(executed) + 1))
    kinds = {output.output_type for cell in executed for output in cell.outputs}
    assert "display_data" in kinds
    assert "error" not in kinds


def test_solutions_are_folded(page):
    headings = [cell.source for cell in page.cells if cell.cell_type == "markdown" and "## Exercises" in cell.source]
    if headings:
        assert any("solution" in cell.metadata.get("tags", []) for cell in page.cells)
