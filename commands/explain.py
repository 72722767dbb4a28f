"""What a scenario means before it is run: every value, unit and source."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from vertebra.materials.factors import describe
from vertebra.meshes.body import preset
from vertebra.runs.condition import effect_of_patient
from vertebra.runs.provenance import source_rows
from vertebra.scenarios.anatomy_section import Parametric
from vertebra.scenarios.schema import Scenario
from vertebra.scenarios.units import text_of, unit_of


def print_scenario(scenario: Scenario, file: Path, console: Console) -> None:
    """Print every value with its unit and where it comes from, the patient's effects and the constants."""
    console.print(f"{scenario.name}\n{file}\n", markup=False, soft_wrap=True)
    values = Table(box=None, pad_edge=False, header_style="bold")
    values.add_column("key", no_wrap=True)
    values.add_column("value", overflow="fold", min_width=16)
    values.add_column("unit", no_wrap=True)
    values.add_column("from", no_wrap=True)
    for key, value, origin in (*_leaves(scenario, ""), *_level_sizes(scenario)):
        values.add_row(key, text_of(value), unit_of(key), origin)
    console.print(values)
    effect = effect_of_patient(scenario)
    _heading(console, "What the patient changes: ratios for time, modulus and strength of repair tissue")
    for row in describe(effect) if effect.effects else ():
        ratio = f"{row['ratio']:.3g} ({row['low']:.3g}-{row['high']:.3g})"
        source = "; ".join(text for text in (row["source"], row["note"]) if text)
        _print_entry(console, f"{row['factor']}, {row['acts_on']}: x {ratio}", row["certainty"], source)
    if not effect.effects:
        console.print("nothing: no factor is given in [patient]", markup=False)
    if scenario.patient.sex is not None:
        console.print("patient.sex is recorded and changes nothing in this version", markup=False)
    _heading(console, "Constants and their sources")
    for row in source_rows(scenario):
        _print_entry(console, f"{row['quantity']} = {row['value']}", row["certainty"], row["source"])
    _heading(console, "Certainty: A read in the source, B recomputed from it, C judgement, approximate")


def _heading(console: Console, text: str) -> None:
    console.print(f"\n{text}", style="bold", markup=False)


def _print_entry(console: Console, what: str, certainty: str, source: str) -> None:
    """Print one constant: what it is, how certain, and its source below."""
    console.print(f"{what}  [{certainty}]", markup=False)
    console.print(Padding(Text(source), (0, 0, 0, 4)))


def _leaves(section: BaseModel, prefix: str) -> Iterator[tuple[str, Any, str]]:
    """Walk all values of a scenario: key, value, whether the file or a default gives it."""
    for name, field in type(section).model_fields.items():
        key, value = f"{prefix}{field.alias or name}", getattr(section, name)
        origin = "scenario" if name in section.model_fields_set else "default"
        if isinstance(value, BaseModel):
            yield from _leaves(value, f"{key}.")
        elif isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
            for item in value:
                yield from _leaves(item, f"{key}.{getattr(item, 'name', '')}.")
        elif value is not None:
            yield key, value, origin
        elif not isinstance(section, Parametric):  # its sizes come from the level
            yield key, _unset(field.description), origin


def _unset(description: str | None) -> str:
    """What holds where nothing is given: the default that the description names, else "not set"."""
    return (description or "").partition("default")[2].strip(": ") or "not set"


def _level_sizes(scenario: Scenario) -> Iterator[tuple[str, float, str]]:
    """Sizes of a parametric body that its level gives."""
    body = scenario.mesh.parametric
    if body is not None:
        for name, size in asdict(preset(body.level, **body.sizes)).items():
            if name not in body.sizes:
                yield f"mesh.parametric.{name}", size, f"level {body.level}"
