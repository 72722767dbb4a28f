"""All charts of a result, by the file that each is kept in."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from vertebra.records.column import TableLayout
from vertebra.records.columns import (
    ACTIVITIES,
    CAPACITY,
    HEALING,
    INTERACTION,
    LOAD_DISPLACEMENT,
    NEVER_UNITED,
    TISSUE,
)
from vertebra.records.result_files import (
    CAPACITY_FIGURE,
    HEALING_FIGURE,
    HEIGHT_FIGURE,
    INTERACTION_FIGURE,
    TISSUE_FIGURE,
    VIRTUAL_TEST_FIGURE,
    ResultFile,
)
from vertebra.records.tables import Row

from .capacity import capacity_panels, height_panels
from .course import Arms
from .drawing import svg_file
from .healing import healing_panels, tissue_panels
from .panel import Panel
from .strength import interaction_panels, pressing_panels

Tables = Mapping[TableLayout, Sequence[Row]]


def charts_of(tables: Tables, arms: Arms) -> dict[ResultFile, list[Panel]]:
    """Panels of every chart that has something to show.

    Parameters
    ----------
    tables : mapping of TableLayout to sequence of dict
    arms : Arms

    Returns
    -------
    dict of ResultFile to list of Panel
    """
    loads = {str(row["activity"]): float(row["load_N"]) for row in tables[ACTIVITIES]}
    capacity, healing = tables[CAPACITY], tables[HEALING]
    heals = bool(arms.names)
    charts = {
        CAPACITY_FIGURE: capacity_panels(capacity, arms, loads, tables[NEVER_UNITED]) if heals else [],
        HEIGHT_FIGURE: height_panels(capacity, healing, arms, tables[NEVER_UNITED]) if heals else [],
        TISSUE_FIGURE: tissue_panels(tables[TISSUE], arms),
        HEALING_FIGURE: healing_panels(healing, arms) if healing else [],
        VIRTUAL_TEST_FIGURE: pressing_panels(tables[LOAD_DISPLACEMENT], capacity, arms)
        if tables[LOAD_DISPLACEMENT]
        else [],
        INTERACTION_FIGURE: interaction_panels(tables[INTERACTION], arms) if tables[INTERACTION] else [],
    }
    return {file: panels for file, panels in charts.items() if panels}


def write_charts(folder: Path, tables: Tables, arms: Arms) -> None:
    """Write every chart as a file of its own, for other pages and papers."""
    for file, panels in charts_of(tables, arms).items():
        (folder / file.name).write_text(svg_file(panels), encoding="utf-8")
