"""TeX to MathML, without a network and without a script in the reader's browser.

pandoc knows TeX (aligned equations, cases, operators with limits) and says so where it does not. What it makes is
corrected in six small ways in which it differs from what TeX sets. Browsers need a font with a MATH table to stretch braces and
to size sums, which few machines have: a subset of STIX Two Math, just the signs of one page, goes into the page.
"""

from __future__ import annotations

import base64
import html
import importlib.util
import io
import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Formula:
    """One formula and where it stands."""

    tex: str
    display: bool
    cell: int


class BadFormula(Exception):
    """A formula that cannot be set."""


def _pandoc() -> str:
    folder = Path(importlib.util.find_spec("pypandoc").origin).parent / "files"
    return str(next(path for path in (folder / "pandoc", folder / "pandoc.exe") if path.exists()))


def _run(formulas: list[Formula]) -> tuple[list[str], str]:
    kind = {True: {"t": "DisplayMath"}, False: {"t": "InlineMath"}}
    blocks = [{"t": "Para", "c": [{"t": "Math", "c": [kind[f.display], f.tex]}]} for f in formulas]
    document = {"pandoc-api-version": [1, 23, 1], "meta": {}, "blocks": blocks}
    done = subprocess.run(
        [_pandoc(), "-f", "json", "-t", "html", "--mathml"],
        input=json.dumps(document),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return re.findall(r"<p>(.*?)</p>", done.stdout, re.S), done.stderr


def mathml(formulas: list[Formula]) -> list[str]:
    """The formulas as MathML; raises BadFormula naming the cell and the formula of each that cannot be set."""
    if not formulas:
        return []
    made, _ = _run(formulas)
    assert len(made) == len(formulas)
    bad = []
    for formula, result in zip(formulas, made):
        if not result.startswith("<math"):
            said = [text.strip() for text in _run([formula])[1].splitlines() if text.strip().startswith("unexpected")]
            bad.append(f"cell {formula.cell}: the formula {formula.tex.strip()} cannot be set: {''.join(said[:1]) or 'unknown TeX'}")
    if bad:
        raise BadFormula("\n".join(bad))
    return [_correct(result) for result in made]


def _correct(math: str) -> str:
    math = re.sub(r"<annotation.*?</annotation>", "", math, flags=re.S)
    math = math.replace("<semantics>", "").replace("</semantics>", "")
    # \mathbf is upright in TeX; pandoc makes it slanted (Greek letters, only from \boldsymbol, stay slanted).
    math = re.sub("[\U0001d468-\U0001d49b]", lambda m: chr(ord(m[0]) - 0x1D468 + 0x1D400), math)
    math = math.replace(' mathvariant="bold-italic"', "").replace(' mathvariant="bold"', "")
    # max_k z_k, cos^2 x: an operator with something below or above it brings its space along.
    math = re.sub(
        r'(<m(?:under|sub|sup|subsup|underover)>)(<mrow>)?<mi mathvariant="normal">(\w\w[\w\s]*)</mi>(?(2)<mo>(?:&#8289;|\u2061)</mo></mrow>)',
        r'\1<mo lspace="0.167em" rspace="0.167em" movablelimits="false">\3</mo>',
        math,
    )
    # log p: a thin space after any other function's name, unless a bracket follows.
    math = re.sub(r"<mo>(?:&#8289;|\u2061)</mo></mrow>(?!<mo [^>]*form=\"prefix\")", '<mspace width="0.167em"/></mrow>', math)
    # \hat x: an accent as wide as it is, not stretched over the letter.
    math = re.sub(r'(</mi>|</mn>)<mo accent="true">', r'\1<mo accent="true" stretchy="false">', math)
    # Aligned equations are set as large as a lone one (matrices and cases are not).
    math = math.replace('<mtable><mtr><mtd columnalign="right"', '<mtable displaystyle="true"><mtr><mtd columnalign="right"')
    # \|x\|: a bracket on both sides, not a relation with space around it.
    return re.sub(r"<mo stretchy=\"false\" form=\"postfix\">\u2225</mo>", '<mo stretchy="false" lspace="0" rspace="0">\u2016</mo>', math)


def font(maths: list[str]) -> str:
    """The subset of the font that these formulas need, as a data address for a style sheet."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    signs = set(html.unescape(re.sub(r"<[^>]*>", "", "".join(maths))))
    signs |= {slanted for sign in signs if (slanted := _slanted(sign))} | set("√‾¯()[]{}|‖")
    path = Path(importlib.util.find_spec("ziamath").origin).parent / "fonts" / "STIXTwoMath-Regular.ttf"
    options = subset.Options(flavor="woff", hinting=False, layout_features=["ssty", "dtls", "flac"], notdef_outline=True)
    face = TTFont(path)
    cut = subset.Subsetter(options)
    cut.populate(unicodes=[ord(sign) for sign in signs])
    cut.subset(face)
    face.flavor = "woff"
    out = io.BytesIO()
    face.save(out)
    return "data:font/woff;base64," + base64.b64encode(out.getvalue()).decode("ascii")


def _slanted(sign: str) -> str | None:
    """The mathematical italic that a browser shows for a letter standing alone."""
    for first, last, italic in (("A", "Z", 0x1D434), ("a", "z", 0x1D44E), ("Α", "Ω", 0x1D6E2), ("α", "ω", 0x1D6FC)):
        if first <= sign <= last:
            return "ℎ" if sign == "h" else chr(italic + ord(sign) - ord(first))
    return {"∂": "𝜕", "ϵ": "𝜖", "ϑ": "𝜗", "ϰ": "𝜘", "ϕ": "𝜙", "ϱ": "𝜚", "ϖ": "𝜛", "∇": "𝛻"}.get(sign)
