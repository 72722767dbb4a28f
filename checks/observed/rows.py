"""Published observations and the numbers of the model for them, as rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from vertebra.constants.table import Row, read_table
from vertebra.materials.healing.patient.cohort_rows import Comparison

from ..finding import AGREES, DIFFERS, NEEDS_DATA, NOT_YET, SHOWN, Finding, judge

Numbers = Mapping[str, float]


@dataclass(frozen=True)
class Group:
    """Rows that are computed together because they share a mesh.

    Attributes
    ----------
    title : str
    compute : callable
        Returns the numbers of every row it computes, by the name of the row.
    """

    title: str
    compute: Callable[[], Mapping[str, Numbers]]


@cache
def observed_rows() -> Mapping[str, Row]:
    """All rows of `observed.toml` and `time.toml`, by name and in the order of the files."""
    return MappingProxyType({**_table("observed"), **_table("time")})


def cohort_of(name: str) -> Mapping[str, Any]:
    """Patients of a row of `time.toml`: number, fracture and schedule, as fixed in `time_cohorts.toml`."""
    return _table("time_cohorts")[name].parameters


def _table(name: str) -> Mapping[str, Row]:
    return read_table(Path(__file__).with_name(f"{name}.toml"))


def beside(name: str, computed: Numbers | None) -> Finding:
    """Put computed numbers, or the reason why there are none, beside an observation."""
    entry = observed_rows()[name]
    known = entry.parameters
    low, high = known.get("low", float("-inf")), known.get("high", float("inf"))
    note = entry.note
    if computed is not None:
        verdict = judge(computed, low, high, known["use"])
        if "order" in known and verdict in (AGREES, SHOWN):
            numbers = list(computed.values())
            in_order = numbers == sorted(numbers, reverse=known["order"] == "falling")
            verdict = AGREES if in_order else DIFFERS
    elif "data" in known:
        verdict, note = NEEDS_DATA, f"--data DIR, from {known['data']}"
    elif "quoted" in known:
        verdict, note = SHOWN, known["quoted"]
    else:
        verdict, note = NOT_YET, known["missing"]
    return Finding(
        name=name,
        what=known["observation"],
        reference=known["published"],
        tolerance=known["tolerance"],
        source=entry.source,
        certainty=entry.certainty,
        use=known["use"],
        verdict=verdict,
        computed=computed or {},
        low=low,
        high=high,
        note=note,
    )


def of_comparison(compared: Comparison) -> Finding:
    """Finding of a comparison with patients or cohorts."""
    computed = {"": compared.computed}
    return Finding(
        name=compared.name,
        what=compared.observation,
        reference=compared.published,
        tolerance=f"{compared.low:.4g}-{compared.high:.4g}",
        source=compared.source,
        certainty=compared.certainty,
        use=compared.use,
        verdict=judge(computed, compared.low, compared.high, compared.use),
        computed=computed,
        low=compared.low,
        high=compared.high,
        note=compared.note,
    )
