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


def capacity_panels(rows: Sequence[Row], arms: Arms, loads: Mapping[str, float]) -> list[Panel]:
    """Panels of service load, capacity and stiffness, with the loads of activities behind the forces.

    Parameters
    ----------
    rows : sequence of dict
        Rows of `capacity.csv`.
    arms : Arms
    loads : mapping of str to float [N]
    """
    forces = [float(row[name]) for row in rows for name in ("service_N", "capacity_N")]
    ends = min(forces), max(forces)
    out = []
    for column, title, unit in OF_CAPACITY:
        is_force = unit == "N"
        out += panels_of(
            rows,
            column,
            title,
            arms,
            unit=unit,
            loads=loads if is_force else {},
            held=ends if is_force else (),
        )
    return out


def height_panels(capacity: Sequence[Row], healing: Sequence[Row], arms: Arms) -> list[Panel]:
    """Panels of height, wedge angle and motion, as far as the tables have them.

    Parameters
    ----------
    capacity, healing : sequence of dict
        Rows of `capacity.csv` and `healing.csv`.
    arms : Arms
    """
    out = []
    for column, title, unit in OF_HEIGHT:
        rows = next(
            (rows for rows in (capacity, healing) if any(row.get(column, "") != "" for row in rows)), None
        )
        if rows is not None:
            out += panels_of(rows, column, title, arms, unit=unit)
    return out
