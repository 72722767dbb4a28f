"""The scenario of a result, from its manifest: the same values, input files and stored meshes once more."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..error import ScenarioError

RUN, CONVERGENCE, STUDY = "run", "mesh convergence", "study"
"""Kinds of results."""
_COMMANDS = {RUN: "run", CONVERGENCE: "converge", STUDY: "sweep"}
_LARGEST = 20_000_000
"""Size above which a file is no manifest [bytes]."""


def read_manifest(file: Path, kinds: Sequence[str] = (RUN,)) -> dict[str, Any]:
    """Read the manifest of a result of one of some kinds.

    Parameters
    ----------
    file : Path
    kinds : sequence of str

    Raises
    ------
    ScenarioError
        It is none, or of a result of another kind; the message names the command for that.
    """
    expected = "expected the manifest.json of a result of vertebra, or a file in TOML"
    try:
        size = file.stat().st_size
        content = json.loads(file.read_text(encoding="utf-8")) if size <= _LARGEST else None
    except (OSError, ValueError, RecursionError) as error:
        message = f"{file}: cannot be read as JSON ({type(error).__name__}), {expected}. Name another file."
        raise ScenarioError(message) from None
    ours = isinstance(content, dict) and content.get("program") == "vertebra"
    if not isinstance(content, dict) or not ours or not isinstance(content.get("given"), dict):
        message = f"{file}: found no scenario of a run in it, {expected}. Name another file."
        raise ScenarioError(message)
    kind = kind_of(content)
    if kind not in kinds:
        wanted = " or ".join(f"a {each}" for each in kinds)
        message = (
            f"{file}: found the manifest of a {kind}, expected that of {wanted}. `vertebra {_COMMANDS[kind]} {file}` "
            "computes it again."
        )
        raise ScenarioError(message)
    _check_files(file, content.get("inputs_sha256"))
    return content


def kind_of(content: Mapping[str, Any]) -> str:
    """Kind of the result that a manifest belongs to."""
    kind = content.get("kind")
    return kind if kind in (CONVERGENCE, STUDY) else RUN


def _check_files(file: Path, hashes: object) -> None:
    """Input files must be what they were.

    Raises
    ------
    ScenarioError
    """
    for name, digest in hashes.items() if isinstance(hashes, dict) else ():
        path = Path(name)
        if path.suffix.lower() == ".toml":
            continue  # its values are in the manifest
        if not path.is_file():
            message = f"{file}: found no file {name}, expected the one that the result was computed from. Put it back."
            raise ScenarioError(message)
        if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            message = (
                f"{file}: {name} has changed since the result was computed, expected the same content. Put the former "
                "file back, or run the scenario itself."
            )
            raise ScenarioError(message)
