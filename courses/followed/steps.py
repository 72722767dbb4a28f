"""How long the steps of a collapsing course are."""

from dataclasses import dataclass
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
    """

    loss: float
    solve: float
    stiffening: float
    of_age: float

    @classmethod
    def of_table(cls) -> Self:
        """Steps of a run, from `materials/creep.toml`."""
        loss, solve, stiffening, of_age = (
            value("creep", f"step.{name}") for name in ("loss", "solve", "stiffening", "of_age")
        )
        return cls(loss, solve, stiffening, of_age)

    def coarser(self, factor: float) -> Self:
        """Steps that are longer by a factor."""
        return type(self)(
            loss=factor * self.loss,
            solve=factor * self.solve,
            stiffening=factor * self.stiffening,
            of_age=factor * self.of_age,
        )
