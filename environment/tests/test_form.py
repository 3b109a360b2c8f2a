"""The form that the pages keep: small cells, everything executed, the same parts in the same places, plain sentences."""

from __future__ import annotations

import collections
import re

import nbformat
import pytest
from house import pages
from house.places import NOTEBOOKS

KNOWN = pages.known(NOTEBOOKS)
#: The table of all losses argues nothing and asks nothing.
ARGUMENTS = [page for page in KNOWN if page.stem != "cheat-sheet"]
FIGURE = "Angles and distances of"
#: What each of the first pages shows of its loss.
WITH_FIGURE = [page for page in KNOWN if pages.number(page) in ("00", "01", "02", "03", "04")]
MOST_WORDS = 20
FORBIDDEN = ("kept back", "widely used", "widespread", "whoever")


def read(page):
    return nbformat.read(page, as_version=4)


def each(known):
    return pytest.mark.parametrize("page", [pytest.param(page, id=page.stem) for page in known])


def code(page) -> list[str]:
    return [cell.source for cell in read(page).cells if cell.cell_type == "code"]


def texts(page) -> list[str]:
    return [cell.source for cell in read(page).cells if cell.cell_type == "markdown"]


def headings(page) -> list[str]:
    return re.findall(r"^## +(.+?) *$", "\n".join(texts(page)), re.M)


def alts(page) -> list[str]:
    """What is said of every picture, for who cannot see it."""
    outputs = [output for cell in read(page).cells if cell.cell_type == "code" for output in cell.outputs]
    said = [about["alt"] for output in outputs for about in output.get("metadata", {}).values() if isinstance(about, dict) and "alt" in about]
    pictures = "".join("".join(output.get("data", {}).get("text/html", "")) for output in outputs)
    return said + re.findall(r'<img\b[^>]*\balt="([^"]*)"', pictures)


def sentences(text: str) -> list[list[str]]:
    """The words of every sentence of a page's prose: without code, formulas, tables, headings and references. What ends a line of a list ends
    a sentence; a colon does not."""
    text = re.sub(r"^#+ +References\b.*?(?=^#|\Z)", "", text, flags=re.M | re.S)
    text = re.sub(r"```.*?```|\$\$.*?\$\$|\\begin\{.*?\\end\{\w+\*?\}|<!--.*?-->", " ", text, flags=re.S)
    text = re.sub(r"`[^`\n]*`|\$[^$]*\$|<[^>\n]*>", " ", text)
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"^(#+ .*|\s*\|.*)$", "\n", text, flags=re.M)
    text = re.sub(r"^\s*([-*+]|\d+[.)])\s+", "\n\n", text, flags=re.M)
    text = re.sub(r"\b(e\.g|i\.e|et al|vs|cf|Fig|Eq)\.", lambda m: m[1].replace(".", ""), text)
    parts = re.split(r"\n\s*\n|(?<=[.!?])[\"'*_)”]*\s+(?=[\W_]*[A-Z0-9])", text)
    found = [re.findall(r"[^\W\d_][\w'’-]*|\d[\d.,]*", part) for part in parts]
    return [words for words in found if len(words) > 1]


def test_sentences_are_counted_sensibly():
    text = """# A title of seven words is not counted

The first has five words $x_1$ and `code` here. Is this *one*? Yes, e.g. this: it is
one. It ends
| a | table |
|---|---|

- an item
- [a link](https://example.org/a.b.c) is 3.5 words

$$ a + b. C $$

## References
Deng and others. A paper."""
    assert [len(words) for words in sentences(text)] == [7, 3, 6, 2, 2, 5]


@each(KNOWN)
def test_a_cell_is_read_at_a_glance(page):
    for source in code(page):
        lines = source.splitlines()
        assert len(lines) <= 15, source
        assert max(map(len, lines)) <= 100, source


@each(KNOWN)
def test_no_line_is_a_magic_by_mistake(page):
    """JJava takes % at the beginning of a line, or after a name and =, for a magic: inside a text block too, whose text it spoils."""
    for source in code(page):
        for line in source.splitlines():
            assert not re.match(r"\s*(\S+\s*=\s*)?%\w", line), line


@each(KNOWN)
def test_outputs_are_committed_and_none_is_a_failure(page):
    executed = [cell for cell in read(page).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in executed] == list(range(1, len(executed) + 1))
    kinds = {output.output_type for cell in executed for output in cell.outputs}
    assert "display_data" in kinds
    assert "error" not in kinds


@each(KNOWN)
def test_no_two_pictures_share_what_is_said_of_them(page):
    assert [alt for alt, count in collections.Counter(alts(page)).items() if count > 1] == []


@each(WITH_FIGURE)
def test_the_angles_and_distances_of_its_loss_are_shown(page):
    assert [alt for alt in alts(page) if alt.startswith(FIGURE)], f"no picture whose text begins {FIGURE!r}"


@each(ARGUMENTS)
def test_it_begins_with_three_sentences_and_ends_with_five_questions(page):
    assert headings(page)[:1] == ["In three sentences"]
    assert "Five quick questions" in headings(page)


@each(KNOWN)
def test_solutions_are_folded(page):
    cells = read(page).cells
    solutions = [cell for cell in cells if "solution" in cell.metadata.get("tags", [])]
    if any("## Exercises" in text for text in texts(page)):
        assert solutions
    assert [cell.source for cell in solutions if cell.cell_type == "code" and not cell.metadata.get("jupyter", {}).get("source_hidden")] == []
    asked = next((i for i, cell in enumerate(cells) if "## Five quick questions" in cell.source), None)
    if asked is not None:
        folded = [cell for cell in cells[asked:] if "<details" in cell.source or "solution" in cell.metadata.get("tags", [])]
        assert folded, "the answers to the five questions are folded too"


@each(KNOWN)
def test_it_leads_to_its_neighbours(page):
    """Reports have such links by themselves; JupyterLab and GitHub do not."""
    at = KNOWN.index(page)
    wanted = [KNOWN[i].name for i in (at - 1, at + 1) if 0 <= i < len(KNOWN)]
    last = read(page).cells[-1]
    assert last.cell_type == "markdown"
    line = last.source.strip().splitlines()[-1]
    assert re.findall(r"\]\(([\w-]+\.ipynb)\)", line) == wanted, line
    assert ("←" in line) == (at > 0) and ("→" in line) == (at < len(KNOWN) - 1), line


@each(KNOWN)
def test_links_lead_to_pages_that_there_are(page):
    found = re.findall(r"\]\(([\w-]+\.ipynb)(?:#[^)]*)?\)", "\n".join(texts(page)))
    assert [name for name in found if not (NOTEBOOKS / name).exists()] == []


@each(KNOWN)
def test_sentences_are_short(page):
    words = [len(sentence) for sentence in sentences("\n\n".join(texts(page)))]
    assert sum(words) / len(words) <= MOST_WORDS


@each(KNOWN)
def test_words_that_say_nothing_or_something_else_do_not_occur(page):
    whole = re.sub(r"\s+", " ", "\n".join([*texts(page), *code(page)])).lower()
    assert [word for word in FORBIDDEN if word in whole] == []
