"""Reports in a real browser, headless: what moves can be stopped, colours can be chosen, nothing is wider than a telephone."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess

import nbformat
import pytest
from conftest import notebook

from house import document

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="needs a browser: chromium on the PATH")

GIF = "R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs="
PROBE = """<script>addEventListener("load", () => setTimeout(() => {
  const found = {}, see = what => document.querySelector(what), shown = what => see(what) && !see(what).hidden;
  found.widths = [innerWidth, document.documentElement.scrollWidth];
  found.sentences = [...document.querySelectorAll("table.sentences")].map(t => [t.scrollWidth <= 390, t.querySelector("tbody tr > *").dataset.label]);
  found.scrolling = [...document.querySelectorAll(".wide, pre, .long, .math")].filter(e => e.scrollWidth > e.clientWidth).length;
  const ground = () => getComputedStyle(document.body).backgroundColor;
  found.moving = [[see(".pause").textContent, shown(".picture img"), shown("canvas")]];
  see(".pause").click();
  found.moving.push([see(".pause").textContent, shown(".picture img"), shown("canvas")]);
  found.grounds = [ground()];
  see("#theme").click();
  found.grounds.push(ground());
  found.remembered = localStorage.getItem("nearfar-theme");
  found.copies = document.querySelectorAll(".copy:not([hidden])").length;
  see("#fold").click();
  found.open = document.querySelectorAll("details.code[open]").length;
  see("#without-code").click();
  found.without = document.documentElement.classList.contains("without-code");
  parent.postMessage(JSON.stringify(found), "*");
}, 300))</script></body>"""


@pytest.fixture(scope="module")
def probe(tmp_path_factory):
    folder = tmp_path_factory.mktemp("browser")
    long = " + ".join(f"x_{{{i}}}^2" for i in range(40))
    wide = "| " + " | ".join(f"column{i}" for i in range(20)) + " |\n|" + 20 * "---|" + "\n| " + " | ".join(map(str, range(20))) + " |"
    told = "| claim | measure | verdict |\n|---|---|---|\n| " + " | ".join(["a sentence that says what is claimed"] * 3) + " |"
    text = f"# A title with averyveryverylongwordthatisnoteventobebrokenanywhere\n\nIn a line ${long}$ and `{'aName' * 20}`.\n\n$$ {long} $$\n\n{wide}\n\n{told}\n\n## Part"
    nb = nbformat.read(notebook(folder / "page.ipynb", ("markdown", text), "int a; // " + 90 * "x", ("code", "int b;", "fold")), as_version=4)
    picture = {"output_type": "display_data", "data": {"image/gif": GIF}, "metadata": {"image/gif": {"width": 900, "alt": "It moves"}}}
    nb.cells[1].outputs = [nbformat.from_dict(picture)]
    (folder / "inner.html").write_text(document.render(nb, folder, ["a fact"]).html.replace("</body>", PROBE), encoding="utf-8")
    frame = '<p id="probe"></p><script>addEventListener("message", e => { document.getElementById("probe").textContent = e.data; })</script>'
    (folder / "outer.html").write_text(f'{frame}<iframe src="inner.html" style="width: 390px; height: 800px; border: 0"></iframe>')

    def run(*options) -> dict:
        quiet = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
        quiet += ["--disable-quic", "--disable-component-update", f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=20000"]
        command = [BROWSER, *quiet, *options, "--dump-dom", (folder / "outer.html").as_uri()]
        said = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False).stdout
        shutil.rmtree(folder / "profile", ignore_errors=True)
        return json.loads(html.unescape(re.search(r'<p id="probe">(.+?)</p>', said)[1]))

    return run


def test_a_page_on_a_telephone(probe):
    found = probe()
    width, needed = found["widths"]
    assert width == 390 and needed <= 390, "the page itself does not scroll sideways"
    assert found["sentences"] == [[True, "claim"]], "a table of sentences is read row by row; a table of numbers scrolls"
    assert found["scrolling"] >= 4, "what is wide does: the formulas, the table, the code"
    assert found["moving"] == [["Pause", True, False], ["Play", False, True]]
    assert found["grounds"] == ["rgb(255, 255, 255)", "rgb(20, 24, 28)"]
    assert found["remembered"] == "dark"
    assert (found["copies"], found["open"], found["without"]) == (1, 0, True), "folded code has nothing to copy"


def test_a_page_for_who_wants_it_dark_and_still(probe):
    found = probe("--blink-settings=preferredColorScheme=0", "--force-prefers-reduced-motion")
    assert found["grounds"] == ["rgb(20, 24, 28)", "rgb(255, 255, 255)"]
    assert found["remembered"] == "light"
    assert found["moving"] == [["Play", False, True], ["Pause", True, False]], "it begins at rest"
