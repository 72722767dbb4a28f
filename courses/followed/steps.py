"""How long the steps of a collapsing course are."""

from dataclasses import dataclass, replace
from typing import Self

from vertebra.materials.table import value


@dataclass(frozen=True)
class Steps:
    """Limits of the steps of a collapsing course.

    Attributes
    ----------
    loss : float [-]
        Residual loss of height after which the body gets a new shape.
    solve : float [-]
        Loss after which equilibrium is solved anew between listed days.
    stiffening : float [-]
        Mean change of stiffness after which it is.
    of_age : float [-]
        Longest step over the days since the fracture.
    grid : float [-]
        The body is drawn at multiples of this loss, so that many courses share its shapes; at any loss for 0.
    """

    loss: float
    solve: float
    stiffening: float
    of_age: float
    grid: float = 0.0

    @classmethod
    def of_table(cls) -> Self:
        """Steps of a run, from `materials/creep.toml`."""
        loss, solve, stiffening, of_age = (
            value("creep", f"step.{name}") for name in ("loss", "solve", "stiffening", "of_age")
        )
        return cls(loss, solve, stiffening, of_age)

    def drawn(self, loss: float) -> float:
        """Loss at which a body is drawn that has lost so much: the nearest one on the grid."""
        return self.grid * round(loss / self.grid) if self.grid > 0 else loss

    def coarser(self, factor: float) -> Self:
        """Steps that are longer by a factor."""
        return replace(
            self,
            loss=factor * self.loss,
            solve=factor * self.solve,
            stiffening=factor * self.stiffening,
            of_age=factor * self.of_age,
        )
