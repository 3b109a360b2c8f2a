"""A training in PyTorch eager."""

from __future__ import annotations

from pathlib import Path

import inputs
import numpy as np
import torch
import torch.nn.functional as F


class Training:
    """A whole step of the network that ours trains, in PyTorch eager, from the parameters that ours wrote."""

    def __init__(self, folder: Path, sizes: dict):
        self.folder, classes, d = folder, sizes["classes"], sizes["dimension"]
        self.images = torch.from_numpy(inputs.read(folder, "images", -1, 1, 28, 28))
        self.labels = torch.from_numpy(inputs.labels(folder))
        self.batches = torch.from_numpy(inputs.labels(folder, "batches")).split(sizes["batch"])
        layers, before = [], 1
        for channels, pooled in ((16, True), (32, True), (64, True), (64, False)):
            layers += [torch.nn.Conv2d(before, channels, 3, padding=1, bias=False), torch.nn.BatchNorm2d(channels), torch.nn.ReLU()]
            layers += [torch.nn.MaxPool2d(2)] if pooled else []
            before = channels
        layers += [torch.nn.Flatten(), torch.nn.Linear(576, d), torch.nn.Linear(d, classes)]
        self.network = torch.nn.Sequential(*layers)
        self._begin_as_ours()
        self.optimiser = torch.optim.Adam(self.network.parameters(), lr=1e-3)
        self.made = 0

    def _begin_as_ours(self) -> None:
        """Ours are written as 01Conv2d_weight, 02BatchNorm_gamma …: in the network's order, under DJL's names."""
        files = sorted(self.folder.glob("parameter-*.f32"))
        files = [file for file in files if "running" not in file.name]
        mine = list(self.network.parameters())
        if len(files) != len(mine):
            raise ValueError(f"ours wrote {len(files)} parameters, this network has {len(mine)}: {[file.name for file in files]}")
        with torch.no_grad():
            for file, parameter in zip(files, mine, strict=True):
                parameter.copy_(torch.from_numpy(np.fromfile(file, dtype="<f4").reshape(parameter.shape)))

    def step(self) -> float:
        rows = self.batches[self.made % len(self.batches)]
        self.made += 1
        loss = F.cross_entropy(self.network(self.images[rows]), self.labels[rows])
        value = loss.item()
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        return value

    def compare(self) -> dict:
        return {f"value.loss-{i}": self.step() for i in range(1, 6)}
