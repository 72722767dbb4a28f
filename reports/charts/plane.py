"""Where the values of a panel lie on its paper."""

from collections.abc import Sequence
from dataclasses import dataclass

from .panel import Panel


@dataclass(frozen=True)
class Plane:
    """The rectangle between the axes of a panel.

    Attributes
    ----------
    panel : Panel
    left, right, top, bottom : float
        Its sides, in the coordinates of the drawing: y points down.
    """

    panel: Panel
    left: float
    right: float
    top: float
    bottom: float

    def x(self, value: float) -> float:
        """Place of a value along the horizontal axis."""
        return self.left + (self.right - self.left) * self.panel.x.share(value)

    def y(self, value: float) -> float:
        """Place of a value along the vertical axis."""
        return self.bottom - (self.bottom - self.top) * self.panel.y.share(value)

    def path(self, x: Sequence[float], y: Sequence[float]) -> str:
        """Path through points, as SVG writes it."""
        return "M" + "L".join(f"{self.x(a):.1f},{self.y(b):.1f}" for a, b in zip(x, y, strict=True))
