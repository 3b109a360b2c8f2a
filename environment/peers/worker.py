"""The peers' side of environment/bench, in .venv-peers: answers the same requests as nearfar.bench.Worker, a line each.

  make work=… folder=… seed=…   writes the inputs that both sides read
  open work=… folder=… peer=…   reads them and makes what is measured
  compare                       one step; how far its values and gradients are from those that ours wrote into the folder
  memory, time, floor, resident as in Java
  versions                      of Python and of the packages
"""

from __future__ import annotations

import ctypes
import gc
import os
import platform
import sys
import time
import traceback
from importlib import metadata
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import inputs  # noqa: E402

STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def main() -> None:
    replies, sys.stdout = sys.stdout, sys.stderr  # what a library prints must not pass for a reply
    worker = Worker()
    for line in sys.stdin:
        command, *words = line.split()
        request = {key: value.replace("%20", " ") for key, value in (word.split("=", 1) for word in words)}
        try:
            said = getattr(worker, command)(**request)
            text = "ok" + "".join(f" {key}={value}" for key, value in said.items())
        except Exception as error:
            traceback.print_exc()
            text = "error " + " ".join(f"{type(error).__name__}: {error}".split())
        print(text, file=replies, flush=True)


class Worker:
    def __init__(self):
        self.work = None
        self.products: dict[str, list] = {}

    def make(self, work, folder, seed, **sizes):
        inputs.make(work, Path(folder), int(seed), {key: int(value) for key, value in sizes.items()})
        return {}

    def open(self, work, folder, peer, **sizes):
        self.work = _work(work, peer, Path(folder), {key: int(value) for key, value in sizes.items()})
        return {}

    def compare(self):
        return self.work.compare()

    def memory(self):
        if not CLEAR.exists():
            return {}
        self.work.step()
        gc.collect()
        ctypes.CDLL(None).malloc_trim(0)
        CLEAR.write_text("5")
        before = _megabytes("VmRSS")
        self.work.step()
        return {"mb": f"{max(0.0, _megabytes('VmHWM') - before):.3f}"}

    def resident(self):
        return {"mb": f"{_megabytes('VmRSS'):.3f}"}

    def time(self, **limit):
        return _timed(self.work.step, **limit)

    def floor(self, products, **limit):
        import torch

        if products not in self.products:
            sizes = [tuple(map(int, product.split("x"))) for product in products.split(",")]
            self.products = {products: [(torch.randn(m, k), torch.randn(k, n), torch.empty(m, n)) for m, k, n in sizes]}

        def multiply():
            for a, b, out in self.products[products]:
                torch.mm(a, b, out=out)

        return _timed(multiply, **limit)

    def versions(self):
        names = ("torch", "pytorch-metric-learning", "faiss-cpu", "numpy")
        return {"python": platform.python_version(), **{name: metadata.version(name) for name in names}}


def _work(work: str, peer: str, folder: Path, sizes: dict):
    """Imports what this work needs and no more: the libraries take seconds, and memory."""
    import torch

    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    if work == "retrieval":
        from retrieval import Retrieval

        return Retrieval(folder, sizes)
    if work == "training":
        from training import Training

        return Training(folder, sizes)
    from step import LossStep

    losses = __import__({"pml": "pml", "torch": "eager"}[peer]).LOSSES
    return LossStep(folder, sizes, losses[work])


def _timed(step, seconds=None, steps=None) -> dict:
    start, made, passed = time.perf_counter(), 0, 0.0
    while (made < int(steps)) if steps else (made == 0 or passed < float(seconds)):
        step()
        made += 1
        passed = time.perf_counter() - start
    return {"ms": f"{passed * 1e3 / made:.6f}", "steps": made}


def _megabytes(field: str) -> float:
    return next(int(line.split()[1]) / 1024 for line in STATUS.read_text().splitlines() if line.startswith(field + ":"))


if __name__ == "__main__":
    main()
