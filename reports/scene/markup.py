"""The scene as pieces of a page: markup, style, script, numbers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from vertebra.records.columns import TISSUES

from ..page.rendering import asset, render
from .content import SceneContent
from .embedding import embedded_scene

_SCRIPTS = ("data.js", "body.js", "draw.js", "scene.js")
_PACKAGE = "vertebra.reports.scene"


@dataclass(frozen=True)
class SceneMarkup:
    """Pieces of a page.

    Attributes
    ----------
    html : str
        Controls and canvas, and the numbers.
    style, script : str
    """

    html: str
    style: str
    script: str


def page_scene(content: SceneContent) -> SceneMarkup | None:
    """Scene of a result with its numbers; None where they do not fit into a page."""
    found = embedded_scene(content)
    if found is None:
        return None
    return SceneMarkup(scene_html(found["meta"], found["chunks"]), scene_style(), scene_script())


def scene_html(meta: Mapping[str, Any], chunks: Mapping[str, str]) -> str:
    """Controls and canvas of a scene, followed by its description and numbers."""
    shown = [(name, words) for name, words in TISSUES.items() if name in meta["tissues"]]
    data = "".join(
        f'<script type="application/octet-stream" id="scene-{name}">{text}</script>\n'
        for name, text in chunks.items()
    )
    told = json.dumps(meta).replace("<", "\\u003c")
    about = f'<script type="application/json" id="scene-meta">{told}</script>'
    return f"{render('scene.html.j2', tissues=shown)}{about}\n{data}"


@cache
def scene_style() -> str:
    """Rules of the scene."""
    return asset("assets/scene.css", _PACKAGE)


@cache
def scene_script() -> str:
    """Script of the scene: its parts in one function, so that nothing of it is global."""
    parts = "\n".join(asset(f"assets/{name}", _PACKAGE) for name in _SCRIPTS)
    return f'(() => {{\n"use strict";\n{parts}\n}})();'
