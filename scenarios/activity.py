"""Loads of everyday activities on a lumbar vertebra, with their sources."""

from pathlib import Path

from vertebra.materials.table import Row, read_table

_TABLE = Path(__file__).parent / "activities.toml"
_PREFIX = "activity."


def activities() -> tuple[str, ...]:
    """Names of the activities, lightest first."""
    return tuple(name.removeprefix(_PREFIX) for name in read_table(_TABLE) if name.startswith(_PREFIX))


def activity_row(name: str) -> Row:
    """Row of one activity: load at the reference body mass, share of body mass in it, source."""
    found = read_table(_TABLE).get(f"{_PREFIX}{name}")
    if found is None:
        message = f"activity {name!r} is not known: expected one of {', '.join(activities())}. Choose one."
        raise ValueError(message)
    return found


def reference_mass_row() -> Row:
    """Body mass at which the table holds [kg]."""
    return read_table(_TABLE)["reference_mass"]


def activity_load(name: str, body_mass_kg: float) -> float:
    """Compressive force of an activity for a patient of the given mass.

    F = F_ref (b m / m_ref + 1 - b), b being the share of the load that the body itself causes.

    Parameters
    ----------
    name : str
        One of `activities()`.
    body_mass_kg : float [kg]

    Returns
    -------
    float [N]
    """
    reference = reference_mass_row().value
    assert reference is not None
    entry = activity_row(name).parameters
    share = entry["body_share"]
    return entry["load_N"] * (share * body_mass_kg / reference + 1 - share)


def brace_row() -> Row:
    """What a brace leaves of the load while it is worn [-]."""
    return read_table(_TABLE)["brace"]
