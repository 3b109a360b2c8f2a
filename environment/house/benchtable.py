"""The results of environment/bench as a file, and as a table for the reader."""

from __future__ import annotations

import csv
import io

from .benchrows import PEERS, Result, short

COLUMNS = ("work", "size", "ours_ms", "peer", "peer_ms", "ratio", "floor_ms", "over_floor", "ours_extra_mb", "peer_extra_mb")

#: What the columns mean, written beside the results.
ABOUT = """\
results.csv, a line for each kind of work, size and peer. Empty: there is no such figure.

ours_ms, peer_ms   milliseconds per step, the median over rounds in which ours, the peers and the floor took turns. A step is
                   the loss with its gradients (arcface, normalized-softmax, cosface, triplet-*); these and the update of the
                   centers (center); the draw of a tenth of the classes, the loss over
                   these, its gradients and SGD with momentum on the drawn rows (sampled-arcface); batch, network, loss, gradients, optimiser (training, soak); MAP@R and Recall@1
                   (retrieval); from starting the kernel to its first chart (kernel-start).
ratio              ours_ms / peer_ms.
floor_ms           the matrix products alone that the exact result needs, by our engine or by PyTorch, whichever was faster:
                   for class vectors X·Wᵀ, P·W and Pᵀ·X; for triplets X·Xᵀ, for batch-all also S·X. None where there is none, nor for
                   retrieval: N×N at N = 60,000 is 14 GB in each of two processes.
over_floor         ours_ms / floor_ms.
*_extra_mb         by how much the process was larger at the most during a step than before it (resident memory, MB of 2^20
                   bytes), after freed memory had been given back. Before the step the inputs, the class vectors and
                   the gradients of the step before are in memory, so they are not counted. soak: growth of the resident
                   memory from its median over the steps that follow the first tenth to that over the last tenth.

Before a row is measured both sides compute one step from the same inputs: losses may differ by {value:g} of their size,
gradients by {gradient:g} of the largest entry, MAP@R and Recall@1 by what {queries} queries are of all; for a training the losses of the first
five steps. A row where they differ is refused. Then each side makes steps until it becomes
no faster; of each peer there are two, with ours and with its own way of waiting for threads (OpenMP), and the faster is measured. sampled-arcface has another loss than the exact step beside it, and no peer.
"""


def to_csv(results: list[Result]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for r in results:
        figures = (r.ours_ms, r.peer_ms, r.ratio, r.floor_ms, r.over_floor, r.ours_mb, r.peer_mb)
        ours, peer_ms, ratio, floor, over, ours_mb, peer_mb = ("" if figure is None else f"{figure:.6g}" for figure in figures)
        writer.writerow((r.row.work, r.row.size, ours, PEERS.get(r.peer, r.peer), peer_ms, ratio, floor, over, ours_mb, peer_mb))
    return text.getvalue()


def to_markdown(results: list[Result], refused: dict[str, str], facts: list[str]) -> str:
    lines = [
        "| work | size | ours | peer | | ratio | floor | over floor | extra memory, ours / peer | goal |",
        "|---|---|---:|---|---:|---:|---:|---:|---:|---|",
    ]
    for r in results:
        goals = "; ".join(goal.said(r, results) for goal in r.row.goals.get(r.peer, ()))
        memory = f"{_megabytes(r.ours_mb)} / {_megabytes(r.peer_mb)}" if r.peer else _megabytes(r.ours_mb)
        cells = (r.row.work, _grouped(r.row.size), _time(r.ours_ms), PEERS.get(r.peer, r.peer) or "–", _time(r.peer_ms))
        cells += (_plain(r.ratio), _time(r.floor_ms), _plain(r.over_floor), memory, goals or "–")
        lines.append("| " + " | ".join(cells) + " |")
    lines += ["", *facts]
    lines += [f"Not measured: {name}: {why}" for name, why in refused.items()]
    return "\n".join(lines) + "\n"


def to_short_markdown(results: list[Result]) -> str:
    """For docs/performance.md: times against the peer, and whether the goals are met."""
    lines = ["| work | size | ours | peer | | ratio | goals |", "|---|---|---:|---|---:|---:|---|"]
    for r in results:
        if r.peer not in r.row.goals:
            continue
        said = [goal.said(r, results) for goal in r.row.goals[r.peer]]
        goals = "; ".join(f"{text.split(':')[0]}: {'met' if ': met' in text else text.partition(': ')[2]}" for text in said)
        cells = (r.row.work, _grouped(r.row.size), _time(r.ours_ms), PEERS.get(r.peer, r.peer) or "–", _time(r.peer_ms), _plain(r.ratio), goals or "–")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _grouped(size: str) -> str:
    """C=100000 as C = 100,000."""
    words = []
    for word in size.split():
        name, equals, number = word.rpartition("=")
        number = f"{int(number):,}" if number.isdigit() else number
        words.append(f"{name} = {number}" if equals else number)
    return " ".join(words)


def _time(ms: float | None) -> str:
    if ms is None:
        return "–"
    return f"{short(ms / 1000)} s" if ms >= 1000 else f"{short(ms)} ms"


def _plain(figure: float | None) -> str:
    return "–" if figure is None else short(figure)


def _megabytes(figure: float | None) -> str:
    return "–" if figure is None else f"{figure:,.0f} MB"
