"""A cavity that a balloon leaves in trabecular bone: what it pushes aside is crushed into a shell around it.

Bone gives way by crushing, at the strain at which a crushed band grows (`band`): the shell is as thick as it
takes for its bone, with that of the cavity, to be pressed to the compaction of that strain. No mineral is lost.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from ..quality import cell_volumes
from ..tetmesh import TetMesh
from .band_share import share_below

_HALVINGS = 50
_NOTHING = 1e-12


@dataclass(frozen=True, eq=False)
class Cavity:
    """A cavity, and where its bone has gone.

    Attributes
    ----------
    emptied : ndarray, shape (m,) [-]
        Share of the trabecular bone of each cell that has been pushed out.
    gain : ndarray, shape (m,) [-]
        Trabecular bone that each cell takes in over what it held, if the bone of all cells were equally dense before
        the fracture.
    volume_ml : float [mL]
        Of the cavity.
    shell_ml : float [mL]
        Trabecular bone of the shell.
    shell_mm : float [mm]
        Thickness of the shell.
    compaction : float [-]
        Largest compaction of the shell, old over new volume, fracture included.
    """

    emptied: np.ndarray
    gain: np.ndarray
    volume_ml: float
    shell_ml: float
    shell_mm: float
    compaction: float

    @classmethod
    def of(
        cls,
        mesh: TetMesh,
        filled: np.ndarray,
        distance: np.ndarray,
        compaction: np.ndarray,
        strain: float,
    ) -> Self:
        """Push the bone of a cavity aside.

        Parameters
        ----------
        mesh : TetMesh
            Body or whole vertebra with the cavity, with or without caps.
        filled : ndarray, shape (m,) [-]
            Volume fraction of each cell that is cavity; of trabecular bone only.
        distance : ndarray, shape (n,) [mm]
            Of the nodes from the surface of the cavity, negative inside.
        compaction : ndarray, shape (m,) [-]
            Old over new volume of the bone that the cavity is made in.
        strain : float [-]
            Residual strain of bone that is crushed aside.

        Raises
        ------
        ValueError
            No bone is left around the cavity.
        """
        trabecular = np.where(
            mesh.is_bone & mesh.is_body, 1 - mesh.shell_fraction - mesh.endplate_fraction, 0.0
        )
        emptied = np.divide(filled, trabecular, out=np.zeros_like(filled), where=trabecular > _NOTHING)
        emptied = np.minimum(emptied, 1.0)
        room = cell_volumes(mesh.points, mesh.cells) * trabecular
        around = (1 - emptied) * room
        pressed = np.maximum(compaction, 1 / (1 - strain))
        near = distance[mesh.cells[:, :4]]
        moved = float(emptied * room @ compaction)

        def held(share):
            return float(share * around @ (pressed - compaction))

        whole = (around > _NOTHING).astype(float)
        if not whole.any():
            message = "no trabecular bone is left around the cavity: expected some to take up what it pushes aside. "
            raise ValueError(message + "Take a smaller volume.")
        if held(whole) < moved:  # all of the body, beyond the strain at which bands grow
            more = (moved + float(around @ compaction)) / float(around @ pressed)
            share, thickness, pressed = whole, float(near.max()), more * pressed
        else:
            thickness = _thickness(lambda t: held(share_below(near - t)), moved, float(near.max()))
            share = share_below(near - thickness)
        gain = share * whole * (pressed / compaction - 1)
        return cls(
            emptied=emptied,
            gain=gain,
            volume_ml=float(emptied @ room) / 1000,
            shell_ml=float(share @ around) / 1000,
            shell_mm=thickness,
            compaction=float((compaction * (1 + gain))[share * around > _NOTHING].max(initial=1.0)),
        )

    def pressing(self, mineral: np.ndarray) -> np.ndarray:
        """Density of the trabecular bone that is left in each cell over what it was before the cavity.

        What the shell takes in is in proportion to its gain, so that the sum of the mineral does not change, whatever
        the field of density.

        Parameters
        ----------
        mineral : ndarray, shape (m,)
            Of the trabecular bone of each cell before the cavity, in any unit.

        Returns
        -------
        ndarray, shape (m,) [-]
            1 in the cavity, where none is left.
        """
        room = float(((1 - self.emptied) * self.gain) @ mineral)
        return 1 + self.gain * (float(self.emptied @ mineral) / room if room > 0 else 0.0)

    def packing(self, mineral: np.ndarray) -> np.ndarray:
        """Mineral of each cell over what it was before the cavity: `pressing`, and 0 in the cavity; (m,) [-]."""
        return (1 - self.emptied) * self.pressing(mineral)


def _thickness(held, moved: float, most: float) -> float:
    """Thickness of the shell that holds what is moved [mm]."""
    low, high = 0.0, most
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if held(middle) < moved else (low, middle)
    return high
