"""Charts of what the vertebra bears: service load, capacity, stiffness; and its height."""

from collections.abc import Mapping, Sequence

from vertebra.records.tables import Row

from .course import Arms, panels_of
from .panel import Panel

OF_CAPACITY = (
    ("service_N", "Service load [N]", "N"),
    ("capacity_N", "Capacity [N]", "N"),
    ("stiffness_N_per_mm", "Stiffness [N/mm]", "N/mm"),
)
OF_HEIGHT = (
    ("height_mm", "Mean height [mm]", "mm"),
    ("height_anterior_mm", "Anterior height [mm]", "mm"),
    ("height_posterior_mm", "Posterior height [mm]", "mm"),
    ("wedge_angle_deg", "Wedge angle [degree]", "degree"),
    ("wedge_deg", "Wedge angle [degree]", "degree"),
    ("mobility_mm", "Motion between lying and standing [mm]", "mm"),
    ("mobility_deg", "Motion between lying and standing [degree]", "degree"),
)


def capacity_panels(
    rows: Sequence[Row], arms: Arms, loads: Mapping[str, float], never: Sequence[Row] = ()
) -> list[Panel]:
    """Panels of service load, capacity and stiffness, with the loads of activities behind the forces.

    Parameters
    ----------
    rows : sequence of dict
        Rows of `capacity.csv`.
    arms : Arms
    loads : mapping of str to float [N]
    never : sequence of dict
        Rows of `never_united.csv`.
    """
    forces = [float(row[name]) for row in (*rows, *never) for name in ("service_N", "capacity_N")]
    out = []
    for column, title, unit in OF_CAPACITY:
        held, behind = ((min(forces), max(forces)), loads) if unit == "N" else ((), {})
        out += panels_of(rows, column, title, arms, unit=unit, loads=behind, held=held, branches=never)
    return out


def height_panels(
    capacity: Sequence[Row], healing: Sequence[Row], arms: Arms, never: Sequence[Row] = ()
) -> list[Panel]:
    """Panels of height, wedge angle and motion, as far as the tables have them.

    Parameters
    ----------
    capacity, healing : sequence of dict
        Rows of `capacity.csv` and `healing.csv`.
    arms : Arms
    never : sequence of dict
        Rows of `never_united.csv`.
    """
    out = []
    for column, title, unit in OF_HEIGHT:
        tables = (rows for rows in (capacity, healing) if any(row.get(column, "") != "" for row in rows))
        rows = next(tables, None)
        if rows is not None:
            out += panels_of(rows, column, title, arms, unit=unit, branches=never)
    return out
