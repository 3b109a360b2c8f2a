"""Reports with the real kernel: what fails is said and shown, what was asked to stop stops."""

import json
import os
import re
import signal
import subprocess
import sys
import time

import nbformat
import pytest
from conftest import ENVIRONMENT, environment, notebook, program
from nbformat.v4 import new_code_cell, new_notebook, new_output

from house import notebook as notebooks
from house import document, pages, suite
from house.say import Problem

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
        'System.out.println("quick " + System.getenv("NEARFAR_QUICK") + ", data " + System.getenv("NEARFAR_DATA") + ", figures " + System.getenv("NEARFAR_FIGURES"));',
        'System.out.println("threads " + System.getenv("OMP_NUM_THREADS"));',
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
    notebook(
        source / "05-left-out.ipynb",
        ("markdown", "# Not for this data"),
        'class PageLeftOut extends RuntimeException { PageLeftOut(String m) { super(m); } }\nthrow new PageLeftOut("this page needs 4 classes, got 3");',
    )
    (source / "order.txt").write_text("03-compiles-not\nnot-there-yet\n01-good\n")
    target.mkdir()
    (target / "05-left-out.html").write_text("of a former run")
    done = program("reports", "--quick", "--jobs", 2, "--from", source, "--to", target, NEARFAR_DATA=root, NEARFAR_FIGURES=root, **INSIDE)
    return root, source, target, done


def test_failures_do_not_stop_the_other_pages(run):
    _, _, target, done = run
    assert done.returncode == 1
    assert "reports: 1 of 5 written, 1 left out in" in done.stdout
    assert "reports: FAILED: 03-compiles-not, 02-throws, 04-formula" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_the_knobs_reach_the_page_and_stand_at_its_head(run):
    root, _, target, done = run
    page = (target / "01-good.html").read_text(encoding="utf-8")
    assert f"quick 1, data {root}, figures null" in page, "figures of a short run are not kept"
    assert "threads 1" in page, "figures must not depend on how many cores there are"
    assert "data set glyphs · quick profile" in page, "it does not say which device was used, so nobody knows"
    assert "data set glyphs · device auto · quick profile" in done.stdout
    assert "notebooks" in page, "a page runs in its own folder"


def test_the_jar_knows_the_same_data_sets(run):
    said = re.search('<pre class="stdout">JAR: (.*)', (run[2] / "01-good.html").read_text(encoding="utf-8"))[1]
    for name in pages.DATASETS:
        assert name in said


def test_an_exception_is_told_in_its_own_words_with_its_cell(run):
    _, _, target, done = run
    said = re.search(r"^02-throws: FAILED after .*\n((?:  .*\n)+)", done.stdout, re.M)[1]
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
    assert re.findall(r'href="(\d[^"]+)"', index) == ["03-compiles-not.html", "01-good.html", "02-throws.html"]
    assert index.count(">failed<") == 2
    assert "It prints, <math" in index


def test_a_page_that_is_not_for_this_data_is_left_out_and_no_failure(run):
    _, _, target, done = run
    assert "05-left-out: left out: this page needs 4 classes, got 3\n" in done.stdout
    assert not (target / "05-left-out.html").exists()
    index = (target / "index.html").read_text(encoding="utf-8")
    assert "Not for this data" in index and "this page needs 4 classes, got 3" in index
    counts = suite.outcomes(pages.known(run[1]), target / ".state", done.returncode)
    assert counts.passed == 1
    assert counts.failed == ["notebook 03-compiles-not", "notebook 02-throws", "notebook 04-formula"]
    assert counts.skipped == ["notebook 05-left-out: this page needs 4 classes, got 3"]


def test_pages_lead_to_their_neighbours(run):
    def links(page):
        text = (run[2] / f"{page}.html").read_text(encoding="utf-8")
        return [re.findall(r'rel="(\w+)" href="([^"]+)"', nav) for nav in re.findall(r'<nav class="neighbours".*?</nav>', text)]

    assert links("03-compiles-not") == 2 * [[("next", "01-good.html")]], "at the top and at the bottom"
    assert links("01-good") == 2 * [[("prev", "03-compiles-not.html"), ("next", "02-throws.html")]]
    assert links("02-throws") == 2 * [[("prev", "01-good.html")]], "04 and 05 were not written"


def test_nothing_half_written_is_left(run):
    assert [file.name for file in run[2].rglob("*.partial")] == []


def test_an_unknown_page_and_an_unknown_data_set_are_told_at_once(run):
    _, source, target, _ = run
    start = time.monotonic()
    done = program("reports", "09", "--from", source, **INSIDE)
    assert done.returncode == 2
    assert "there is no page 09; the pages are:\n  03-compiles-not\n  01-good\n" in done.stderr
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
    assert kept["cells"][1]["metadata"] == {"jupyter": {"source_hidden": True}, "tags": ["fold"]}
    assert [cell["id"] for cell in kept["cells"]] == ["c0", "c1", "c2"]
    assert kept["cells"][1]["outputs"][0]["text"] == ["a\n"]
    assert [cell.get("execution_count") for cell in kept["cells"]] == [None, 1, 2]


def _timed(path, sources, outputs):
    """A page as it was executed: cells of the sources, tagged timing where the name says so, each with its output."""
    nb = nbformat.read(notebook(path, ("markdown", "# P"), *[("code", s, *(["timing"] if "time" in s else [])) for s in sources]), as_version=4)
    for number, (cell, said) in enumerate(zip(nb.cells[1:], outputs), 1):
        cell.execution_count = number
        cell.outputs = [new_output("stream", text=f"{said}\n"), new_output("execute_result", data={"text/plain": said}, execution_count=number)]
    return nb


def _times(page) -> dict[str, str]:
    return {cell.source: cell.outputs[0].text.strip() for cell in notebooks.read(page).cells if "timing" in cell.metadata.get("tags", [])}


def test_times_are_kept_as_long_as_all_before_them_is_the_same(tmp_path):
    page, scratch = tmp_path / "01-page.ipynb", tmp_path / "scratch.ipynb"
    sources = ["a", "time b", "c", "time d", "e"]
    notebook(page, ("markdown", "# P"), *[("code", s, *(["timing"] if "time" in s else [])) for s in sources])

    def update(sources, outputs) -> dict[str, str]:
        notebooks.update(page, _timed(scratch, sources, outputs))
        return _times(page)

    assert update(sources, ["1", "10", "3", "20", "5"]) == {"time b": "10", "time d": "20"}
    assert update(sources, ["1", "11", "3", "21", "5"]) == {"time b": "10", "time d": "20"}, "else two runs would differ"
    assert update([*sources[:4], "another e"], ["1", "11", "3", "21", "6"]) == {"time b": "10", "time d": "20"}, "what comes after does not count"
    assert update([*sources[:2], "another c", *sources[3:]], ["1", "11", "3", "22", "5"]) == {"time b": "10", "time d": "22"}, "a cell between them has changed"
    changed = ["1", "12", "another figure", "23", "5"]
    assert update([*sources[:2], "another c", *sources[3:]], changed) == {"time b": "10", "time d": "23"}, "the jar or the data has changed: c shows something else"
    assert update(["x", *sources], ["0", "1", "13", "3", "24", "5"]) == {"time b": "13", "time d": "24"}
    raw = json.loads(page.read_text(encoding="utf-8"))
    raw["cells"][3]["outputs"] = []
    page.write_text(json.dumps(raw), encoding="utf-8")
    assert update(["x", *sources], ["0", "1", "14", "3", "25", "5"]) == {"time b": "14", "time d": "24"}, "what was cleared is measured again"


def test_a_page_says_how_long_it_takes():
    def page(source):
        return new_notebook(cells=[new_code_cell("long seed = 7;"), new_code_cell(source)])

    assert notebooks.minutes(page("show(Page.head(images.atMost(60, 40, seed), seed, 2.5));")) == 2.5
    assert notebooks.minutes(page("show(Page.head(images, seed, 10)); f(3);")) == 10
    assert notebooks.minutes(page("f(3);")) == 0


def test_solutions_are_folded_in_jupyterlab_too(tmp_path):
    page = notebook(tmp_path / "01-page.ipynb", ("markdown", "# P"), ("code", "a", "solution"), ("code", "b", "fold"), "c", ("markdown", "d", "solution"))
    nb = notebooks.read(page)
    nb.cells[3].metadata["jupyter"] = {"source_hidden": True}
    notebooks.update(page, nb)
    assert [cell.metadata.get("jupyter", {}).get("source_hidden", False) for cell in notebooks.read(page).cells] == [False, True, True, False, False]
    assert not notebooks.update(page, notebooks.read(page))


def test_a_failed_page_is_not_written_back(tmp_path):
    page = notebook(tmp_path / "n" / "01-page.ipynb", ("markdown", "# P"), 'throw new RuntimeException("no");')
    before = page.read_bytes()
    done = program("reports", "--update", "--from", tmp_path / "n", "--to", tmp_path / "out", **INSIDE)
    assert done.returncode == 1
    assert page.read_bytes() == before


def test_a_cell_that_takes_too_long_is_told_and_its_kernel_ends(tmp_path):
    pid = tmp_path / "pid"
    notebook(tmp_path / "n" / "01-page.ipynb", ("markdown", "# P"), _writes_pid(pid) + "while (true) {}")
    done = program("reports", "--timeout", "10", "--from", tmp_path / "n", "--to", tmp_path / "out", **INSIDE)
    assert done.returncode == 1
    assert "the cell ran for more than 10 s: raise it with --timeout" in done.stdout
    assert _gone(int(pid.read_text()))


def test_a_kernel_that_dies_is_told_with_its_last_words(tmp_path):
    notebook(tmp_path / "n" / "01-page.ipynb", ("markdown", "# P"), "Runtime.getRuntime().halt(3);")
    done = program("reports", "--from", tmp_path / "n", "--to", tmp_path / "out", **INSIDE)
    assert done.returncode == 1
    assert "the kernel died" in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="signals to a process group; run it on Linux or macOS")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_the_kernels_and_the_next_run_works(tmp_path, how):
    source, target = tmp_path / "n", tmp_path / "out"
    pids = [tmp_path / "pid1", tmp_path / "pid2"]
    for number, pid in enumerate(pids, 1):
        notebook(source / f"0{number}-page.ipynb", ("markdown", "# P"), _writes_pid(pid) + "while (true) {}")
    notebook(source / "03-waiting.ipynb", ("markdown", "# P"), "1 + 1")
    running = subprocess.Popen(
        [sys.executable, str(ENVIRONMENT / "reports"), "--jobs", "2", "--from", str(source), "--to", str(target)],
        env=environment(**INSIDE),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    for _ in range(1200):
        if all(pid.exists() and pid.read_text() for pid in pids):
            break
        time.sleep(0.05)
    os.killpg(running.pid, how)
    _, said = running.communicate(timeout=30)
    assert running.returncode == 130, said
    assert re.search("environment/reports: stopped in (01-page, 02-page|02-page, 01-page); what was finished", said), said
    assert "Traceback" not in said
    for pid in pids:
        assert _gone(int(pid.read_text()))
    assert not list(target.glob("*.html"))
    assert program("reports", "03", "--from", source, "--to", target, **INSIDE).returncode == 0
    assert (target / "03-waiting.html").exists()


def test_pages_run_side_by_side_but_for_those_that_measure_times(tmp_path):
    """Each page writes when it ran and what it found; the last one reads what the others found."""
    source, target, times = tmp_path / "n", tmp_path / "out", tmp_path / "times"
    times.mkdir()
    begin = f"""
        java.nio.file.Path of(String n) {{ return java.nio.file.Path.of("{times.as_posix()}", n); }}
        java.nio.file.Path figures(String n) {{ return java.nio.file.Path.of(System.getenv("NEARFAR_FIGURES"), n + ".json"); }}
        long begin = System.currentTimeMillis();
        class Figures {{ static String read(String n) throws Exception {{ return java.nio.file.Files.readString(figures(n)); }} }}"""
    end = 'Thread.sleep(1500); java.nio.file.Files.writeString(of("{0}"), begin + " " + System.currentTimeMillis());'
    found = 'java.nio.file.Files.writeString(figures("{0}"), "{{\\"b\\": 1.50, \\"a\\": {{\\"x\\": 2}}}}");'
    notebook(source / "00-sheet.ipynb", ("markdown", "# Sheet"), begin, 'System.out.println(Figures.read("02"));', end.format("00"))
    notebook(source / "01-times.ipynb", ("markdown", "# Times", "alone"), begin, end.format("01"))
    for name in ("02", "03"):
        notebook(source / f"{name}-page.ipynb", ("markdown", "# P"), begin, found.format(name), end.format(name))
    notebook(source / "04-fails.ipynb", ("markdown", "# P"), begin, found.format("04"), 'throw new RuntimeException("no");')
    (source / "figures").mkdir()
    (source / "figures" / "01.json").write_text("{}")  # of a time when 01 found something
    done = program("reports", "--jobs", 2, "--update", "--from", source, "--to", target, **INSIDE)
    assert "reports: 4 of 5 written in" in done.stdout, done.stdout + done.stderr
    ran = {name: tuple(map(int, (times / name).read_text().split())) for name in ("00", "01", "02", "03")}
    assert ran["02"][0] < ran["03"][1] and ran["03"][0] < ran["02"][1], "side by side"
    assert ran["01"][0] > max(ran["02"][1], ran["03"][1]), "alone"
    assert ran["00"][0] > ran["01"][1], "last"
    assert [file.name for file in sorted((source / "figures").iterdir())] == ["02.json", "03.json"]
    assert (source / "figures" / "02.json").read_text() == '{\n  "a": {\n    "x": 2\n  },\n  "b": 1.5\n}\n'
    assert [file.name for file in sorted((target / ".state" / "figures").iterdir())] == ["02.json", "03.json"], "not of a page that failed"


def test_the_device_is_the_one_that_was_used():
    def page(said):
        table = f'<table><tr><td style="text-align: left">device</td><td style="text-align: left">{said}</td></tr></table>'
        return new_notebook(cells=[new_code_cell("", outputs=[new_output("display_data", data={"text/html": table})])])

    assert [document.device(page(said)) for said in ("cpu()", "gpu(0)")] == ["CPU", "GPU 0"]
    assert document.device(new_notebook(cells=[])) == ""


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
