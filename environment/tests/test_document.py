"""Formulas and pages as HTML: complete in themselves, or an error that says where."""

import base64
import re

import nbformat
import pytest
from conftest import notebook
from pygments.token import STANDARD_TYPES

from house import document, formulas
from house.document import BadPage
from house.formulas import BadFormula, Formula

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()


def maths(tex: str, display: bool = True) -> str:
    return formulas.mathml([Formula(tex, display, 1)])[0]


@pytest.mark.parametrize(
    "tex, parts",
    [
        (r"\theta_{y_i}", ["<msub><mi>θ</mi><msub><mi>y</mi><mi>i</mi></msub></msub>"]),
        (r"\frac{\partial L}{\partial z_j}", ["<mfrac>", "∂"]),
        (r"\sum_{i=1}^{N} x_i", ["<munderover><mo", "∑"]),
        (r"\begin{aligned} a &= b \\ &= c \end{aligned}", ["<mtable", "<mtr>"]),
        (r"f(x)=\begin{cases} x, & \text{if } x \ge 0 \\ 0, & \text{else} \end{cases}", ["<mtable", "{", "if"]),
        (r"\lVert \mathbf{x} \rVert_2^2", ["<msubsup>", "<mi>𝐱</mi>", "‖"]),
        (r"\operatorname*{arg\,max}_j p_j", ["<munder>"]),
        (r"\mathbb{R}^{C \times D}", ["ℝ"]),
        (r"\begin{bmatrix} \cos\theta & -\sin\theta \end{bmatrix}", ["<mtable", "[", "]"]),
        (r"0.5\,\text{rad}", ["rad"]),
        (r"a < b \quad c > d", ["&lt;", "&gt;"]),
    ],
)
def test_formulas_of_the_subject(tex, parts):
    made = maths(tex)
    assert made.startswith("<math") and made.endswith("</math>")
    assert "\\" not in made and "annotation" not in made
    for part in parts:
        assert part in made


def test_a_function_stands_off_from_its_argument_but_not_from_a_bracket():
    assert "log</mi><mspace" in maths(r"\log p")
    assert "<mspace" not in maths(r"\log(p)")
    assert 'rspace="0.167em" movablelimits="false">max</mo>' in maths(r"\max_k z_k", False)


def test_norms_are_brackets_and_bold_is_upright():
    assert 'lspace="0" rspace="0">‖' in maths(r"\|x\|")
    assert "𝜽" in maths(r"\boldsymbol{\theta}")
    assert "𝐖" in maths(r"\mathbf{W}")


def test_inline_and_display():
    assert 'display="block"' in maths("x", True)
    assert 'display="inline"' in maths("x", False)


@pytest.mark.parametrize("tex", [r"\unknowncommand{x}", r"\frac{a", "x_"])
def test_a_formula_that_cannot_be_set_names_its_cell(tex):
    with pytest.raises(BadFormula, match="cell 7: the formula .* cannot be set: unexpected") as error:
        formulas.mathml([Formula("x", True, 3), Formula(tex, True, 7)])
    assert tex in str(error.value)


def page(tmp_path, *cells):
    return nbformat.read(notebook(tmp_path / "page.ipynb", *cells), as_version=4)


def rendered(tmp_path, *cells, outputs=()):
    nb = page(tmp_path, *cells)
    if outputs:
        code = next(cell for cell in nb.cells if cell.cell_type == "code")
        code.outputs = [nbformat.from_dict(output) for output in outputs]
    return document.render(nb, tmp_path, ["data set glyphs"])


def test_markdown_does_not_touch_formulas(tmp_path):
    made = rendered(tmp_path, ("markdown", r"# T" "\n\n" r"both $x_{i}$ and $y_{i}$, $a * b * c$, $\{1\}$, *this* is slanted, `$x$` is code")).html
    assert made.count("<math") == 4
    assert made.count("<em>") == 1
    assert "<code>$x$</code>" in made
    assert "{" in re.findall(r"<math.*?</math>", made)[3]


def test_display_formulas_environments_and_headings(tmp_path):
    made = rendered(
        tmp_path,
        ("markdown", "# Title with $x$\n\nThe abstract, $y$.\n\n$$\na_{1}\n= b\n$$\n\n\\begin{align} a &= b \\\\ c &= d \\end{align}\n\n## Part $p_y$\n\n## Part $p_y$\n\n### Sub"),
    )
    assert made.title == "Title with x"
    assert made.abstract.startswith("The abstract, <math")
    assert made.html.count('<span class="math"><math') == 2
    names = re.findall(r'<li class="h[23]"><a href="#([^"]+)"', made.html)
    assert names == ["part", "part-2", "sub"]
    for name in names:
        assert f'id="{name}"' in made.html
        assert f'<a class="anchor" href="#{name}" aria-label=' in made.html, "a heading says its own address"
    assert '<meta name="description" content="The abstract, y.">' in made.html


def test_links_between_pages_lead_to_their_reports(tmp_path):
    made = rendered(tmp_path, ("markdown", "# T\n\n[a](02-other.ipynb), [b](02-other.ipynb#part), [c](https://example.org/x.ipynb), [d](#here)")).html
    assert re.findall(r'<a href="([^"]+)">[a-d]<', made) == ["02-other.html", "02-other.html#part", "https://example.org/x.ipynb", "#here"]


@pytest.mark.parametrize("line", ["[← 1 · A](01-a.ipynb) · [3 · C →](03-c.ipynb)", "[← 1 · A](01-a.ipynb)", "[3 · C →](03-c.ipynb)\n"])
def test_the_links_to_the_neighbours_stand_there_once(tmp_path, line):
    """The notebook has them for JupyterLab and GitHub; a report gets its own."""
    for cells in ([("markdown", line)], [("markdown", f"## References\n\nA [link](04-d.ipynb).\n\n{line}")]):
        made = rendered(tmp_path, ("markdown", "# T"), *cells).html
        assert "01-a" not in made and "03-c" not in made
        linked = document.with_neighbours(made, {"page": "01-a", "title": "1 · A"}, None)
        assert linked.count('href="01-a.html">← 1 · A</a>') == 2
    assert "04-d.html" in made
    assert "01-a.html" in rendered(tmp_path, ("markdown", "# T"), ("markdown", "see [1 · A](01-a.ipynb)")).html


def test_a_spread_stays_beside_its_mean(tmp_path):
    table = {"text/html": "<table><tr><td>1.0 ± 0.2</td></tr></table>", "text/plain": ""}
    made = rendered(tmp_path, ("markdown", "# T"), "show()", outputs=[{"output_type": "display_data", "data": table, "metadata": {}}]).html
    assert "<td>1.0&nbsp;±&nbsp;0.2</td>" in made


def test_headers_say_what_they_are_headers_of(tmp_path):
    row = '<tr><td style="text-align: left">ArcFace</td><td>0.5</td></tr>'
    table = {"text/html": f'<table><thead><tr><th style="x">loss</th><th>MAP</th></tr></thead>\n<tbody>{row}</tbody></table>', "text/plain": ""}
    made = rendered(
        tmp_path,
        ("markdown", "# T\n\n| a | b |\n|---|---|\n| c | $d$ |"),
        "show()",
        outputs=[{"output_type": "display_data", "data": table, "metadata": {}}],
    ).html
    assert re.findall("<th[ >].*?</th>", made)[:3] == ['<th scope="col">a</th>', '<th scope="col">b</th>', '<th scope="row">c</th>']
    assert '<tr><th scope="col" style="x">loss</th><th scope="col">MAP</th></tr>' in made
    assert '<tr><th scope="row" style="text-align: left">ArcFace</th><td>0.5</td></tr>' in made


def test_no_two_pictures_share_their_text(tmp_path):
    panels = {"text/html": '<div><img alt="a &lt; b" src="data:,"><img width="1" alt="a &lt; b" src="data:,"></div>', "image/png": PNG}
    made = rendered(tmp_path, ("markdown", "# T"), "show()", outputs=[{"output_type": "display_data", "data": panels, "metadata": {}}])
    assert re.findall('alt="(.*?)"', made.html) == ["a &lt; b", "a &lt; b (2)"]
    assert made.shared_alts == ["a < b"]
    assert made.picture == f"data:image/png;base64,{PNG}", "the cover is one picture"
    pictures = [{"output_type": "display_data", "data": {"image/png": PNG}, "metadata": {"image/png": {"alt": alt}}} for alt in "aba"]
    made = rendered(tmp_path, ("markdown", "# T"), "show()", outputs=pictures)
    assert re.findall('<img alt="(.*?)"', made.html) == ["a", "b", "a (2)"]
    assert made.shared_alts == ["a"]


CSS = (document.HERE / "page.css").read_text(encoding="utf-8")
COLOURS = {name: pair for name, *pair in re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", CSS)}
GROUNDS = ("page", "ground", "warning", "alarm", "solution")
TEXTS = sorted(set(re.findall(r"(?<![-\w])color: var\(--([\w-]+)\)", CSS)))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_what_the_standard_says():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005), "the well-known grey that just fails"


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", TEXTS)
def test_every_text_can_be_read_on_every_ground(text, ground, theme):
    assert contrast(COLOURS[text][theme], COLOURS[ground][theme]) >= 4.5


def test_no_colour_is_used_that_is_not_among_those():
    rules = CSS[CSS.index("* {") :]
    assert set(re.findall(r"#[0-9a-f]{3,8}\b", rules)) == {"#ffffff"}, "the ground of pictures, which bear no text"
    assert set(re.findall(r"(?<![-\w])(?:color|background): (.*?)[;}]", rules)) <= {"inherit", "#ffffff", *(f"var(--{name})" for name in {*TEXTS, *GROUNDS})}
    assert set(TEXTS) >= {"ink", "soft", "link", "bad"}


def test_every_token_of_code_has_a_colour_that_was_looked_at():
    """A class of Pygments without a rule has the colour of the text around it."""
    classes = set(filter(None, STANDARD_TYPES.values()))
    coloured = {name for names in re.findall(r"^(\.[\w., ]+) \{ color: var\(--\w+\);", CSS, re.M) for name in re.findall(r"\.(\w+)", names)}
    assert {"k", "kd", "kt", "nf", "na", "s", "mi", "c1", "nd"} - coloured <= {"na"}
    assert len(coloured & classes) > 40


def test_an_animation_plays_in_the_page(tmp_path):
    gif = {"image/gif": "R0lGODlh\n", "text/plain": "It <moves>"}
    made = rendered(
        tmp_path,
        ("markdown", "# T"),
        "show()",
        outputs=[{"output_type": "display_data", "data": gif, "metadata": {"image/gif": {"width": 64, "alt": "It <moves>"}}}],
    )
    assert '<img alt="It &lt;moves&gt;" width="64" src="data:image/gif;base64,R0lGODlh">' in made.html
    assert made.picture == "", "half a megabyte is no cover"
    assert "prefers-reduced-motion" in made.html and "data:image/gif" in document._script(), "it can be stopped"


def test_a_page_needs_nothing_else(tmp_path):
    made = rendered(
        tmp_path,
        ("markdown", "# T\n\n[a link](https://example.org/) $x$"),
        "show()",
        outputs=[{"output_type": "display_data", "data": {"image/png": PNG, "text/plain": "A <chart>"}, "metadata": {"image/png": {"width": 300}}}],
    )
    assert f'<img alt="A &lt;chart&gt;" width="300" src="data:image/png;base64,{PNG}">' in made.html
    assert "font/woff;base64," in made.html
    assert made.picture == f"data:image/png;base64,{PNG}"
    loads = re.findall(r'<(?!a )[^>]*(?:src|href)="(?!data:|#)[^"]*"', made.html)
    assert loads == []


@pytest.mark.parametrize(
    "source",
    [
        "![x](https://example.org/x.png)",
        '<img src="//example.org/x.png">',
        '<script src="https://example.org/x.js"></script>',
        '<div style="background: url(https://example.org/x.png)">x</div>',
        "<style>@import 'https://example.org/x.css';</style>",
        '<link rel="stylesheet" href="x.css">',
        "![x](missing.png)",
    ],
)
def test_a_page_that_would_load_something_is_refused(tmp_path, source):
    with pytest.raises(BadPage):
        rendered(tmp_path, ("markdown", "# T\n\n" + source))


def test_a_picture_beside_the_page_goes_inside(tmp_path):
    (tmp_path / "x.png").write_bytes(base64.b64decode(PNG))
    assert f'src="data:image/png;base64,{PNG}"' in rendered(tmp_path, ("markdown", "# T\n\n![a picture](x.png)")).html


@pytest.mark.parametrize("source", [r"it is $\theta_i$$ here", r"it is $$$\theta_i$ here", r"\$x_i\$ is raw", r"then $$ alone", r"then \frac{a}{b}"])
def test_tex_that_is_not_recognised_is_refused(tmp_path, source):
    with pytest.raises(BadPage, match="was not recognised|cannot be set|a \\$ too many"):
        rendered(tmp_path, ("markdown", "# T\n\n" + source))


def test_money_is_no_formula(tmp_path):
    assert "costs $5" in rendered(tmp_path, ("markdown", "# T\n\nIt costs $5.")).html


def test_solutions_are_folded_together(tmp_path):
    made = rendered(
        tmp_path, ("markdown", "# T"), ("markdown", "so: $x$", "solution"), ("code", "f()", "solution"), ("markdown", "after")
    ).html
    (folded,) = re.findall(r'<details class="solution">(.*)</details>\n<div class="text"><p>after', made, re.S)
    assert "so:" in folded and "Java [" in folded


def test_code_can_be_folded_from_the_start(tmp_path):
    made = rendered(tmp_path, ("markdown", "# T"), ("code", "int a;", "fold"), "int b;").html
    assert re.findall(r'<details class="code"( open)?>', made) == ["", " open"]


def test_outputs_are_escaped(tmp_path):
    made = rendered(
        tmp_path,
        ("markdown", "# T"),
        'print("<b>")',
        outputs=[
            {"output_type": "stream", "name": "stdout", "text": "<b>\x1b[31mred\x1b[0m"},
            {"output_type": "execute_result", "data": {"text/plain": "List<Integer>"}, "metadata": {}, "execution_count": 1},
            {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["\x1b[31mE: a < b"]},
        ],
    ).html
    assert "&lt;b&gt;" in made and "List&lt;Integer&gt;" in made and "a &lt; b" in made
    assert "\x1b" not in made
