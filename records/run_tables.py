"""All tables of a run, from its states to CSV files."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from vertebra.courses.bands.band import BAND_COLUMNS, Bands
from vertebra.courses.daily_load import daily_load, load_of
from vertebra.courses.day_state import State
from vertebra.courses.plan import INTACT
from vertebra.scenarios.schema import Scenario

from .capacity.between import settle_capacity
from .capacity.catching_up import catching_up_rows
from .capacity.neighbours import neighbour_rows
from .capacity.over_untreated import augmentation_rows
from .capacity.resolution import with_basis
from .capacity.restored import kyphoplasty_rows
from .column import TableLayout
from .columns import (
    ACTIVITIES,
    AUGMENTATION,
    CAPACITY,
    CATCHING_UP,
    DICTIONARY,
    FOLLOW_UP,
    HEALING,
    INFLUENCE,
    INTERACTION,
    KYPHOPLASTY,
    LOAD_DISPLACEMENT,
    LOAD_TO_STRENGTH,
    NEIGHBOURS,
    NEVER_UNITED,
    NEVER_UNITED_SHARE,
    TISSUE,
    TOTAL_BANDS,
)
from .follow_up import follow_up_rows
from .interaction import interaction_rows
from .load_displacement import curve_rows, strength_columns
from .reference import dictionary_rows
from .tables import Row, activity_rows, load_to_strength_rows, with_ratios, write_csv

Tables = Mapping[TableLayout, Sequence[Row]]


def run_tables(
    scenario: Scenario,
    states: Sequence[State],
    bands: Bands | None = None,
    total: Mapping[tuple[str, int], Mapping[str, float]] | None = None,
    influence: Sequence[Row] = (),
) -> dict[TableLayout, list[Row]]:
    """Rows of every table of a run.

    Parameters
    ----------
    scenario : Scenario
    states : sequence of State
        All states, without their fields; one of the intact vertebra.
    bands : Bands, optional
        Of the spread between patients.
    total : mapping of (arm, day) to mapping of str to float, optional
        Ends of the total bands.
    influence : sequence of dict
        Rows of `influence.csv`.

    Returns
    -------
    dict of TableLayout to list of dict
        One entry for each of `RUN_TABLES`.
    """
    bands = Bands() if bands is None else bands
    total = {} if total is None else total
    unbanded = (*BAND_COLUMNS, NEVER_UNITED_SHARE.name, *(column.name for column in TOTAL_BANDS))
    unknown = dict.fromkeys(unbanded, float("nan"))
    states = settle_capacity(scenario, states)
    capacity = with_basis(
        scenario,
        with_ratios(
            [
                _row(
                    state,
                    {
                        **state.row,
                        **strength_columns(state),
                        **unknown,
                        **bands.rows.get((state.arm, state.day), {}),
                        **total.get((state.arm, state.day), {}),
                    },
                )
                for state in states
            ]
        ),
    )
    broken = [state for state in states if state.has_zone]
    tissue = [_row(state, state.tissue) for state in broken]
    healing = [_row(state, state.healing) for state in broken]
    loads = {name: load_of(scenario, name) for name in scenario.loading.activities}
    daily = {
        (state.arm, float(state.day)): daily_load(scenario, state.day)
        for state in states
        if state.arm != INTACT.name
    }
    return {
        CAPACITY: capacity,
        NEVER_UNITED: bands.never,
        INFLUENCE: list(influence),
        LOAD_DISPLACEMENT: curve_rows(states),
        INTERACTION: interaction_rows(states),
        NEIGHBOURS: neighbour_rows(scenario, states),
        TISSUE: tissue,
        HEALING: healing,
        ACTIVITIES: activity_rows(capacity, loads, scenario.loading.load_to_strength_limit),
        LOAD_TO_STRENGTH: load_to_strength_rows(capacity, loads, daily),
        FOLLOW_UP: follow_up_rows(scenario, capacity, tissue, healing),
        CATCHING_UP: catching_up_rows(scenario, capacity),
        AUGMENTATION: augmentation_rows(
            scenario, capacity, healing, [_row(state, state.row) for state in states]
        ),
        KYPHOPLASTY: kyphoplasty_rows(states),
        DICTIONARY: dictionary_rows(),
    }


def write_tables(folder: Path, tables: Tables, activities: Iterable[str]) -> None:
    """Write every table as a CSV file.

    Parameters
    ----------
    folder : Path
    tables : mapping of TableLayout to sequence of dict
    activities : iterable of str
        Activities of the scenario: some tables have a column for each.
    """
    listed = tuple(activities)
    for table, rows in tables.items():
        write_csv(folder / table.file, table.names_with(listed), rows)


def _row(state: State, values: Mapping[str, float]) -> Row:
    row: Row = {"arm": state.arm, "day": state.day}
    return row | {name: "" if np.isnan(value) else value for name, value in values.items()}
