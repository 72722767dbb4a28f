"""What the mechanics of a place allow its tissue to become: the common answer of all differentiation rules."""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np


@dataclass(frozen=True, eq=False)
class Differentiation:
    """How far each process may run in each element, from 0 (not at all) to 1 (as fast as biology allows).

    A rule says what mechanics permit, not which of the permitted ways is taken: where bone may form directly,
    cartilage may form as well, and the endochondral share of the healing law decides between them. So tissue
    under small strain heals as the kinetic law has it. Where direct bone is forbidden and cartilage is not,
    all tissue takes the way through cartilage.

    Attributes
    ----------
    intramembranous : ndarray, shape (m,) [-]
        Bone formed directly from soft tissue.
    chondrogenesis : ndarray, shape (m,) [-]
        Cartilage from fibrous tissue.
    ossification : ndarray, shape (m,) [-]
        Cartilage turned into woven bone.
    mineralisation : ndarray, shape (m,) [-]
        Woven bone that ages: it mineralises wherever it may exist.
    maturation : ndarray, shape (m,) [-]
        Mineralised woven bone that turns lamellar.
    rupture : ndarray, shape (m,) [-]
        Overload: cartilage and woven bone torn back to fibrous tissue.
    resorption : ndarray, shape (m,) [-]
        Disuse: bone removed where strain is close to nothing.
    """

    intramembranous: np.ndarray
    chondrogenesis: np.ndarray
    ossification: np.ndarray
    mineralisation: np.ndarray
    maturation: np.ndarray
    rupture: np.ndarray
    resorption: np.ndarray

    def __post_init__(self):
        """Refuse anything that is not a share."""
        for name, values in self.items():
            if values.shape != self.intramembranous.shape or not np.all((values >= 0) & (values <= 1)):
                message = (
                    f"{name} has shape {values.shape} and spans {np.min(values):g} to {np.max(values):g}, "
                    f"expected {self.intramembranous.shape} and 0 to 1. Check the rule that made it."
                )
                raise ValueError(message)

    @classmethod
    def unhindered(cls, n: int) -> Self:
        """Everything allowed and nothing lost in n elements: the kinetic law."""
        one, zero = np.ones(n), np.zeros(n)
        return cls(one, one, one, one, one, zero, zero)

    def items(self) -> list[tuple[str, np.ndarray]]:
        """Names and arrays, in the order of the attributes."""
        return [(field.name, getattr(self, field.name)) for field in fields(self)]

    def towards(self, other: "Differentiation", part: float) -> "Differentiation":
        """Point on the line from this answer (part 0) to another (part 1), kept within 0 and 1 beyond it."""
        return Differentiation(
            *(
                np.clip(mine + part * (theirs - mine), 0, 1)
                for (_, mine), (_, theirs) in zip(self.items(), other.items(), strict=True)
            )
        )


def below(measure, limit: float, width: float) -> np.ndarray:
    """Share by which a measure counts as below a limit: 1 well below, 1/2 at the limit, 0 well above.

    t = (measure / limit - 1) / width;   1 for t <= -1,   (2 + t) (1 - t)^2 / 4 between,   0 for t >= 1

    Continuous with its first derivative, so that a step in time cannot jump to and fro across the limit.

    Parameters
    ----------
    measure : ndarray, shape (m,)
    limit : float
        Positive, in the unit of the measure.
    width : float [-]
        Half width of the transition as a share of the limit.

    Returns
    -------
    ndarray, shape (m,) [-]
    """
    t = np.clip((np.asarray(measure, dtype=float) / limit - 1) / width, -1, 1)
    return np.minimum((2 + t) * (1 - t) ** 2 / 4, 1)  # rounding above one


def above(measure, limit: float, width: float) -> np.ndarray:
    """Share by which a measure counts as above a limit: 1 - `below`."""
    return 1 - below(measure, limit, width)
