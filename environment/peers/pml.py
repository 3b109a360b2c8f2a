"""The losses of pytorch-metric-learning, with the settings that ours have."""

from __future__ import annotations

import math

import torch
from pytorch_metric_learning import losses, miners, reducers
from pytorch_metric_learning.distances import CosineSimilarity, LpDistance
from step import LossStep


def _large_margin(make):
    """A loss of pytorch-metric-learning that owns its vectors, as (D, C): with ours in it."""

    def of(step: LossStep):
        classes, dimension = step.vectors.shape
        loss = make(classes, dimension)
        loss.W = torch.nn.Parameter(step.vectors.detach().t().contiguous())
        step.vectors, step.transposed = loss.W, True
        return loss

    return of


SQUARED = LpDistance(normalize_embeddings=False, p=2, power=2)


def _hard(step: LossStep):
    miner = miners.BatchHardMiner(distance=SQUARED)
    loss = losses.TripletMarginLoss(margin=0.2, distance=SQUARED, reducer=reducers.MeanReducer())
    return lambda x, labels: loss(x, labels, miner(x, labels))


LOSSES = {
    "arcface": _large_margin(lambda c, d: losses.ArcFaceLoss(c, d, margin=math.degrees(0.5), scale=64)),
    "cosface": _large_margin(lambda c, d: losses.CosFaceLoss(c, d, margin=0.35, scale=64)),
    "normalized-softmax": _large_margin(lambda c, d: losses.NormalizedSoftmaxLoss(c, d, temperature=0.05, distance=CosineSimilarity())),
    "triplet-hard": _hard,
    "triplet-all": lambda step: losses.TripletMarginLoss(margin=0.2, distance=SQUARED, reducer=reducers.AvgNonZeroReducer()),
}
