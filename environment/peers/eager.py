"""The losses as one writes them by hand in PyTorch."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from step import LossStep


def _cosines(target, scale: float):
    """Softmax over cosines by hand: only the true class's entry is touched, as a careful user writes it."""

    def of(step: LossStep):
        def loss(x, labels):
            cos = F.linear(F.normalize(x), F.normalize(step.vectors))
            true = cos.gather(1, labels[:, None])
            return F.cross_entropy(cos.scatter(1, labels[:, None], target(true)) * scale, labels)

        return loss

    return of


def _arcface(cos, m=0.5):
    shifted = cos * math.cos(m) - (1 - cos * cos).clamp(min=1e-12).sqrt() * math.sin(m)
    return torch.where(cos >= -math.cos(m), shifted, cos - m * math.sin(m))


def _center(step: LossStep):
    """The form in circulation: distances to all C centers, a mask (B, C), and a gradient step on all centers."""
    classes = torch.arange(len(step.vectors))

    def after():
        with torch.no_grad():
            step.vectors -= 0.5 * step.vectors.grad

    def loss(x, labels):
        c = step.vectors
        squares = (x * x).sum(1, keepdim=True) + (c * c).sum(1) - 2 * x @ c.t()
        mask = labels[:, None] == classes
        return (squares * mask).sum() / len(x)

    step.after = after
    return loss


LOSSES = {
    "arcface": _cosines(_arcface, 64),
    "cosface": _cosines(lambda cos: cos - 0.35, 64),
    "normalized-softmax": _cosines(lambda cos: cos, 20),
    "center": _center,
}
