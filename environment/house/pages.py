"""Which pages there are and which are meant; the knobs that the pages read."""

from __future__ import annotations

import os
from pathlib import Path

from .say import Problem

DATASETS = ("glyphs", "omniglot", "mnist", "fashion-mnist")
DEVICES = ("auto", "cpu", "gpu")


def known(folder: Path) -> list[Path]:
    """The notebooks of a folder: first those that its order.txt lists, a name on a line, then the others by name."""
    listed = folder / "order.txt"
    order = listed.read_text(encoding="utf-8").split() if listed.is_file() else []
    return sorted(folder.glob("*.ipynb"), key=lambda page: (order.index(page.stem) if page.stem in order else len(order), page.stem))


def find(names: list[str], folder: Path) -> list[Path]:
    """The pages that are meant: all without a name, else by name, with or without .ipynb, by number, or by the beginning of a name."""
    pages = known(folder)
    if not pages:
        raise Problem(f"there is no notebook in {folder}", 2)
    chosen = set()
    for name in names:
        stem = Path(name).name.removesuffix(".ipynb")
        found = (
            [page for page in pages if page.stem == stem]
            or [page for page in pages if number(page) == stem]
            or [page for page in pages if stem and page.stem.startswith(stem)]
        )
        if len(found) != 1:
            what = f"more than one page begins with {name}" if found else f"there is no page {name}"
            raise Problem(f"{what}; the pages are:\n" + "\n".join(f"  {page.stem}" for page in found or pages), 2)
        chosen.add(found[0])
    return [page for page in pages if page in chosen] or pages


def number(page: Path) -> str:
    """What stands before the first dash: 04b of 04b-margin-variants."""
    return page.stem.split("-")[0]


def knobs() -> dict[str, str]:
    """The knobs as the kernel gets them: checked, and with absolute paths, since it runs in the notebooks' folder."""
    dataset = os.environ.get("NEARFAR_DATASET", "").strip()
    if dataset and dataset.lower() not in DATASETS:
        if not Path(dataset).expanduser().is_dir():
            raise Problem(
                f"NEARFAR_DATASET is {dataset}, which is neither a known data set ({', '.join(DATASETS)}) nor a folder "
                "(of images, one folder per class)",
                2,
            )
        dataset = str(Path(dataset).expanduser().resolve())
    data = os.environ.get("NEARFAR_DATA", "").strip()
    if data:
        if not Path(data).expanduser().is_dir():
            raise Problem(f"NEARFAR_DATA is {data}, which is not a folder: name the one that holds the local copies", 2)
        data = str(Path(data).expanduser().resolve())
    device = os.environ.get("NEARFAR_DEVICE", "").strip()
    if device and device.lower() not in DEVICES:
        raise Problem(f"NEARFAR_DEVICE is {device}: it may be {', '.join(DEVICES[:-1])} or {DEVICES[-1]}", 2)
    given = {"NEARFAR_DATASET": dataset, "NEARFAR_DATA": data, "NEARFAR_DEVICE": device}
    return {name: value for name, value in given.items() if value}
