"""Value and gradients of a loss, on the peers' side."""

from __future__ import annotations

import math
from pathlib import Path

import inputs
import numpy as np
import torch


class LossStep:
    """Value and gradients of a loss for a batch of embeddings."""

    def __init__(self, folder: Path, sizes: dict, make):
        self.folder = folder
        self.x = torch.from_numpy(inputs.read(folder, "embeddings", -1, sizes["dimension"])).requires_grad_()
        self.labels = torch.from_numpy(inputs.labels(folder))
        self.vectors, self.transposed = None, False
        if (folder / "vectors.f32").exists():
            self.vectors = torch.from_numpy(inputs.read(folder, "vectors", -1, sizes["dimension"])).requires_grad_()
        self.loss = make(self)

    def step(self) -> float:
        self.x.grad = None
        if self.vectors is not None:
            self.vectors.grad = None
        loss = self.loss(self.x, self.labels)
        value = loss.item()
        loss.backward()
        self.after()
        return value

    def after(self) -> None:
        """What comes after the gradients, where there is something."""

    def compare(self) -> dict:
        value = self.step()
        said = {"value.loss": value, "gap.embeddings": self._gap("embeddings", self.x.grad)}
        if (self.folder / "ours-vectors.f32").exists():
            said["gap.vectors"] = self._gap("vectors", self.vectors.grad.t() if self.transposed else self.vectors.grad)
        return said

    def _gap(self, name: str, gradient: torch.Tensor) -> float:
        """The largest difference, relative to the largest entry; by blocks, since there may be a hundred million."""
        theirs = gradient.numpy()
        ours = np.memmap(self.folder / f"ours-{name}.f32", dtype="<f4", mode="r", shape=theirs.shape)
        difference = largest = 0.0
        for start in range(0, len(theirs), 10_000):
            block = theirs[start : start + 10_000]
            difference = max(difference, float(np.abs(ours[start : start + 10_000] - block).max()))
            largest = max(largest, float(np.abs(block).max()))
        return difference / largest if math.isfinite(difference) else math.inf
