"""Loads of everyday activities on a vertebra, with their sources."""

from pathlib import Path

from vertebra.constants.table import Row, read_table

from .spinal_level import level_shares

_TABLE = Path(__file__).parent / "activities.toml"
_PREFIX = "activity."


def activities() -> tuple[str, ...]:
    """Names of the activities, lightest first."""
    return tuple(name.removeprefix(_PREFIX) for name in read_table(_TABLE) if name.startswith(_PREFIX))


def activity_row(name: str) -> Row:
    """Row of one activity: load at the reference body mass, share of body mass in it, level, posture, source."""
    found = read_table(_TABLE).get(f"{_PREFIX}{name}")
    if found is None:
        message = f"activity {name!r} is not known: expected one of {', '.join(activities())}. Choose one."
        raise ValueError(message)
    return found


def reference_mass_row() -> Row:
    """Body mass at which the table holds [kg]."""
    return read_table(_TABLE)["reference_mass"]


def activity_load(name: str, body_mass_kg: float, level: str | None = None) -> float:
    """Compressive force of an activity for a patient of the given mass, at a level of the spine.

    F = F_ref (b s_b m / m_ref + (1 - b) s_l), b being the share of the load that the body itself causes, s_b and s_l
    the shares of both parts at the level (`spinal_level.level_shares`).

    Parameters
    ----------
    name : str
        One of `activities()`.
    body_mass_kg : float [kg]
    level : str, optional
        A vertebra or a disc; default: the level of the source.

    Returns
    -------
    float [N]
    """
    reference = reference_mass_row().value
    assert reference is not None
    entry = activity_row(name).parameters
    share = entry["body_share"]
    body, lifted = level_shares(entry["posture"], level or entry["level"], entry["level"])
    return entry["load_N"] * (share * body * body_mass_kg / reference + (1 - share) * lifted)


def level_row(posture: str) -> Row | None:
    """Row of the law by which loads of a posture change from level to level; None where they do not."""
    law = {"upright": "level.mass_above", "bent": "level.moment"}.get(posture)
    return None if law is None else read_table(_TABLE)[law]


def brace_row() -> Row:
    """What a brace leaves of the load while it is worn [-]."""
    return read_table(_TABLE)["brace"]
