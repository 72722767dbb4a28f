"""Formulas as SVG within the pages, set by matplotlib: neither LaTeX nor a script from elsewhere is needed."""

import io
import logging
import re

from docutils import nodes
from matplotlib import rc_context
from matplotlib.font_manager import FontProperties
from matplotlib.mathtext import math_to_image
from sphinx.application import Sphinx

logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # fonts of other sets are not needed

_SIZE = 12
_POINT = 96 / 72
"""Pixels."""


def picture(tex: str) -> tuple[str, float]:
    """SVG of a formula in the colour of the text, and how far it reaches below the line [px].

    Raises
    ------
    ValueError
        matplotlib cannot set the formula.
    """
    drawn = io.BytesIO()
    with rc_context({"savefig.facecolor": "none"}):  # pages are dark as well
        depth = math_to_image(
            f"${tex.strip()}$",
            drawn,
            prop=FontProperties(size=_SIZE, math_fontfamily="dejavusans"),
            format="svg",
        )
    text = drawn.getvalue().decode()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    prefix = f"f{abs(hash(tex)) % 10**8}-"
    text = re.sub(r'(id="|url\(#|href="#)', rf"\g<1>{prefix}", text)
    return text.replace("<svg ", '<svg role="img" style="fill:currentColor" ', 1), depth * _POINT


def _inline(translator, node: nodes.math) -> None:
    text, depth = picture(node.astext())
    translator.body.append(f'<span class="inline-formula" style="--depth:-{depth:.1f}px">{text}</span>')
    raise nodes.SkipNode


def _block(translator, node: nodes.math_block) -> None:
    for line in filter(None, re.split(r"\\\\\s*\n?", node.astext().strip())):
        translator.body.append(f'<span class="formula">{picture(line)[0]}</span>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Take over formulas in HTML."""
    app.add_node(nodes.math, override=True, html=(_inline, None))
    app.add_node(nodes.math_block, override=True, html=(_block, None))
    app.set_html_assets_policy("per_page")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
