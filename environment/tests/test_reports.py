"""Reports with the real kernel: what fails is said and shown, what was asked to stop stops."""

import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest
from conftest import ENVIRONMENT, environment, notebook, program

from house import pages

#: Setup has been done by whoever runs the tests; it is not what is tested here.
INSIDE = {"NEARFAR_INSIDE": "1"}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """One run over a good page, one that throws, one that does not compile and one with a bad formula."""
    root = tmp_path_factory.mktemp("reports")
    source, target = root / "notebooks", root / "out"
    notebook(
        source / "01-good.ipynb",
        ("markdown", "# A good page\n\nIt prints, $x_1$."),
        'System.out.println("quick " + System.getenv("NEARFAR_QUICK") + ", data " + System.getenv("NEARFAR_DATA"));',
        "ProcessHandle.current().pid() > 0",
        'new java.io.File("").getAbsoluteFile().getName()',
        'try { nearfar.data.Datasets.load("no-such-set", null); } catch (RuntimeException e) { System.out.println("JAR: " + e.getMessage()); }',
    )
    notebook(
        source / "02-throws.ipynb",
        ("markdown", "# It throws"),
        "int x = 1;",
        'void f() {\n  throw new IllegalStateException("overlap must be below 0.2, got 0.31", new RuntimeException("the cause"));\n}\nf();',
        'System.out.println("never reached");',
    )
    notebook(source / "03-compiles-not.ipynb", ("markdown", "# It does not compile"), 'int x = "a";')
    notebook(source / "04-formula.ipynb", ("markdown", "# Formula"), ("markdown", r"$\nosuchcommand{x}$"))
    done = program("reports", "--quick", "--from", source, "--to", target, NEARFAR_DATA=root, **INSIDE)
    return root, source, target, done


def test_failures_do_not_stop_the_other_pages(run):
    _, _, target, done = run
    assert done.returncode == 1
    assert "reports: 1 of 4 written in" in done.stdout
    assert "reports: FAILED: 02-throws, 03-compiles-not, 04-formula" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_the_knobs_reach_the_page_and_stand_at_its_head(run):
    root, _, target, done = run
    page = (target / "01-good.html").read_text(encoding="utf-8")
    assert f"quick 1, data {root}" in page
    assert "data set glyphs · device auto · quick profile" in page
    assert "data set glyphs · device auto · quick profile" in done.stdout
    assert "notebooks" in page, "a page runs in its own folder"


def test_the_jar_knows_the_same_data_sets(run):
    said = re.search('<pre class="stdout">JAR: (.*)', (run[2] / "01-good.html").read_text(encoding="utf-8"))[1]
    for name in pages.DATASETS:
        assert name in said


def test_an_exception_is_told_in_its_own_words_with_its_cell(run):
    _, _, target, done = run
    said = done.stdout[done.stdout.index("02-throws: FAILED after") : done.stdout.index("03-compiles-not:")]
    assert "java.lang.IllegalStateException: overlap must be below 0.2, got 0.31" in said
    assert "Caused by: java.lang.RuntimeException: the cause" in said
    assert "in cell [2]:\n    | void f() {" in said
    assert "\x1b" not in said
    page = (target / "02-throws.html").read_text(encoding="utf-8")
    assert "This page failed." in page and "overlap must be below 0.2, got 0.31" in page
    assert "never reached" not in re.sub(r"<details class=\"code\".*?</details>", "", page, flags=re.S)


def test_a_compiler_error_is_told(run):
    assert "incompatible types: java.lang.String cannot be converted to int" in run[3].stdout


def test_a_bad_formula_is_told_and_no_half_page_is_left(run):
    _, _, target, done = run
    assert r"cell 2: the formula \nosuchcommand{x} cannot be set" in done.stdout
    assert not (target / "04-formula.html").exists()


def test_the_index_leads_to_the_pages_and_marks_the_failed(run):
    index = (run[2] / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'href="([^"]+)"', index) == ["01-good.html", "02-throws.html", "03-compiles-not.html"]
    assert index.count(">failed<") == 2
    assert "It prints, <math" in index


def test_nothing_half_written_is_left(run):
    assert [file.name for file in run[2].rglob("*.partial")] == []


def test_an_unknown_page_and_an_unknown_data_set_are_told_at_once(run):
    _, source, target, _ = run
    start = time.monotonic()
    done = program("reports", "09", "--from", source, **INSIDE)
    assert done.returncode == 2
    assert "there is no page 09; the pages are:\n  01-good\n" in done.stderr
    done = program("reports", "--from", source, NEARFAR_DATASET="glyfs", **INSIDE)
    assert done.returncode == 2
    assert "NEARFAR_DATASET is glyfs" in done.stderr
    assert time.monotonic() - start < 10, "no kernel is needed to know"


def test_quick_figures_are_not_kept(run):
    done = program("reports", "--quick", "--update", "--from", run[1], **INSIDE)
    assert done.returncode == 2
    assert "--quick does not go with --update" in done.stderr


def test_an_update_is_the_same_every_time(tmp_path):
    page = notebook(tmp_path / "n" / "01-page.ipynb", ("markdown", "# P"), 'System.out.println("a");\n1 + 1', "int x = 3;\nx")
    raw = json.loads(page.read_text(encoding="utf-8"))
    raw["metadata"] = {"widgets": {"x": 1}, "language_info": {"name": "java", "version": "99"}}
    raw["cells"][1]["metadata"] = {"execution": {"iopub.status.busy": "2020-01-01"}, "tags": ["fold"], "collapsed": True}
    page.write_text(json.dumps(raw), encoding="utf-8")

    def update() -> bytes:
        done = program("reports", "--update", "--from", tmp_path / "n", "--to", tmp_path / "out", **INSIDE)
        assert done.returncode == 0, done.stdout + done.stderr
        return page.read_bytes()

    first = update()
    assert update() == first
    kept = json.loads(first)
    assert first.endswith(b"}\n") and b"99" not in first and b"2020" not in first and b"widgets" not in first
    assert kept["cells"][1]["metadata"] == {"tags": ["fold"]}
    assert [cell["id"] for cell in kept["cells"]] == ["c0", "c1", "c2"]
    assert kept["cells"][1]["outputs"][0]["text"] == ["a\n"]
    assert [cell.get("execution_count") for cell in kept["cells"]] == [None, 1, 2]


def test_times_are_kept_until_their_cell_changes_or_is_cleared(tmp_path):
    folder, timed = tmp_path / "n", ("code", "System.out.println(System.nanoTime());\n1", "timing")

    def update(*cells) -> list:
        page = folder / "01-page.ipynb"
        if cells:
            notebook(page, ("markdown", "# P"), *cells)
        done = program("reports", "--update", "--from", folder, "--to", tmp_path / "out", **INSIDE)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(page.read_text(encoding="utf-8"))["cells"]

    def time_of(cells) -> str:
        return "".join(next(cell for cell in cells if "timing" in cell["metadata"].get("tags", []))["outputs"][0]["text"])

    def edit(change) -> None:
        raw = json.loads((folder / "01-page.ipynb").read_text(encoding="utf-8"))
        change(raw["cells"])
        (folder / "01-page.ipynb").write_text(json.dumps(raw), encoding="utf-8")

    first = time_of(update(timed))
    assert time_of(update()) == first, "else two runs would differ"
    shown = (tmp_path / "out" / "01-page.html").read_text(encoding="utf-8")
    assert first.strip() not in shown, "a report shows its own run"
    edit(lambda cells: cells.insert(1, {"cell_type": "code", "id": "new", "metadata": {}, "source": "int x = 3;", "outputs": [], "execution_count": None}))
    moved = update()
    assert time_of(moved) == first
    assert moved[2]["execution_count"] == 2
    assert [output["execution_count"] for output in moved[2]["outputs"] if "execution_count" in output] == [2]
    edit(lambda cells: cells[2].update(source="System.out.println(System.nanoTime() + 0);\n1"))
    second = time_of(update())
    assert second != first
    edit(lambda cells: cells[2].update(outputs=[]))
    assert time_of(update()) != second


def test_a_failed_page_is_not_written_back(tmp_path):
    page = notebook(tmp_path / "n" / "01-page.ipynb", ("markdown", "# P"), 'throw new RuntimeException("no");')
    before = page.read_bytes()
    done = program("reports", "--update", "--from", tmp_path / "n", "--to", tmp_path / "out", **INSIDE)
    assert done.returncode == 1
    assert page.read_bytes() == before


def test_a_cell_that_takes_too_long_is_told_and_its_kernel_ends(tmp_path):
    pid = tmp_path / "pid"
    notebook(tmp_path / "n" / "01-page.ipynb", ("markdown", "# P"), _writes_pid(pid) + "while (true) {}")
    done = program("reports", "--timeout", "3", "--from", tmp_path / "n", "--to", tmp_path / "out", **INSIDE)
    assert done.returncode == 1
    assert "the cell ran for more than 3 s: raise it with --timeout" in done.stdout
    assert _gone(int(pid.read_text()))


def test_a_kernel_that_dies_is_told_with_its_last_words(tmp_path):
    notebook(tmp_path / "n" / "01-page.ipynb", ("markdown", "# P"), "Runtime.getRuntime().halt(3);")
    done = program("reports", "--from", tmp_path / "n", "--to", tmp_path / "out", **INSIDE)
    assert done.returncode == 1
    assert "the kernel died" in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="signals to a process group; run it on Linux or macOS")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_the_kernel_and_the_next_run_works(tmp_path, how):
    pid, source, target = tmp_path / "pid", tmp_path / "n", tmp_path / "out"
    page = source / "01-page.ipynb"
    notebook(page, ("markdown", "# P"), _writes_pid(pid) + "while (true) {}")
    running = subprocess.Popen(
        [sys.executable, str(ENVIRONMENT / "reports"), "--from", str(source), "--to", str(target)],
        env=environment(**INSIDE),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    for _ in range(1200):
        if pid.exists() and pid.read_text():
            break
        time.sleep(0.05)
    os.killpg(running.pid, how)
    _, said = running.communicate(timeout=30)
    assert running.returncode == 130, said
    assert "environment/reports: stopped in 01-page" in said
    assert "Traceback" not in said
    assert _gone(int(pid.read_text()))
    assert not (target / "01-page.html").exists()
    notebook(page, ("markdown", "# P"), "1 + 1")
    assert program("reports", "--from", source, "--to", target, **INSIDE).returncode == 0
    assert (target / "01-page.html").exists()


def _writes_pid(file) -> str:
    return f'java.nio.file.Files.writeString(java.nio.file.Path.of("{file.as_posix()}"), "" + ProcessHandle.current().pid());\n'


def _gone(pid: int) -> bool:
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_the_pictures_of_the_readme_come_from_tagged_cells():
    from nbformat.v4 import new_code_cell, new_notebook, new_output

    from house import notebook as notebooks
    from house.say import Problem

    picture = new_output("display_data", data={"image/png": "aGVsbG8="})
    tagged = new_code_cell("show(chart);", metadata={"tags": ["picture:chart"]}, outputs=[new_output("stream", text="x"), picture])
    assert notebooks.pictures(new_notebook(cells=[new_code_cell("1"), tagged])) == {"chart": b"hello"}
    tagged.outputs.clear()
    with pytest.raises(Problem, match="picture:chart shows no picture"):
        notebooks.pictures(new_notebook(cells=[tagged]))


def test_what_the_project_shows_is_made_of_glyphs():
    done = program("reports", "--update", NEARFAR_DATASET="omniglot", **INSIDE)
    assert done.returncode == 2
    assert "leave NEARFAR_DATASET unset" in done.stderr
