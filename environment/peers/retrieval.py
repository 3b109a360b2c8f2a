"""The calculator of pytorch-metric-learning."""

from __future__ import annotations

from pathlib import Path

import faiss
import inputs
import torch
from pytorch_metric_learning.utils.accuracy_calculator import AccuracyCalculator
from pytorch_metric_learning.utils.inference import FaissKNN


class Retrieval:
    """MAP@R and Recall@1 by pytorch-metric-learning's calculator, neighbours by faiss."""

    def __init__(self, folder: Path, sizes: dict):
        faiss.omp_set_num_threads(torch.get_num_threads())
        self.x = torch.from_numpy(inputs.read(folder, "embeddings", -1, sizes["dimension"]))
        self.labels = torch.from_numpy(inputs.labels(folder))
        self.calculator = AccuracyCalculator(
            include=("mean_average_precision_at_r", "precision_at_1"), k="max_bin_count", device=torch.device("cpu"), knn_func=FaissKNN()
        )

    def step(self) -> dict:
        return self.calculator.get_accuracy(self.x, self.labels)

    def compare(self) -> dict:
        found = self.step()
        return {"value.map-at-r": found["mean_average_precision_at_r"], "value.recall-at-1": found["precision_at_1"]}
