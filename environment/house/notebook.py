"""Notebook files: read, and written back without anything that differs from run to run."""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import re
from pathlib import Path

import nbformat

from .prepare import write
from .say import Problem

_KERNEL = {"display_name": "Java", "language": "java", "name": "java"}
_LANGUAGE = {"file_extension": ".java", "mimetype": "text/x-java-source", "name": "java", "pygments_lexer": "java"}


def read(page: Path):
    """The notebook of a page, with an id for every cell."""
    try:
        raw = page.read_text(encoding="utf-8")
        notebook = nbformat.reads(raw, as_version=4)
        nbformat.validate(notebook)
    except Exception as error:  # nbformat lets many kinds through
        raise Problem(f"{page} is not a notebook: {str(error).splitlines()[0]}") from None
    return notebook


TIMING = "timing"
"""The tag of cells that show times: a machine's, and others at every run."""
ALONE = "alone"
"""The tag of a page, on any of its cells, that must not run beside another: it measures times."""
FOLDED = {"solution", "fold"}
"""The tags of cells whose code is folded until somebody wants to see it."""


def runs_alone(notebook) -> bool:
    """Whether no other page may run beside this one."""
    return any(ALONE in cell.metadata.get("tags", []) for cell in notebook.cells)


def reads_figures(notebook) -> bool:
    """Whether it shows what other pages found, and so runs after them."""
    return any("Figures.read(" in cell.source for cell in notebook.cells if cell.cell_type == "code")


def minutes(notebook) -> float:
    """How long a page says at its head that it takes; 0 if it does not say."""
    found = re.search(r"Page\.head\([^;]*,\s*([\d.]+)\)", "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code"))
    return float(found[1]) if found else 0


def update(page: Path, notebook) -> bool:
    """Writes an executed notebook back; returns whether the file changed."""
    text = clean(_with_kept_timings(read(page), notebook))
    if page.read_text(encoding="utf-8") == text:
        return False
    write(page, text)
    return True


def pictures(notebook) -> dict[str, bytes]:
    """The first picture of every cell that is tagged picture:NAME, by name: what the README shows comes from a page."""
    found = {}
    for cell in notebook.cells:
        for tag in cell.metadata.get("tags", []):
            if tag.startswith("picture:"):
                shown = [output.data["image/png"] for output in cell.get("outputs", []) if "image/png" in output.get("data", {})]
                if not shown:
                    raise Problem(f"the cell tagged {tag} shows no picture")
                found[tag.removeprefix("picture:")] = base64.b64decode(shown[0])
    return found


def _with_kept_timings(before, notebook):
    """What a cell tagged timing showed when it was last written stays as long as all that comes before it does: else no two runs would
    give the same file. A mark in its metadata stands for that: the sources of the code cells up to it and what they showed, but for the
    cells of times, which show something else at every run. To have a cell measured again, clear its output."""
    notebook = copy.deepcopy(notebook)
    kept = {cell.metadata.get(TIMING): cell.outputs for cell in before.cells if cell.get("outputs")}
    everything = hashlib.sha256()
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        everything.update(json.dumps(cell.source).encode())
        if TIMING not in cell.metadata.get("tags", []):
            everything.update(json.dumps([_said(output) for output in cell.outputs], sort_keys=True).encode())
            continue
        mark = everything.hexdigest()[:16]
        cell.outputs = kept.get(mark, cell.outputs)
        cell.metadata[TIMING] = mark
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = cell.execution_count
    return notebook


def _said(output):
    """An output's text and data, without its number."""
    return {kind: "".join(value) for kind, value in output.get("data", {}).items()} or "".join(output.get("text", ""))


def clean(notebook) -> str:
    """The notebook as text: ids that stay, no times, no versions, no widths of somebody's screen."""
    notebook = nbformat.from_dict(notebook)
    notebook.metadata = nbformat.from_dict({"kernelspec": _KERNEL, "language_info": _LANGUAGE})
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for number, cell in enumerate(notebook.cells, 1):
        cell["id"] = f"cell-{number:02d}" if not cell.get("id") else cell["id"]
        kept = {name: cell.metadata[name] for name in ("tags", TIMING) if cell.metadata.get(name)}
        if cell.cell_type == "code" and FOLDED & set(kept.get("tags", [])):
            kept["jupyter"] = {"source_hidden": True}  # what reports fold, JupyterLab folds
        cell.metadata = nbformat.from_dict(kept)
    return nbformat.writes(notebook).rstrip("\n") + "\n"
