"""A notebook as one HTML file that needs nothing else: pictures, formulas and styles are inside."""

from __future__ import annotations

import base64
import html
import re
import textwrap
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import groupby
from pathlib import Path

import nbformat
from nbconvert.filters.ansi import ansi2html
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import JavaLexer

from . import formulas
from .formulas import BadFormula, Formula

HERE = Path(__file__).parent
#: The kinds of output, the best first.
_KINDS = ("text/html", "image/svg+xml", "image/gif", "image/png", "image/jpeg", "text/markdown", "text/latex", "text/plain")
#: Stands for a formula until all of a page's are known; the signs are of Unicode's private area.
_PLACE = re.compile("\ue000(\\d+)\ue001")
#: From how many signs of TeX a formula in a line of text may be wider than a telephone.
_LONG = 40


class BadPage(Exception):
    """A page that cannot be shown as it is written."""


@dataclass
class Document:
    """A rendered page and what the index says of it."""

    title: str
    html: str
    abstract: str = ""
    picture: str = ""
    #: What was said of more than one picture.
    shared_alts: list[str] = field(default_factory=list)


@dataclass
class _Page:
    """What is gathered while the cells are rendered one after the other."""

    folder: Path
    formulas: list[Formula] = field(default_factory=list)
    headings: list[tuple[int, str, str]] = field(default_factory=list)
    alts: dict[str, int] = field(default_factory=dict)
    cell: int = 0

    def alt(self, text: str) -> str:
        """The text that stands for a picture. Two pictures never share one: a second is counted, which shared_alts calls an error."""
        self.alts[text] = self.alts.get(text, 0) + 1
        return text if self.alts[text] == 1 else f"{text} ({self.alts[text]})"

    def formula(self, tex: str, display: bool) -> str:
        self.formulas.append(Formula(html.unescape(tex) if "&lt;" in tex or "&gt;" in tex else tex, display, self.cell))
        place = f"\ue000{len(self.formulas) - 1}\ue001"
        if display:
            return f'<span class="math">{place}</span>'
        return f'<span class="long">{place}</span>' if len(tex) > _LONG else place  # a browser breaks no formula into lines

    def heading(self, level: int, text: str) -> str:
        slug = re.sub(r"[^\w]+", "-", _PLACE.sub("", html.unescape(re.sub(r"<[^>]*>", "", text))).lower()).strip("-") or "section"
        taken = {name for _, name, _ in self.headings}
        unique = next(name for name in (slug, *(f"{slug}-{n}" for n in range(2, 1000))) if name not in taken)
        self.headings.append((level, unique, text))
        return unique


_PAGE_LINK = re.compile(r"^([\w-]+)\.ipynb(#.*)?$")


class _Renderer(IPythonRenderer):
    """Markdown whose formulas are taken out and whose headings are noted."""

    def __init__(self, page: _Page, attachments: dict):
        super().__init__(escape=False, embed_images=True, path=str(page.folder), attachments=attachments)
        self._page = page

    def inline_math(self, body: str) -> str:
        return self._page.formula(body, False)

    def block_math(self, body: str) -> str:
        return self._page.formula(body, True)

    def latex_environment(self, name: str, body: str) -> str:
        return self._page.formula(f"\\begin{{{name}}}{body}\\end{{{name}}}", True)

    def heading(self, text: str, level: int, **attrs) -> str:
        name = self._page.heading(level, text)
        anchor = f'&nbsp;<a class="anchor" href="#{name}" aria-label="Link to this section">#</a>' if level > 1 else ""
        return f'<h{level} id="{name}">{text}{anchor}</h{level}>\n'

    def link(self, text: str, url: str, title: str | None = None) -> str:
        """A link to a page beside this one leads to its report."""
        return super().link(text, _PAGE_LINK.sub(r"\1.html\2", url), title)

    def table(self, text: str) -> str:
        return f'<div class="wide">{_with_scopes(f"<table>{text}</table>")}</div>\n'


def render(notebook, folder: Path, facts: list[str], failure: str = "") -> Document:
    """Renders a notebook; the facts stand at its head, a failure is shown there too."""
    page = _Page(folder)
    body, picture, first_text = [], "", ""
    for solution, cells in groupby(enumerate(_without_neighbours(notebook.cells), 1), key=lambda entry: "solution" in _tags(entry[1])):
        inner = []
        for page.cell, cell in cells:
            if cell.cell_type == "markdown":
                made = f'<div class="text">{_markdown(page, cell)}</div>'
                first_text = first_text or _first_paragraph(made)
                inner.append(made)
            elif cell.cell_type == "code" and cell.source.strip():
                inner.append(_code(page, cell))
                if not picture or "cover" in _tags(cell):
                    picture = _picture(cell) or picture
        block = "\n".join(inner)
        body.append(f'<details class="solution"><summary>Solution</summary>\n{block}\n</details>' if solution and inner else block)
    for stray in re.findall("\ue000(\\d+)\ue001\\$|\\$\ue000(\\d+)\ue001", "".join(body)):
        formula = page.formulas[int(stray[0] or stray[1])]
        raise BadPage(f"cell {formula.cell}: the formula {formula.tex.strip()} has a $ too many at its end")
    try:
        maths = formulas.mathml(page.formulas)
    except BadFormula as error:
        raise BadPage(str(error)) from None

    def set_formulas(text: str) -> str:
        return _PLACE.sub(lambda m: maths[int(m[1])], text)

    title = next((text for level, _, text in page.headings if level == 1), "Untitled")
    title_text = html.unescape(re.sub(r"<[^>]*>", "", _PLACE.sub(lambda m: page.formulas[int(m[1])].tex, title)))
    document = _TEMPLATE.format(
        title=html.escape(title_text),
        about=html.escape(_about(page, first_text)),
        head=_HEAD,
        style=_style(maths),
        facts=" · ".join(html.escape(fact) for fact in facts),
        contents=set_formulas(_contents(page)),
        neighbours=_NEIGHBOURS.format(""),
        failure=f'<div class="failure"><strong>This page failed.</strong><pre>{html.escape(failure)}</pre></div>' if failure else "",
        body=set_formulas("\n".join(body)),
        script=_script(),
    )
    check(document)
    # Without its styles the index could not show a formula of the abstract as the page does; it has its own font for them.
    return Document(title_text, document, set_formulas(first_text), picture, [alt for alt, count in page.alts.items() if count > 1])


_LINK = r"\[[^\]\n]*\]\([\w-]+\.ipynb\)"
_NEIGHBOUR_LINE = re.compile(rf"^(?=.*[←→]){_LINK}(?: *· *{_LINK})?\s*\Z", re.M)


def _without_neighbours(cells: list) -> list:
    """Without the last line, which leads to the neighbours where there is no report; a report has links of its own."""
    if not cells or cells[-1].cell_type != "markdown":
        return cells
    last = nbformat.from_dict({**cells[-1], "source": _NEIGHBOUR_LINE.sub("", cells[-1].source)})
    return [*cells[:-1], *([last] if last.source.strip() else [])]


def title(notebook) -> str:
    """A notebook's title as plain text."""
    texts = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    found = re.search(r"^# +(.+)$", texts, re.M)
    return re.sub(r"[*`$\\{}]", "", found[1]).strip() if found else "Untitled"


def device(notebook) -> str:
    """The device that a page says in the table at its head; nothing if it says none."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            found = re.search(r"<td[^>]*>device</td>\s*<td[^>]*>\s*(cpu|gpu)\(?(\d*)\)?", "".join(output.get("data", {}).get("text/html", "")))
            if found:
                return f"{found[1].upper()} {found[2]}".strip()
    return ""


def _tags(cell) -> list[str]:
    return cell.metadata.get("tags", [])


def _markdown(page: _Page, cell) -> str:
    return MarkdownWithMath(renderer=_Renderer(page, cell.get("attachments", {}))).render(cell.source)


def _with_scopes(text: str) -> str:
    """Tables whose headers say of what: those at the top of their column, the first of a row of its row."""
    text = re.sub(r"<th(?=[\s>])(?![^>]*\bscope=)", '<th scope="col"', text)
    row = re.compile(r"(<tr[^>]*>\s*)<td([^>]*)>((?:(?!</t[dr]>).)*)</td>(?=\s*<td)", re.S)
    return row.sub(r'\1<th scope="row"\2>\3</th>', text)


def _about(page: _Page, paragraph: str) -> str:
    """A paragraph as plain text, for who shows a page by a line or two."""
    plain = _PLACE.sub(lambda m: page.formulas[int(m[1])].tex, html.unescape(re.sub(r"<[^>]*>", "", paragraph)))
    return textwrap.shorten(plain, 200, placeholder=" …")


def _first_paragraph(text: str) -> str:
    found = re.search(r"<p>(.*?)</p>", text, re.S)
    return re.sub(r"</?a\b[^>]*>", "", found[1]) if found else ""


def _code(page: _Page, cell) -> str:
    number = cell.execution_count or " "
    state = "" if "fold" in _tags(cell) else " open"
    source = highlight(cell.source, JavaLexer(stripnl=False), HtmlFormatter(nowrap=True))
    outputs = "\n".join(_output(page, output) for output in cell.outputs)
    return (
        f'<div class="cell"><details class="code"{state}><summary>Java [{number}]</summary>'
        f"<pre>{source.rstrip()}</pre></details>\n" + (f'<div class="outputs">{outputs}</div>' if outputs else "") + "</div>"
    )


def _output(page: _Page, output) -> str:
    if output.output_type == "stream":
        return f'<pre class="{output.name}">{ansi2html(output.text.rstrip())}</pre>'
    if output.output_type == "error":
        return f'<pre class="error">{ansi2html(chr(10).join(output.traceback) or output.ename + ": " + output.evalue)}</pre>'
    data = output.data
    kind = next((kind for kind in _KINDS if kind in data), None)
    if kind is None:
        return ""
    value = "".join(data[kind])
    if kind == "text/html":
        value = re.sub(r'(<img\b[^>]*\balt=")([^"]*)', lambda m: m[1] + html.escape(page.alt(html.unescape(m[2]))), value)
        # A mean stays beside its spread; a table that becomes too wide by it scrolls.
        return f'<div class="wide">{_with_scopes(value.replace(" ± ", "&nbsp;±&nbsp;"))}</div>'
    if kind == "text/markdown":
        renderer = _Renderer(page, {})
        return f'<div class="text">{MarkdownWithMath(renderer=renderer).render(value)}</div>'
    if kind == "text/latex":
        return page.formula(value.strip().strip("$"), True)
    if kind == "text/plain":
        return f"<pre>{html.escape(value)}</pre>"
    about = {**output.metadata, **output.metadata.get(kind, {})}
    alt = page.alt(about.get("alt") or "".join(data.get("text/plain", "")) or "a picture without a description")
    size = "".join(f' {name}="{int(about[name])}"' for name in ("width", "height") if name in about)
    if kind == "image/svg+xml":
        return f'<div class="picture" role="img" aria-label="{html.escape(alt)}">{value[value.find("<svg"):]}</div>'
    return f'<div class="picture"><img alt="{html.escape(alt)}"{size} src="data:{kind};base64,{"".join(value.split())}"></div>'


def _picture(cell) -> str:
    """The first picture of a cell, as an address."""
    for output in cell.outputs:
        for kind in ("image/png", "image/jpeg"):
            if kind in output.get("data", {}):
                return f"data:{kind};base64,{''.join(output.data[kind].split())}"
        found = re.search(r'src="(data:image/[^"]+)"', "".join(output.get("data", {}).get("text/html", "")))
        if found:
            return found[1]
    return ""


def _contents(page: _Page) -> str:
    entries = [f'<li class="h{level}"><a href="#{name}">{text}</a></li>' for level, name, text in page.headings if level in (2, 3)]
    return f'<details class="contents" open><summary>Contents</summary><ol>{"".join(entries)}</ol></details>' if entries else ""


def _script() -> str:
    return (HERE / "page.js").read_text(encoding="utf-8")


def _style(maths: list[str]) -> str:
    css = (HERE / "page.css").read_text(encoding="utf-8")
    face = f"@font-face{{font-family:Formulas;src:url({formulas.font(maths)})}}\n" if maths else ""
    return face + css


#: The sign of the pages, and the colours that somebody chose, before anything is shown.
_HEAD = """<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='6' fill='%230b5cad'/%3E%3Ccircle cx='9' cy='21' r='3.5' fill='white'/%3E%3Ccircle cx='15' cy='24' r='3.5' fill='white'/%3E%3Ccircle cx='24' cy='8' r='3.5' fill='%23ffbd80'/%3E%3C/svg%3E">
<script>try { var theme = localStorage.getItem("nearfar-theme"); if (theme) document.documentElement.dataset.theme = theme; } catch (e) {}</script>"""

_TEMPLATE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<meta name="description" content="{about}">
{head}
<style>
{style}
</style>
</head>
<body>
<header><nav><a href="index.html">All reports</a><label hidden><input type="checkbox" id="without-code"> print without code</label>
<button type="button" id="fold" hidden>Fold all code</button><button type="button" id="theme" hidden>Dark</button></nav><p class="facts">{facts}</p></header>
<div class="columns">
<aside>{contents}</aside>
<main>
{neighbours}
{failure}
{body}
{neighbours}
</main>
</div>
<script>
{script}
</script>
</body>
</html>
"""


def _tall(picture: str) -> bool:
    """Whether a PNG is so much higher than wide that only its upper part can be read in a small frame."""
    if not picture.startswith("data:image/png;base64,"):
        return False
    start = base64.b64decode(picture.split(",", 1)[1][:48])
    return len(start) >= 24 and int.from_bytes(start[20:24], "big") > int.from_bytes(start[16:20], "big")


_NEIGHBOURS = '<nav class="neighbours" aria-label="previous and next page">{}</nav>'


def with_neighbours(document: str, before: dict | None, after: dict | None) -> str:
    """A rendered page with links to the one before it and the one after it; each is an entry of the index."""
    links = [
        f'<a class="{kind}" rel="{kind}" href="{html.escape(entry["page"])}.html">{text.format(html.escape(entry["title"]))}</a>'
        for kind, text, entry in (("prev", "← {}", before), ("next", "{} →", after))
        if entry
    ]
    made = _NEIGHBOURS.format("".join(links))
    return re.sub(re.escape(_NEIGHBOURS).replace(r"\{\}", ".*?"), lambda _: made, document, flags=re.S)


def index(entries: list[dict], facts: list[str]) -> str:
    """The page that leads to the others."""
    cards, maths = [], []
    for entry in entries:
        if "left_out" in entry:
            cards.append(
                f'<li class="card"><div><h2>{html.escape(entry["title"])}</h2><p>Left out: {html.escape(entry["left_out"])}</p>'
                f'<p class="facts">{" · ".join(html.escape(fact) for fact in entry["facts"])}</p></div></li>'
            )
            continue
        shape = ' class="tall"' if _tall(entry["picture"]) else ""
        picture = f'<div class="thumbnail"><img alt=""{shape} src="{entry["picture"]}"></div>' if entry["picture"] else ""
        failed = "" if entry["ok"] else '<strong class="mark">failed</strong> '
        maths += re.findall(r"<math.*?</math>", entry["abstract"], re.S)
        cards.append(
            f'<li><a class="card" href="{html.escape(entry["page"])}.html">{picture}<div>'
            f'<h2>{html.escape(entry["title"])}</h2><p>{entry["abstract"]}</p>'
            f'<p class="facts">{failed}{" · ".join(html.escape(fact) for fact in entry["facts"])}</p></div></a></li>'
        )
    document = _INDEX.format(
        head=_HEAD,
        style=_style(maths),
        facts=" · ".join(html.escape(fact) for fact in facts),
        cards="\n".join(cards),
        script=_script(),
    )
    check(document)
    return document


_INDEX = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>nearfar: reports</title>
<meta name="description" content="Metric learning on the JVM: each loss derived, checked, trained and measured, on pages that were executed.">
{head}
<style>
{style}
</style>
</head>
<body class="index">
<header><nav><button type="button" id="theme" hidden>Dark</button></nav></header>
<main>
<h1>nearfar: reports</h1>
<p class="facts">{facts}</p>
<ul class="cards">
{cards}
</ul>
</main>
<script>
{script}
</script>
</body>
</html>
"""


class _Checker(HTMLParser):
    """Finds what a reader without a network would miss, and formulas that were not recognised as such."""

    _LOADING = {"src", "srcset", "poster", "data", "background", "href", "xlink:href", "action", "formaction"}
    _VERBATIM = {"pre", "code", "script", "style", "math", "svg", "title"}

    def __init__(self):
        super().__init__()
        self.found: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag in self._VERBATIM:
            self._inside.append(tag)
        for name, value in attrs:
            value = (value or "").strip()
            if name in self._LOADING and tag != "a" and not value.startswith(("data:", "#")):
                self.found.append(f"<{tag} {name}={value[:80]!r}> is not inside the page")
            if name == "style":
                self._css(value)

    def handle_endtag(self, tag):
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data):
        if "style" in self._inside:
            self._css(data)
        elif not self._inside:
            raw = re.search(r"\$[^$\n]*[\\^_{][^$\n]*\$|\$\$|\\(?:frac|begin|sum|mathbf|theta)\b", data)
            if raw:
                self.found.append(f"the formula at {data[max(0, raw.start() - 20) : raw.end() + 40].strip()!r} was not recognised")

    def _css(self, text):
        for address in re.findall(r"url\(\s*['\"]?([^)'\"]{0,80})|@import\s+['\"]([^'\"]{0,80})", text):
            if not (address[0] or address[1]).startswith(("data:", "#")):
                self.found.append(f"the style sheet loads {address[0] or address[1]}")


def check(document: str) -> None:
    """Raises BadPage where the document would load anything or shows raw TeX."""
    checker = _Checker()
    checker.feed(document)
    checker.close()
    if checker.found:
        raise BadPage("\n".join(checker.found))
