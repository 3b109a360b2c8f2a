"""Which page is meant, and the knobs."""

import pytest

from house import pages
from house.say import Problem


@pytest.fixture
def folder(tmp_path):
    for name in ("01-softmax", "02-triplet", "02-triplet-mining", "03-center", "06-x", "06b-y"):
        (tmp_path / f"{name}.ipynb").write_text("{}")
    (tmp_path / "README.md").write_text("no page")
    return tmp_path


@pytest.mark.parametrize(
    "names, found",
    [
        ([], ["01-softmax", "02-triplet", "02-triplet-mining", "03-center", "06-x", "06b-y"]),
        (["06"], ["06-x"]),
        (["06b"], ["06b-y"]),
        (["01"], ["01-softmax"]),
        (["03-center.ipynb", "01-softmax"], ["01-softmax", "03-center"]),
        (["notebooks/03-center.ipynb"], ["03-center"]),
        (["02-triplet"], ["02-triplet"]),
        (["02-triplet-"], ["02-triplet-mining"]),
        (["01", "01-softmax"], ["01-softmax"]),
    ],
)
def test_pages_are_found_by_name_or_beginning(folder, names, found):
    assert [page.stem for page in pages.find(names, folder)] == found


def test_pages_come_in_the_order_that_is_written_down_and_then_by_name(folder):
    (folder / "order.txt").write_text("03-center\n05-not-there-yet\n06b-y\n01-softmax\n")
    order = ["03-center", "06b-y", "01-softmax", "02-triplet", "02-triplet-mining", "06-x"]
    assert [page.stem for page in pages.known(folder)] == order
    assert [page.stem for page in pages.find(["01", "03"], folder)] == ["03-center", "01-softmax"]


@pytest.mark.parametrize("name, message", [("04", "there is no page 04"), ("02-t", "more than one page begins with 02-t"), ("", "there is no page")])
def test_an_unknown_page_lists_the_known(folder, name, message):
    with pytest.raises(Problem, match=message) as problem:
        pages.find([name], folder)
    assert problem.value.code == 2
    assert "02-triplet-mining" in str(problem.value)


def test_a_folder_without_pages(tmp_path):
    with pytest.raises(Problem, match="there is no notebook in"):
        pages.find([], tmp_path)


@pytest.fixture(autouse=True)
def no_knobs(monkeypatch):
    for name in ("NEARFAR_DATASET", "NEARFAR_DATA", "NEARFAR_DEVICE"):
        monkeypatch.delenv(name, raising=False)


def test_without_knobs_nothing_is_passed_on():
    assert pages.knobs() == {}


def test_folders_become_absolute(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "faces").mkdir()
    monkeypatch.setenv("NEARFAR_DATASET", "faces")
    monkeypatch.setenv("NEARFAR_DATA", ".")
    assert pages.knobs() == {"NEARFAR_DATASET": str(tmp_path / "faces"), "NEARFAR_DATA": str(tmp_path)}


@pytest.mark.parametrize(
    "name, value, message",
    [
        ("NEARFAR_DATASET", "omniglott", "NEARFAR_DATASET is omniglott, which is neither a known data set \\(glyphs, omniglot, mnist, fashion-mnist\\)"),
        ("NEARFAR_DATA", "no/such/folder", "NEARFAR_DATA is no/such/folder, which is not a folder"),
        ("NEARFAR_DEVICE", "tpu", "NEARFAR_DEVICE is tpu: it may be auto, cpu or gpu"),
    ],
)
def test_a_knob_that_does_not_exist(monkeypatch, name, value, message):
    monkeypatch.setenv(name, value)
    with pytest.raises(Problem, match=message):
        pages.knobs()
