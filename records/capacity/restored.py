"""What kyphoplasties have restored, what of it is left, and where the bone has gone."""

from collections.abc import Sequence

from ..tables import Row
from ..workspace import State


def kyphoplasty_rows(states: Sequence[State]) -> list[Row]:
    """Rows of `kyphoplasty.csv`.

    Parameters
    ----------
    states : sequence of State
        In the order of days.

    Returns
    -------
    list of dict
        One for each arm with a kyphoplasty.
    """
    out: list[Row] = []
    for arm, last in {state.arm: state for state in states}.items():
        done = next((event for event in last.events if event.get("numbers")), None)
        if done is not None:
            left = {"left_mm": last.healing["height_restored_mm"], "left_day": float(last.day)}
            out.append({"arm": arm, "day": float(done["day"]), **done["numbers"], **left})
    return out
