"""Notebook files: read, and written back without anything that differs from run to run."""

from __future__ import annotations

import base64
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


def update(page: Path, notebook) -> bool:
    """Writes an executed notebook back; returns whether the file changed."""
    text = clean(notebook)
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


def clean(notebook) -> str:
    """The notebook as text: ids that stay, no times, no versions, no widths of somebody's screen."""
    notebook = nbformat.from_dict(notebook)
    notebook.metadata = nbformat.from_dict({"kernelspec": _KERNEL, "language_info": _LANGUAGE})
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for number, cell in enumerate(notebook.cells, 1):
        cell["id"] = f"cell-{number:02d}" if not cell.get("id") else cell["id"]
        tags = cell.metadata.get("tags")
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
    return nbformat.writes(notebook).rstrip("\n") + "\n"
