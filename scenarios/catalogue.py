"""The scenarios that come with the package."""

import tomllib
from pathlib import Path

FOLDER = Path(__file__).parent / "bundled"
ORDER = (
    "main",
    "intact",
    "biconcave",
    "crush",
    "surface",
    "image",
    "direct",
    "endochondral",
    "rehabilitation",
    "augmentation",
)
"""Bundled names in the order in which `vertebra list` shows them, the main one first."""


def bundled_names() -> tuple[str, ...]:
    """Names that `vertebra run` and `vertebra copy` accept."""
    return ORDER


def bundled_file(name: str) -> Path:
    """Path of a bundled scenario."""
    return FOLDER / f"{name}.toml"


def bundled_title(name: str) -> str:
    """The scenario's own one-line name."""
    return str(tomllib.loads(bundled_file(name).read_text(encoding="utf-8"))["name"])
