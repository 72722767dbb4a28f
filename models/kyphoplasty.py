"""Kyphoplasty: height that a balloon restores, and the cavity in which cement comes to lie.

The crushed band is stretched back by a share of what the body has lost by then. What was broken stays broken, and what
opens in it is haematoma. The bone of the cavity is crushed into a shell around it, whose stiffness is that of the weak
interface around cement in a void (`materials.cement`).
"""

from dataclasses import asdict, dataclass, replace
from typing import Self

import numpy as np

from vertebra.materials.damage import plateau_strain
from vertebra.meshes.fracture.cavity import Cavity
from vertebra.meshes.procedures.placement import CementPlacement
from vertebra.scenarios.procedures.cement_section import Cement

from .collapsing import Collapsing
from .geometry import Geometry


def cavity_around(geometry: Geometry) -> Cavity:
    """Cavity that the cement of a geometry lies in.

    Parameters
    ----------
    geometry : Geometry
        On the day of its cement, with the nodes that follow it.

    Raises
    ------
    ValueError
        No bone is left around the cement.
    """
    placed = geometry.cement
    if placed is None:
        message = "the geometry holds no cement: expected what fills its cavity. Place it first."
        raise ValueError(message)
    shape = placed.shape.grown(placed.resolved.offset_mm)
    distance = shape.nearest(geometry.mesh.points)[0]
    return Cavity.of(geometry.mesh, placed.fraction, distance, geometry.compaction, plateau_strain())


def raised(shapes: Collapsing, height_loss: float, cement: Cement) -> tuple[Collapsing, float]:
    """Body that a kyphoplasty raises, and the loss that is left; any other procedure leaves both as they are.

    Parameters
    ----------
    shapes : Collapsing
        Before.
    height_loss : float [-]
        Residual loss on the day.
    cement : Cement
    """
    if cement.procedure != "kyphoplasty":
        return shapes, height_loss
    return shapes.raised(height_loss), height_loss * (1 - cement.restored)


def filled(shapes: Collapsing, height_loss: float, placed: CementPlacement, cement: Cement) -> Collapsing:
    """Body with its cement, in a cavity where the cement fills one.

    Parameters
    ----------
    shapes : Collapsing
    height_loss : float [-]
        At which the cement has been placed.
    placed : CementPlacement
    cement : Cement
    """
    held = shapes.with_cement(height_loss, placed, cement.day)
    return replace(held, cavity=cavity_around(held.at(height_loss))) if cement.filling == "cavity" else held


@dataclass(frozen=True)
class Kyphoplasty:
    """What a kyphoplasty has done to a body, in numbers that add up.

    Attributes
    ----------
    restored : float [-]
        Share of the lost height.
    restored_anterior_mm, restored_middle_mm, restored_posterior_mm : float [mm]
    body_before_ml, body_after_ml : float [mL]
        Volume of the body.
    cavity_ml, shell_ml, beyond_ml : float [mL]
        Of the trabecular bone of the body after it: the cavity, the shell around it, and what lies beyond.
    trabecular_ml : float [mL]
        Sum of the three.
    shell_mm : float [mm]
    densest : float [-]
        Largest density of the shell over that before the fracture.
    moved_mg, mineral_before_mg, mineral_after_mg : float [mg]
        Mineral of the trabecular bone: what was pushed aside, and the whole before and after.
    """

    restored: float
    restored_anterior_mm: float
    restored_middle_mm: float
    restored_posterior_mm: float
    body_before_ml: float
    body_after_ml: float
    cavity_ml: float
    shell_ml: float
    beyond_ml: float
    trabecular_ml: float
    shell_mm: float
    densest: float
    moved_mg: float
    mineral_before_mg: float
    mineral_after_mg: float

    @classmethod
    def between(cls, before: Geometry, after: Geometry, density: np.ndarray, restored: float) -> Self:
        """Measure a kyphoplasty.

        Parameters
        ----------
        before : Geometry
            The fractured body on the day.
        after : Geometry
            With its cement; without a cavity nothing has been pushed aside.
        density : ndarray, shape (b,) [g/cm3]
            Of the bone cells before the fracture.
        restored : float [-]
            Share of the lost height.
        """
        cavity, mesh = after.cavity, after.mesh
        bone, body = mesh.is_bone, mesh.is_body
        room = (after.volume * (1 - mesh.shell_fraction - mesh.endplate_fraction))[bone & body].sum() / 1000
        mineral = after.trabecular_mineral(density)
        pressing, emptied = after.pushed_aside(density)
        low, high = before.heights, after.heights
        made = (0.0, 0.0, 0.0) if cavity is None else (cavity.volume_ml, cavity.shell_ml, cavity.shell_mm)
        return cls(
            restored=restored,
            restored_anterior_mm=high.anterior_mm - low.anterior_mm,
            restored_middle_mm=high.middle_mm - low.middle_mm,
            restored_posterior_mm=high.posterior_mm - low.posterior_mm,
            body_before_ml=float(before.volume[body].sum()) / 1000,
            body_after_ml=float(after.volume[body].sum()) / 1000,
            cavity_ml=made[0],
            shell_ml=made[1],
            beyond_ml=float(room) - made[0] - made[1],
            trabecular_ml=float(room),
            shell_mm=made[2],
            densest=float((after.compaction[bone] * pressing)[pressing > 1].max(initial=1.0)),
            moved_mg=float(emptied @ mineral),
            mineral_before_mg=float(mineral.sum()),
            mineral_after_mg=float(((1 - emptied) * pressing) @ mineral),
        )

    @property
    def numbers(self) -> dict[str, float]:
        """Plain numbers by name."""
        return asdict(self) | {"mineral_error": self.mineral_error}

    @property
    def mineral_error(self) -> float:
        """Relative change of the mineral [-]."""
        return abs(self.mineral_after_mg / self.mineral_before_mg - 1)

    def __str__(self) -> str:
        """State what was restored and where the bone went."""
        raised = (
            f"{100 * self.restored:.0f} % of the lost height restored ({self.restored_anterior_mm:+.1f} mm in front, "
            f"{self.restored_middle_mm:+.1f} in the middle, {self.restored_posterior_mm:+.1f} behind)"
        )
        if self.cavity_ml == 0:
            return raised
        return (
            f"{raised}; a cavity of "
            f"{self.cavity_ml:.2f} mL pushed {self.moved_mg:.0f} mg of bone mineral into the {self.shell_ml:.1f} mL "
            f"({self.shell_mm:.1f} mm) around it, up to {self.densest:.2f} times as dense as before the fracture; "
            f"mineral conserved (error {self.mineral_error:.1g})"
        )
