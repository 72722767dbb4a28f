"""JSON Schema of the scenario file, for editors, completion, `check` and the reference page."""

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from .schema import Scenario

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def scenario_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of the scenario file.

    Each key has a meaning (`description`), the allowed values and, where it has one, a `unit`, which is a
    keyword of our own. TOML knows no null, so keys that may be left out have no such alternative.
    """
    return file_schema(Scenario, "Scenario of vertebra")


def file_schema(model: type[BaseModel], title: str) -> dict[str, Any]:
    """JSON Schema of a kind of file, of the model that it is checked against."""
    head = {"$schema": _DIALECT, "title": title}
    return head | _clean(model.model_json_schema(by_alias=True)) | head


def write_schema(file: Path) -> None:
    """Write the JSON Schema."""
    file.write_text(json.dumps(scenario_schema(), indent=1) + "\n", encoding="utf-8")


def _clean(node: Any) -> Any:
    """Drop null alternatives, defaults of whole tables and titles that only repeat the key."""
    if isinstance(node, list):
        return [_clean(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {key: _clean(value) for key, value in node.items()}
    if isinstance(kept.get("title"), str):
        kept.pop("title")
    if isinstance(kept.get("default"), dict) or kept.get("default", 0) in (None, []):
        kept.pop("default")
    alternatives = [one for one in kept.get("anyOf", ()) if one != {"type": "null"}]
    if len(alternatives) == 1:
        kept.pop("anyOf")
        kept = alternatives[0] | kept
    return kept
