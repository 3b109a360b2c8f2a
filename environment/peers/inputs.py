"""What both sides read: arrays as files of nothing but their numbers, little-endian, from one seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np


def make(work: str, folder: Path, seed: int, sizes: dict) -> None:
    random = np.random.default_rng(seed)
    d = sizes["dimension"]
    if work in ("training", "soak"):
        _images(folder, random, sizes)
    elif work == "retrieval":
        labels = np.arange(sizes["rows"]) // sizes["per_class"]
        # Spread so that about half of the nearest neighbours have the query's class.
        _write(folder, "embeddings", _units(_clouds(random, labels, d, 0.45)))
        _labels(folder, labels)
    elif work.startswith("triplet"):
        labels = np.arange(sizes["batch"]) // sizes["per_class"]
        _write(folder, "embeddings", _units(_clouds(random, labels, d, 0.7)))
        _labels(folder, labels)
    else:
        _write(folder, "embeddings", random.standard_normal((sizes["batch"], d), dtype=np.float32))
        _write(folder, "vectors", random.standard_normal((sizes["classes"], d), dtype=np.float32))
        _labels(folder, random.integers(0, sizes["classes"], sizes["batch"]))


def read(folder: Path, name: str, *shape: int) -> np.ndarray:
    return np.fromfile(folder / f"{name}.f32", dtype="<f4").reshape(shape)


def labels(folder: Path, name: str = "labels") -> np.ndarray:
    return np.fromfile(folder / f"{name}.i32", dtype="<i4").astype(np.int64)


def _clouds(random, labels, d: int, centers: float) -> np.ndarray:
    middle = random.standard_normal((labels.max() + 1, d), dtype=np.float32)
    noise = random.standard_normal((len(labels), d), dtype=np.float32)
    return np.float32(centers) * middle[labels] + noise


def _units(x: np.ndarray) -> np.ndarray:
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def _images(folder: Path, random, sizes: dict) -> None:
    """A pattern for each class, and noise: no data set is needed to see what a step costs."""
    count, classes = sizes["rows"], sizes["classes"]
    labels = np.arange(count) % classes
    patterns = random.random((classes, 28 * 28), dtype=np.float32)
    noise = random.random((count, 28 * 28), dtype=np.float32)
    _write(folder, "images", np.float32(0.5) * (patterns[labels] + noise))
    _labels(folder, labels)
    _labels(folder, random.permutation(count)[: count // sizes["batch"] * sizes["batch"]], "batches")


def _write(folder: Path, name: str, array: np.ndarray) -> None:
    np.ascontiguousarray(array, dtype="<f4").tofile(folder / f"{name}.f32")


def _labels(folder: Path, labels: np.ndarray, name: str = "labels") -> None:
    labels.astype("<i4").tofile(folder / f"{name}.i32")
