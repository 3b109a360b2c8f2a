"""The driver of environment/bench with workers that only pretend: no time is measured here."""

import csv
import io
from pathlib import Path

import pytest
from house import bench, benchdocs, benchrows, benchtable, preflight, prepare
from house.benchworker import Refused
from house.say import Problem


class Fake:
    """Replies as a worker does; keeps what it was asked."""

    def __init__(self, name: str, **replies):
        self.name, self.asked = name, []
        self.replies = {"make": {}, "open": {}, "memory": {"mb": "12.5"}, "time": {"ms": "2"}, "floor": {"ms": "1"}, **replies}

    def ask(self, command, **words):
        self.asked.append(command)
        reply = self.replies[command]
        if isinstance(reply, Exception):
            raise reply
        return reply.pop(0) if isinstance(reply, list) else reply

    def close(self):
        self.closed = True

    __enter__ = lambda self: self
    __exit__ = lambda self, *_: None


ANSWER = {"value.loss": "10", "gradients": "embeddings,vectors"}
SAME = {"value.loss": "10.0001", "gap.embeddings": "1e-6", "gap.vectors": "1e-6"}
ROW = benchrows.Row("arcface", "C=1000", {}, ("pml",), ((2, 3, 4),), {"pml": (benchrows.ratio(0.4), benchrows.over_floor(1.5))}, 3)


def measured(tmp_path, row=ROW, ours=None, pml=None, own_ms="3"):
    workers = {"inputs": Fake("inputs"), "ours": Fake("ours", **{"answer": ANSWER, **(ours or {})}), "pml": Fake("pml", **{"compare": SAME, **(pml or {})}), "pml, own OpenMP": Fake("own", time={"ms": own_ms})}
    made = bench.Bench(lambda kind, name: workers[name], tmp_path, None, 0.01)
    made.measure(row)
    made.write(["facts"])
    return made, workers


def test_medians_of_rounds_in_turns(tmp_path):
    warm = bench.LOOKS + 1  # as many turns as tell that the first was no slower than the others
    made, workers = measured(tmp_path, ours={"time": [{"ms": ms} for ms in ["3"] * warm + ["1", "50", "2"]]}, pml={"floor": {"ms": "0.5"}})
    (result,) = made.results
    assert (result.ours_ms, result.peer_ms, result.ratio, result.floor_ms, result.over_floor) == (2, 2, 1, 0.5, 4)
    assert workers["ours"].asked == ["open", "answer", "memory"] + ["time"] * warm + ["floor"] * warm + ["time", "floor"] * 3
    assert not (tmp_path / "inputs").exists()


def test_the_faster_of_a_peers_two_ways_to_wait_is_measured(tmp_path):
    for own_ms, peer_ms, slower in (("1.5", 1.5, "pml"), ("3", 2, "pml, own OpenMP")):
        made, workers = measured(tmp_path, own_ms=own_ms)
        assert made.results[0].peer_ms == peer_ms
        assert "memory" not in workers[slower].asked and workers[slower].closed


def test_who_still_becomes_faster_is_not_warm():
    made = bench.Bench(None, None, None, 0.25)
    for falling, turns in ((30, 30 + bench.LOOKS), (1000, bench.MOST_TURNS)):
        times = [max(100 * 0.9**i, 100 * 0.9 ** (falling - 1)) for i in range(bench.MOST_TURNS)]
        left = iter(times)
        made._warm(lambda _, left=left: next(left))
        assert bench.MOST_TURNS - len(list(left)) == turns


def test_a_step_that_takes_a_turn_is_warm_after_one():
    asked = []
    bench.Bench(None, None, None, 0.25)._warm(lambda seconds: asked.append(seconds) or 300)
    assert asked == [0.25]


def test_a_few_queries_may_fall_otherwise_by_a_near_tie(tmp_path):
    row = benchrows.Row("retrieval", "N=1000 D=2", {"rows": 1000, "dimension": 2}, ("pml",), (), {}, 1)
    for theirs, refused in (("0.1549", False), ("0.1561", True)):
        made, _ = measured(tmp_path, row, ours={"answer": {"value.recall-at-1": "0.15"}}, pml={"compare": {"value.recall-at-1": theirs}})
        assert bool(made.refused) == refused, made.refused
    assert "0.15 and 0.1561 (allowed: 5 queries)" in made.refused["retrieval N=1000 D=2"]


def test_docs_are_written_where_they_are_meant_to_be(tmp_path):
    (tmp_path / "docs" / "pictures").mkdir(parents=True)
    (tmp_path / "docs" / "performance.md").write_text(f"before\n{benchdocs.BEGIN}old\n{benchdocs.END}after\n")
    (tmp_path / "chart.png").write_bytes(b"png")
    made, _ = measured(tmp_path)
    for _ in range(2):  # the second run changes nothing
        benchdocs.update(made.results, "whole table\n", tmp_path / "chart.png", "facts", 9, tmp_path)
    page = (tmp_path / "docs" / "performance.md").read_text()
    assert page.startswith(f"before\n{benchdocs.BEGIN}| work |") and page.endswith(f"\nfacts\n{benchdocs.END}after\n") and "old" not in page
    assert "| arcface | C = 1,000 | 2 ms | pytorch-metric-learning | 2 ms | 1 | ratio ≤ 0.4: **missed**, 1 (2.5 times the goal); over floor ≤ 1.5: **missed**" in page
    assert (tmp_path / "docs" / "bench.md").read_text().endswith("whole table\n")
    assert (tmp_path / "docs" / "pictures" / "bench.png").read_bytes() == b"png"
    with pytest.raises(Problem, match="docs/performance.md has no place for the table"):
        benchdocs.with_table("nothing", "table", "facts")


def test_the_file_has_the_columns_of_the_plan(tmp_path):
    measured(tmp_path)
    header, row = csv.reader(io.StringIO((tmp_path / "results.csv").read_text()))
    assert ",".join(header) == "work,size,ours_ms,peer,peer_ms,ratio,floor_ms,over_floor,ours_extra_mb,peer_extra_mb"
    assert row == ["arcface", "C=1000", "2", "pytorch-metric-learning", "2", "1", "1", "2", "12.5", "12.5"]
    assert "gradients by 0.001 of the largest entry" in (tmp_path / "results.txt").read_text()


def test_the_table_says_by_how_much_a_goal_is_missed_or_met(tmp_path):
    made, _ = measured(tmp_path, pml={"floor": {"ms": "1.6"}, "time": {"ms": "2"}}, ours={"floor": {"ms": "1.6"}})
    text = benchtable.to_markdown(made.results, made.refused, ["facts"])
    assert "| arcface | C = 1,000 | 2 ms |" in text
    assert "ratio ≤ 0.4: **missed**, 1 (2.5 times the goal); over floor ≤ 1.5: met, 1.25 |" in text


@pytest.mark.parametrize(
    "theirs, message",
    [
        ({**SAME, "value.loss": "10.01"}, "ours and pml disagree: loss 10 and 10.01"),
        ({**SAME, "value.loss": "nan"}, "ours and pml disagree: loss 10 and nan"),
        ({**SAME, "gap.vectors": "0.002"}, "the gradient of vectors differs by 0.002 of its largest entry"),
        ({**SAME, "gap.vectors": "nan"}, "the gradient of vectors differs by nan"),
        ({"value.loss": "10", "gap.embeddings": "0"}, "pml did not compare the gradient of vectors"),
        ({"gap.embeddings": "0", "gap.vectors": "0"}, "pml says nothing of loss"),
    ],
)
def test_what_does_not_agree_is_not_measured(tmp_path, theirs, message):
    made, workers = measured(tmp_path, pml={"compare": theirs})
    assert message in made.refused["arcface C=1000"]
    assert made.results == []
    assert "time" not in workers["ours"].asked
    assert f"Not measured: arcface C=1000: {made.refused['arcface C=1000']}" in (tmp_path / "table.md").read_text()


def test_a_worker_that_dies_costs_its_row_alone(tmp_path):
    made, _ = measured(tmp_path, pml={"open": Refused("pml died at open: it was killed")})
    assert made.refused == {"arcface C=1000": "pml died at open: it was killed"}
    assert made.results == []


def test_drift_is_between_an_early_and_the_last_tenth(tmp_path):
    resident = [{"mb": str(mb)} for mb in [50] * 6 + [100] * 6 + [0] * 42 + [103] * 6]
    row = benchrows.Row("soak", "60 steps", {}, goals={"": (benchrows.DRIFT,)})
    made, _ = measured(tmp_path, row, ours={"resident": resident})
    (result,) = made.results
    assert (result.ours_ms, result.ours_mb, result.drift) == (2, 3, 3)
    assert "drift ≤ 2 %: **missed**, 3 (1.5 times the goal)" in (tmp_path / "table.md").read_text()


def test_rows_are_chosen_by_work_and_size():
    rows = benchrows.rows()
    assert [row.name for row in bench.choose(rows, ["arcface:10000", "center:1000"])] == ["arcface C=10000", "center C=1000"]
    assert len(bench.choose(rows, ["arcface"])) == 4
    for wrong in ("arcfase", "arcface:7"):
        with pytest.raises(Problem, match=f"--only {wrong}: there is no such work; there are"):
            bench.choose(rows, [wrong])


def test_quick_rows_are_of_every_work_and_have_no_goals():
    assert {row.work for row in benchrows.rows(quick=True)} == {row.work for row in benchrows.rows()}
    assert not any(row.goals for row in benchrows.rows(quick=True))


def test_the_table_takes_every_row_that_there_is():
    results = [benchrows.Result(row, peer, 2.0) for row in benchrows.rows() for peer in row.peers or ("",)]
    text = benchtable.to_markdown(results, {}, [])
    for size in ("C = 1,000,000 r = 0.1", "N = 13,180 D = 64", "20,000 steps", "to the first chart"):
        assert f"| {size} |" in text
    assert '"' not in benchtable.to_csv(results), "the chart reads cells between commas"


def test_the_bench_measures_with_its_own_threads():
    """Pages have one thread each; what is measured here must not be held to it."""
    jdk = preflight.Jdk(Path("/jdk"), "17.0.1")
    assert prepare.kernelspec(jdk, False)["env"]["OMP_NUM_THREADS"] == "1"
    started = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bench, "Worker", lambda name, command, log, environment: started.update({name: environment}))
        start = bench.starter(jdk, 3)
        start("ours", "ours")
        start("peers, own OpenMP", "peer")
    assert [environment["OMP_NUM_THREADS"] for environment in started.values()] == ["3", "3"]
