"""All figures of a run, from the rows of its tables to files."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from vertebra.records.column import TableLayout
from vertebra.records.columns import (
    ACTIVITIES,
    CAPACITY,
    FOLLOW_UP,
    HEALING,
    INTERACTION,
    LOAD_DISPLACEMENT,
    LOAD_TO_STRENGTH,
    TISSUE,
)
from vertebra.records.result_files import (
    CAPACITY_FIGURE,
    CAPACITY_IMAGE,
    HEALING_FIGURE,
    INTERACTION_FIGURE,
    LOAD_RATIO_FIGURE,
    TISSUE_FIGURE,
    VIRTUAL_TEST_FIGURE,
)
from vertebra.records.tables import Row

from .capacity import capacity_figure, save_figure, tissue_figure
from .healing import healing_figure
from .interaction import interaction_figure
from .load_ratio import load_ratio_figure
from .virtual_test import virtual_test_figure


def draw_figures(
    folder: Path,
    tables: Mapping[TableLayout, Sequence[Row]],
    name: str,
    injections: Mapping[str, float],
    limit: float,
) -> None:
    """Draw every figure whose table has rows.

    Parameters
    ----------
    folder : Path
        Where the figures go.
    tables : mapping of TableLayout to sequence of dict
        Rows of all tables of the run.
    name : str
        Name of the scenario.
    injections : mapping of str to float [d]
        Day on which an arm is injected.
    limit : float [-]
        Load over capacity that is marked.
    """
    capacity, curves, healing = tables[CAPACITY], tables[LOAD_DISPLACEMENT], tables[HEALING]
    loads = {str(row["activity"]): float(row["load_N"]) for row in tables[ACTIVITIES]}
    figure = capacity_figure(capacity, name, loads, injections)
    for file in (CAPACITY_FIGURE, CAPACITY_IMAGE):
        save_figure(figure, folder / file.name)
    if tables[TISSUE]:
        tissue = tissue_figure(tables[TISSUE], "Tissue in the fracture zone", injections)
        save_figure(tissue, folder / TISSUE_FIGURE.name)
    if healing:
        progress = healing_figure(healing, "Healing of the fracture zone", injections)
        save_figure(progress, folder / HEALING_FIGURE.name)
    if tables[FOLLOW_UP]:
        of_intact = [row for row in tables[LOAD_TO_STRENGTH] if row["arm"] == "intact"]
        intact = {str(row["activity"]): float(row["ratio"]) for row in of_intact}
        ratios = load_ratio_figure(tables[FOLLOW_UP], intact, limit, injections)
        save_figure(ratios, folder / LOAD_RATIO_FIGURE.name)
    if curves:
        save_figure(virtual_test_figure(curves, capacity), folder / VIRTUAL_TEST_FIGURE.name)
    if tables[INTERACTION]:
        save_figure(interaction_figure(tables[INTERACTION]), folder / INTERACTION_FIGURE.name)
