"""Where a result goes, and which earlier result it may replace.

A result replaces its own earlier one: the same inputs, computed again. What was computed from other inputs is
replaced only when asked (`--force`). Inputs are what the scenario gives and the files it names; the code that
computes is none of them.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from vertebra.scenarios.error import ScenarioError
from vertebra.scenarios.schema import Scenario

_LONGEST_VALUE = 24
_LONGEST_VARIANT = 120
_SHOWN = 3
_NOT_IN_NAMES = {"solver.threads", "name"}
"""Keys that no variant is named by: one changes no number, the other the name itself."""


def safe_name(name: str) -> str:
    """Make a scenario's name safe as a folder name."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "scenario"


def variant_name(name: str, replaced: Iterable[tuple[str, Any]]) -> str:
    """Folder name of a scenario of which some values were replaced: `name+key=value+key=value`.

    Parameters
    ----------
    name : str
        Of the scenario.
    replaced : iterable of (str, object)
        Keys and values in the order given; the last of equal keys holds.

    Returns
    -------
    str
        Safe on all systems; the same for the same values, in whatever order they are given.
    """
    values = {key: value for key, value in replaced if key not in _NOT_IN_NAMES}
    parts = [f"+{_safe_text(key)}={_safe_text(values[key])}" for key in sorted(values)]
    variant = "".join(parts)
    if len(variant) > _LONGEST_VARIANT:
        kept = variant[: _LONGEST_VARIANT - 10].rstrip("+=.,-")
        variant = f"{kept}+{_digest(variant)}"
    return safe_name(name) + variant


def _safe_text(value: Any) -> str:
    """A value in safe characters; with a hash where anything is left out."""
    text = _plain_text(value)
    safe = re.sub(r"[^A-Za-z0-9._,-]+", "-", text)
    if (safe == text and len(text) <= _LONGEST_VALUE) or _is_key(text):
        return safe
    return f"{safe[: _LONGEST_VALUE - 8].strip('-.,')}~{_digest(text)}"


def _is_key(text: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+", text) is not None and len(text) <= 60


def _plain_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))  # 4.0 is 4
    if isinstance(value, list | tuple):
        return ",".join(_plain_text(item) for item in value)
    if isinstance(value, dict):
        return json.dumps(value, sort_keys=True, default=str)
    return str(value)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:7]


def inputs_of(scenario: Scenario, hashes: Mapping[str, str]) -> dict[str, Any]:
    """What a result is computed from, as its manifest keeps it.

    Parameters
    ----------
    scenario : Scenario
    hashes : mapping
        SHA-256 of every input file, by path.

    Returns
    -------
    dict
        `scenario`: all values; `given`: those that no default gave; `inputs_sha256`.
    """
    return {
        "scenario": scenario.model_dump(by_alias=True, mode="json"),
        "given": scenario.model_dump(by_alias=True, mode="json", exclude_unset=True),
        "inputs_sha256": dict(hashes),
    }


def check_inputs(out: Path, inputs: Mapping[str, Any], *, force: bool, also: tuple[str, ...] = ()) -> None:
    """Refuse to replace a result that was computed from other inputs.

    Parameters
    ----------
    out : Path
        Folder of the result; a new one, or one without a manifest of ours, passes.
    inputs : mapping
        As `inputs_of` gives them, and any other entry of the manifest named in `also`.
    force : bool
        Whether the user asked to replace it all the same.
    also : tuple of str
        Entries of the manifest that are inputs, too.

    Raises
    ------
    ScenarioError
    """
    before = _manifest_of(out)
    if force or before is None:
        return
    differing = [name for name in also if before.get(name) != json.loads(json.dumps(inputs.get(name)))]
    if not differing and any(
        _values(before, kind) == _values(inputs, kind) for kind in ("given", "scenario")
    ):
        return
    differing += _differences(_values(before, "scenario"), _values(inputs, "scenario"))
    more = f" and {len(differing) - _SHOWN} more" if len(differing) > _SHOWN else ""
    found = ", ".join(differing[:_SHOWN]) + more or "another input file"
    message = (
        f"{out}: found a result of other inputs there ({found}), expected one of the same inputs or a new folder. "
        "Choose another folder with --out DIR, or replace it with --force."
    )
    raise ScenarioError(message)


def _manifest_of(out: Path) -> dict[str, Any] | None:
    try:
        manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return manifest if isinstance(manifest, dict) and "scenario" in manifest else None


def _values(inputs: Mapping[str, Any], kind: str) -> dict[str, Any] | None:
    """Leaves of the tables that decide a result, files by their content; None where they are not kept."""
    tables = inputs.get(kind)
    if tables is None:
        return None
    hashes = inputs.get("inputs_sha256", {})
    leaves = dict(_leaves(json.loads(json.dumps(tables)), ""))
    return {
        key: hashes.get(value, value) if isinstance(value, str) else value
        for key, value in leaves.items()
        if key != "solver.threads"
    }


def _leaves(value: Any, key: str) -> Iterable[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _leaves(item, f"{key}.{name}" if key else name)
    elif isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        for number, item in enumerate(value):
            yield from _leaves(item, f"{key}.{item.get('name', number)}")
    else:
        yield key, value


def _differences(before: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> list[str]:
    """Keys whose values differ, each with both values."""
    before, now = before or {}, now or {}
    keys = [key for key in {**before, **now} if before.get(key) != now.get(key)]
    return [f"{key} = {_shown(before, key)}, now {_shown(now, key)}" for key in keys]


def _shown(values: Mapping[str, Any], key: str) -> str:
    text = "not set" if values.get(key) is None else _plain_text(values[key])
    return text if len(text) <= 40 else f"{text[:37]}..."
