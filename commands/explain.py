"""What a scenario means before it is run: every value with unit, meaning, allowed values and source."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from pydantic import BaseModel
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from vertebra.materials.healing.patient.factors import describe
from vertebra.materials.healing.patient.non_union import Severity, describe_non_union
from vertebra.materials.table import row
from vertebra.models.imported.description import described_image
from vertebra.models.patient import effect_of_patient, non_union_chance
from vertebra.records.manifest.provenance import source_rows
from vertebra.scenarios.anatomy_section import Parametric
from vertebra.scenarios.json_schema import scenario_schema
from vertebra.scenarios.reference import Key, tables_of
from vertebra.scenarios.schema import Scenario
from vertebra.scenarios.units import text_of

from .keys_page import explanation_of, heading_of

_TOGETHER = "all together"
_OF_FRACTURE = tuple(field.name for field in fields(Severity))
_KEY_WIDTH = 40


@dataclass(frozen=True)
class Value:
    """One value of a scenario: its key, its path in the schema, and whether the file, a default or a level gives it."""

    key: str
    path: tuple[str, ...]
    value: Any
    origin: str


def print_scenario(scenario: Scenario, console: Console) -> None:
    """Print every value with its unit, origin, meaning and allowed values, the patient's effects and the constants."""
    console.print(f"{scenario.name}\n{scenario.file}", markup=False, soft_wrap=True)
    tables = tables_of(scenario_schema())
    values = [*_leaves(scenario, "", ()), *_level_sizes(scenario)]
    for table in tables:
        meanings = {key.path: key for key in table.keys}
        shown = [value for value in values if value.path in meanings]
        if shown:
            _heading(console, heading_of(table))
        for value in shown:
            _print_value(value, meanings[value.path], console)
    _print_image(scenario, console)
    _print_patient(scenario, console)
    _heading(console, "Constants and their sources")
    for constant in source_rows(scenario):
        what = f"{constant['quantity']} = {constant['value']}"
        _print_entry(console, what, constant["certainty"], constant["source"])
    _heading(console, "Certainty: A read in the source, B recomputed from it, C judgement, approximate")


def _print_value(value: Value, key: Key, console: Console) -> None:
    """Print one value on a line, or on two where it is long, and what it means below."""
    unit = "" if key.unit == "-" or isinstance(value.value, Unset) else key.unit
    text = " ".join(part for part in (text_of(value.value), unit, f"({value.origin})") if part)
    one_line = f"{value.key:<{_KEY_WIDTH}} {text}"
    if len(one_line) <= console.width:
        console.print(one_line, markup=False)
    else:
        console.print(value.key, markup=False)
        console.print(_below(text))
    meaning = key.meaning.partition("; default: ")[0]  # what holds is printed above
    console.print(_below(explanation_of(replace(key, meaning=meaning)), "dim"))


def _print_image(scenario: Scenario, console: Console) -> None:
    """Print what mask and image hold, where there are some."""
    found = described_image(scenario)
    if found:
        _heading(console, "What the image holds")
    for sentence in found:
        console.print(_below(sentence))


def _print_patient(scenario: Scenario, console: Console) -> None:
    """Print what each factor of the patient does, the products and their caps, and the chance of non-union."""
    _heading(console, "What the patient changes")
    chance = non_union_chance(scenario)
    listed = [*describe(effect_of_patient(scenario)), *describe_non_union(chance)]
    for variant in map(scenario.under, scenario.treatments):  # arms with a drug of their own
        own = [*describe(effect_of_patient(variant)), *describe_non_union(non_union_chance(variant))]
        listed += [
            entry for entry in own if entry["factor"] == variant.treatment.drug and entry not in listed
        ]
    of_fracture = [entry for entry in listed if entry["factor"] in _OF_FRACTURE]
    totals = [entry for entry in listed if entry["factor"] == _TOGETHER]
    acting = [entry for entry in listed if entry not in of_fracture and entry not in totals]
    if acting:
        console.print(_table_of_effects(acting, totals))
        console.print(
            "\ntime: of every phase of healing; inflammation: of that phase, on top of time; modulus, strength: "
            "of what repair tissue adds; vessels: speed of their growth, no delay on top; odds are never turned into "
            "times\n",
            markup=False,
        )
        _print_sources(console, acting)
    else:
        console.print("nothing: no factor is given in [patient], no drug in [treatment]", markup=False)
    if scenario.fracture is not None:
        base = row("non_union", "base_rate")
        _heading(console, "Chance of non-union after 6-12 months of conservative care")
        assert base.value is not None  # the table holds it
        console.print(
            f"{100 * chance.probability:.3g} %, range {100 * chance.low:.3g} to {100 * chance.high:.3g} %: "
            f"published base rate of {text_of(100 * base.value)} % times the odds ratios; stated beside every "
            "healing law, never combined with the union that a mechano-regulated run shows",
            markup=False,
        )
        _print_entry(console, "base rate", base.certainty, f"{base.source}; {base.note}")
        _print_sources(console, of_fracture)


def _print_sources(console: Console, entries: list[dict[str, Any]]) -> None:
    for entry in entries:
        source = "; ".join(text for text in (entry["source"], entry["note"]) if text)
        _print_entry(console, f"{_label(entry['factor'])}, {entry['acts_on']}", entry["certainty"], source)


def _table_of_effects(acting: list[dict[str, Any]], totals: list[dict[str, Any]]) -> Table:
    """Ratios of each factor, grouped by factor, then the products with the bound that holds them."""
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for name in ("factor", "acts on"):
        table.add_column(name, no_wrap=True)
    table.add_column("ratio", justify="right", no_wrap=True)
    table.add_column("range", no_wrap=True)
    table.add_column("certainty", overflow="fold")
    before = None
    for factor in dict.fromkeys(_label(entry["factor"]) for entry in acting):
        for entry in (entry for entry in acting if _label(entry["factor"]) == factor):
            certainty = f"{entry['certainty']}{', approximate' if 'C' in entry['certainty'] else ''}"
            table.add_row(factor if factor != before else "", entry["acts_on"], *_ratio(entry), certainty)
            before = factor
    for entry in totals:
        factor = _TOGETHER if before != _TOGETHER else ""
        bound = entry["note"].replace(": the product lies beyond", ", cut")
        table.add_row(factor, entry["acts_on"], *_ratio(entry), bound, style="bold")
        before = _TOGETHER
    return table


def _label(factor: str) -> str:
    return factor.removesuffix("_years").replace("_", " ")


def _ratio(entry: dict[str, Any]) -> tuple[str, str]:
    """Ratio and range; a dash where only a direction is published."""
    if entry["ratio"] is None:
        return "-", entry["note"].partition(";")[0]
    return f"{entry['ratio']:.3g}", f"{entry['low']:.3g}-{entry['high']:.3g}"


def _heading(console: Console, text: str) -> None:
    console.print(f"\n{text}", style="bold", markup=False)


def _below(text: str, style: str = "") -> Padding:
    """Text below the line that it belongs to."""
    return Padding(Text(text, style=style), (0, 0, 0, 4), expand=False)


def _print_entry(console: Console, what: str, certainty: str, source: str) -> None:
    """Print one constant: what it is, how certain, and its source below."""
    console.print(f"{what}  [{certainty}]", markup=False)
    console.print(_below(source))


def _leaves(section: BaseModel, prefix: str, path: tuple[str, ...]) -> Iterator[Value]:
    """Walk all values of a scenario."""
    for name, field in type(section).model_fields.items():
        spelled = field.alias or name
        key, there, value = f"{prefix}{spelled}", (*path, spelled), getattr(section, name)
        origin = "scenario" if name in section.model_fields_set else "default"
        if isinstance(value, BaseModel):
            yield from _leaves(value, f"{key}.", there)
        elif isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
            for number, item in enumerate(value):
                yield from _leaves(item, f"{key}.{getattr(item, 'name', number)}.", there)
        elif value is not None:
            yield Value(key, there, value, origin)
        elif not isinstance(section, Parametric):  # its sizes come from the level
            yield Value(key, there, _unset(field.description), origin)


class Unset(str):
    """What holds where nothing is given, in words."""


def _unset(description: str | None) -> Unset:
    """What holds where nothing is given: the default that the description names, else "not set"."""
    return Unset((description or "").partition("; default: ")[2] or "not set")


def _level_sizes(scenario: Scenario) -> Iterator[Value]:
    """Sizes of a body that its level gives."""
    anatomy = scenario.mesh.anatomy
    for name, size in anatomy.level_sizes.items():
        path = (*anatomy.key.split("."), name)
        yield Value(".".join(path), path, size, f"level {anatomy.level}")
