"""What environment/bench measures: the rows, and what each is meant to reach."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Goal:
    """A figure of a result that shall not be greater than a limit."""

    what: str
    limit: float
    figure: Callable[["Result", list["Result"]], float | None]
    unit: str = ""

    def said(self, result: "Result", results: list["Result"]) -> str:
        """What it is, and by how much it is met or missed."""
        found = self.figure(result, results)
        head = f"{self.what} ≤ {self.limit:g}{self.unit}"
        if found is None:
            return f"{head}: not measured"
        if found <= self.limit:
            return f"{head}: met, {short(found)}"
        return f"{head}: **missed**, {short(found)} ({short(found / self.limit)} times the goal)"


@dataclass(frozen=True)
class Row:
    """A kind of work at one size."""

    work: str
    size: str
    sizes: dict
    peers: tuple[str, ...] = ()
    products: tuple[tuple[int, int, int], ...] = ()
    goals: dict[str, tuple[Goal, ...]] = field(default_factory=dict)  # by peer
    rounds: int | None = None

    @property
    def name(self) -> str:
        return f"{self.work} {self.size}"


@dataclass
class Result:
    """A row against one peer, in the median over the rounds; None is what was not measured or does not exist."""

    row: Row
    peer: str = ""
    ours_ms: float | None = None
    peer_ms: float | None = None
    floor_ms: float | None = None
    ours_mb: float | None = None
    peer_mb: float | None = None
    drift: float | None = None

    @property
    def ratio(self) -> float | None:
        return None if self.ours_ms is None or not self.peer_ms else self.ours_ms / self.peer_ms

    @property
    def over_floor(self) -> float | None:
        return None if self.ours_ms is None or not self.floor_ms else self.ours_ms / self.floor_ms


def short(figure: float) -> str:
    """Three digits."""
    return f"{figure:.3g}" if abs(figure) < 1000 else f"{figure:,.0f}"


def _growth(result: Result, results: list[Result]) -> float | None:
    first = next((other for other in results if other.row.work == result.row.work and other.ours_ms), None)
    return None if first is None or result.ours_ms is None else result.ours_ms / first.ours_ms


def _memory_share(result: Result, results: list[Result]) -> float | None:
    return None if result.ours_mb is None or not result.peer_mb else result.ours_mb / result.peer_mb


def ratio(limit: float) -> Goal:
    return Goal("ratio", limit, lambda result, _: result.ratio)


def over_floor(limit: float) -> Goal:
    return Goal("over floor", limit, lambda result, _: result.over_floor)


EXTRA = Goal("extra memory", 256, lambda result, _: result.ours_mb, " MB")
GROWTH = Goal("growth from the first size", 1.1, _growth, " ×")
MEMORY = Goal("extra memory against the peer's", 0.25, _memory_share)
START = Goal("seconds", 5, lambda result, _: result.ours_ms and result.ours_ms / 1000)
DRIFT = Goal("drift", 2, lambda result, _: result.drift, " %")

#: How each peer is called in the results.
PEERS = {"pml": "pytorch-metric-learning", "torch": "PyTorch eager", "faiss": "pytorch-metric-learning with faiss", "exact": "our exact step"}


def rows(quick: bool = False) -> list[Row]:
    """Every row; in the quick form one small size of each, which shows that everything works and measures nothing."""
    made = (
        _class_vectors((50, 200) if quick else (1_000, 10_000, 100_000))
        + ([_sampled(200)] if quick else [_million(), _sampled(1_000_000)])
        + _triplets("triplet-hard", ((32, 0.4),) if quick else ((128, 0.4), (1024, 0.25)), 1)
        + _triplets("triplet-all", ((32, 0.15),) if quick else ((128, 0.15), (512, 0.03), (1024, 0.015)), 2)
        + _centers((50, 200) if quick else (1_000, 10_000, 100_000, 1_000_000))
        + [_training(quick)]
        + [_retrieval(n, d) for n, d in (((400, 16),) if quick else ((13_180, 64), (60_000, 128)))]
        + [Row("kernel-start", "to the first chart", {}, goals={"": (START,)}, rounds=1 if quick else 5)]
        + [Row("soak", "20000 steps" if not quick else "60 steps", _SOAK, goals={"": (DRIFT,)})]
    )
    return [replace(row, goals={}) for row in made] if quick else made


_SOAK = {"rows": 960, "classes": 24, "dimension": 32, "batch": 24}


def _class_vectors(sizes: tuple[int, ...]) -> list[Row]:
    limits = {1_000: (ratio(0.4),), 10_000: (ratio(0.4), over_floor(1.5)), 100_000: (ratio(0.35), over_floor(1.5))}
    return [
        _class_vector(work, c, {"pml": limits.get(c, ())})
        for work in ("arcface", "normalized-softmax", "cosface")
        for c in sizes
    ]


def _class_vector(work: str, c: int, goals: dict, rounds: int | None = None, b: int = 128, d: int = 128) -> Row:
    sizes = {"batch": b, "dimension": d, "classes": c}
    # Logits, and the gradients of the embeddings and of the vectors.
    return Row(work, f"C={c}", sizes, ("pml", "torch"), ((b, d, c), (b, c, d), (c, b, d)), goals, rounds)


def _million() -> Row:
    return _class_vector("arcface", 1_000_000, {"pml": (ratio(0.2), EXTRA, over_floor(1.5))}, rounds=3)


def _sampled(c: int) -> Row:
    goals = {"exact": (Goal("of our exact step", 0.2, lambda result, _: result.ratio),)}
    return Row("sampled-arcface", f"C={c} r=0.1", {"batch": 128, "dimension": 128, "classes": c}, ("exact",), (), goals, 5)


def _triplets(work: str, sizes, products: int, d: int = 128) -> list[Row]:
    # All distances; batch-all's gradient is a second product, that of batch-hard has three entries in a row.
    return [
        Row(
            work,
            f"B={b}",
            {"batch": b, "dimension": d, "per_class": 4},
            ("pml",),
            ((b, d, b), (b, b, d))[:products],
            {"pml": (ratio(limit),)},
            5 if b == 1024 and products == 2 else None,
        )
        for b, limit in sizes
    ]


def _centers(sizes: tuple[int, ...]) -> list[Row]:
    return [
        Row("center", f"C={c}", {"batch": 128, "dimension": 128, "classes": c}, ("torch",), (), {"torch": (GROWTH,)}, 3 if c >= 1_000_000 else None)
        for c in sizes
    ]


def _training(quick: bool) -> Row:
    sizes = {"rows": 2048, "classes": 64, "dimension": 64, "batch": 128} if not quick else {"rows": 96, "classes": 8, "dimension": 8, "batch": 32}
    return Row("training", f"B={sizes['batch']}", sizes, ("torch",), (), {"torch": (ratio(1.0),)})


def _retrieval(n: int, d: int) -> Row:
    goals = {"faiss": (ratio(1.0), MEMORY)}
    return Row("retrieval", f"N={n} D={d}", {"rows": n, "dimension": d, "per_class": 20}, ("faiss",), (), goals, 3 if n > 20_000 else 5)
