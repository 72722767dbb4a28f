"""What a scenario means before it is run: every value, unit and source."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from rich.console import Console
from rich.table import Table

from vertebra.materials.factors import describe
from vertebra.materials.sources import sources
from vertebra.materials.table import Row

from .activity import activity_row
from .condition import effect_of_patient
from .schema import Scenario

_UNITS = (
    ("_mg_cm3", "mg/cm3"),
    ("_N_per_mm", "N/mm"),
    ("_mm", "mm"),
    ("_ml", "mL"),
    ("_kg", "kg"),
    ("_years", "a"),
    ("_N", "N"),
    ("days", "d"),
    ("day", "d"),
    ("_ratio", "-"),
)


def source_rows(scenario: Scenario) -> list[dict[str, str]]:
    """Constants behind a scenario, for the manifest and for people.

    Returns
    -------
    list of dict
        Keys `quantity`, `value`, `source`, `certainty`.
    """
    cements = {(arm.cement.product, arm.cement.composite) for arm in scenario.arms if arm.cement is not None}
    used = sources(
        scenario.bone.law,
        fracture=scenario.fracture is not None,
        healing=scenario.healing.law,
        cements=tuple(sorted(cements)),
        patient=effect_of_patient(scenario),
        ends=None if scenario.loading.ends == "platens" else scenario.loading.ends,
    )
    activities = tuple(activity_row(name) for name in scenario.loading.activities)
    return [_source_row(row) for row in (*used, *activities)]


def print_scenario(scenario: Scenario, file: Path, console: Console) -> None:
    """Print every value with its unit and where it comes from, the patient's effects and the constants."""
    console.print(f"{scenario.name}\n{file}\n", markup=False, soft_wrap=True)
    values = _table("key", "value", "unit", "from")
    for key, value, given in _leaves(scenario, ""):
        values.add_row(key, _text(value), unit_of(key), "scenario" if given else "default")
    console.print(values)
    effects = describe(effect_of_patient(scenario))
    console.print("\nWhat the patient changes: ratios for time, modulus and strength of repair tissue")
    patient = _table("factor", "acts on", "ratio", "range", "certainty", "source")
    for row in effects:
        patient.add_row(
            row["factor"],
            row["acts_on"],
            f"{row['ratio']:.3g}",
            f"{row['low']:.3g}-{row['high']:.3g}",
            row["certainty"],
            "; ".join(text for text in (row["source"], row["note"]) if text),
        )
    console.print(patient)
    console.print("\nConstants and their sources")
    constants = _table("quantity", "value", "certainty", "source")
    for row in source_rows(scenario):
        constants.add_row(row["quantity"], row["value"], row["certainty"], row["source"])
    console.print(constants)
    console.print(
        "certainty: A read in the source, B recomputed from it, C judgement or general knowledge, approximate",
        soft_wrap=True,
    )


def unit_of(key: str) -> str:
    """Unit that the ending of a key states; empty for words and plain numbers."""
    return next((unit for ending, unit in _UNITS if key.endswith(ending)), "")


def _leaves(section: BaseModel, prefix: str) -> Iterator[tuple[str, Any, bool]]:
    """Walk all values of a scenario: key, value, whether the file gives it."""
    for name, field in type(section).model_fields.items():
        key, value = f"{prefix}{field.alias or name}", getattr(section, name)
        given = name in section.model_fields_set
        if isinstance(value, BaseModel):
            yield from _leaves(value, f"{key}.")
        elif isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
            for item in value:
                yield from _leaves(item, f"{key}.{getattr(item, 'name', '')}.")
        elif value is not None:
            yield key, value, given


def _source_row(row: Row) -> dict[str, str]:
    numbers = {} if row.value is None else {"": row.value}
    numbers |= {f"{name} ": value for name, value in row.parameters.items()}
    value = ", ".join(f"{name}{_text(number)}" for name, number in numbers.items())
    approximate = "approximate; " if row.is_approximate else ""
    return {
        "quantity": f"{row.table}.{row.name}",
        "value": f"{value} {row.unit}".strip(),
        "source": f"{approximate}{row.source}",
        "certainty": row.certainty,
    }


def _text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value)
    return str(value)


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table
