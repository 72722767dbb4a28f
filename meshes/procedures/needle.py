"""The needle through which cement comes into a body: its side, and where its tip ends."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Needle:
    """One needle, or two that mirror each other.

    Attributes
    ----------
    side : str
        "right" or "left": pedicle of a single needle.
    across, depth, height : float or None [-]
        Where the tip ends and the cement has its middle, from 0 to 1: from the midline to the wall on the side of the
        needle, from the back wall to the front, from the lower to the upper limit of the cement. Across and in depth
        the limits are where cement of its size would meet the wall. None: the middle of the room or of what is to be
        bridged, and beside the midline by half a semi-axis or side by side.
    """

    side: str = "right"
    across: float | None = None
    depth: float | None = None
    height: float | None = None

    def __post_init__(self):
        """Refuse what no needle can be."""
        if self.side not in ("right", "left"):
            message = f"side = {self.side!r}: expected right or left. Choose one of them."
            raise ValueError(message)
        for name in ("across", "depth", "height"):
            place = getattr(self, name)
            if place is not None and not 0 <= place <= 1:
                message = (
                    f"{name} = {place:g}: expected 0 to 1, within the body. Cement outside of it cannot be placed: "
                    "correct the target."
                )
                raise ValueError(message)

    @property
    def hand(self) -> int:
        """1 on the right, -1 on the left."""
        return 1 if self.side == "right" else -1


NO_TARGET = Needle()
"""Needle on the right, wherever the cement has most room."""
