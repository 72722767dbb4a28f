"""Templates to pages that stand alone: styles and scripts within, every request forbidden."""

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ..charts.drawing import style as chart_style
from .quantity import bound


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("vertebra.reports.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["bound"] = bound
    environment.globals["chart_style"] = lambda: Markup(chart_style())
    environment.globals["page_style"] = lambda: Markup(asset("templates/page.css"))
    return environment


def render(template: str, **values: Any) -> str:
    """Page of a template.

    Parameters
    ----------
    template : str
        Name in `templates/`.
    **values : object
        What it shows; plain text is escaped.
    """
    return _templates().get_template(template).render(**values)


@cache
def asset(name: str, package: str = "vertebra.reports.page") -> str:
    """Text of a file of a package."""
    return files(package).joinpath(name).read_text(encoding="utf-8")


def policy(*scripts: str, connect: str = "'none'") -> str:
    """Content-Security-Policy of a page: these scripts alone, pictures and styles within the page, no request.

    Parameters
    ----------
    *scripts : str
        Texts of the scripts.
    connect : str
        Where the page may fetch from.
    """
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in scripts
    )
    return (
        f"default-src 'none'; script-src {hashes or chr(39) + 'none' + chr(39)}; style-src 'unsafe-inline'; "
        f"img-src data:; connect-src {connect}; base-uri 'none'; form-action 'none'"
    )
