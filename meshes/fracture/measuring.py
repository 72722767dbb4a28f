"""How much height a body has lost, and where, against bodies that have lost none.

Columns of bone through the whole section are compared, not single points of its rims, so that the steps of voxels and
the shape of a rim average out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from ..heights import body_heights
from ..surface.closed_surface import Surface
from ..tetmesh import TetMesh
from .columns import EndSurfaces
from .shape import KINDS, CrushShape

LEAST = 0.05
"""Loss below which heights of people differ as much."""
MOST = 0.5
_EVEN = 0.35
"""Front, middle and back were crushed as a whole where what they lost differs by less than this share of the most."""
_INNER = 0.8
"""Relative radius within which columns are compared: beyond, rims are rounded."""
_UPPER = 0.8
"""Relative height from which the wall counts as that of the superior end."""


Sounding = Callable[[np.ndarray], np.ndarray]
"""From points over the section (k, 3) to the heights of the columns through them (k,) [mm]."""


@dataclass(frozen=True, eq=False)
class Sounded:
    """A body and the heights of its columns.

    Attributes
    ----------
    mesh : TetMesh
        Bone without caps: its ends, their rims and areas.
    heights : Sounding
    """

    mesh: TetMesh
    heights: Sounding

    @classmethod
    def of(cls, mesh: TetMesh, surface: Surface | None = None) -> Self:
        """Sound a body: its surface by rays along the spine where there is one, else its mesh."""
        if surface is None:
            ends = EndSurfaces.of(mesh)
            return cls(mesh, lambda points: ends.columns(points).height)
        middle = float(mesh.points[mesh.cells[:, :4]].mean(axis=(0, 1))[2])

        def cast(points: np.ndarray) -> np.ndarray:
            starts = np.column_stack([points[:, :2], np.full(len(points), middle)])
            up, down = (surface.tree.cast(starts, np.array([0.0, 0.0, sign]))[0] for sign in (1.0, -1.0))
            return up + down

        return cls(mesh, cast)


@dataclass(frozen=True)
class MeasuredLoss:
    """What a comparison of heights found.

    Attributes
    ----------
    kind : str
        "wedge", "biconcave" or "crush".
    height_loss : float [-]
        Residual loss in the terms of the crush.
    now_mm, expected_mm : tuple of float [mm]
        Mean height of the front third, the middle and the back third: found, and as the references have it, scaled.
    """

    kind: str
    height_loss: float
    now_mm: tuple[float, float, float]
    expected_mm: tuple[float, float, float]

    def __str__(self) -> str:
        """Heights and verdict in words."""
        found, wanted = (
            ", ".join(f"{value:.1f}" for value in each) for each in (self.now_mm, self.expected_mm)
        )
        return (
            f"mean heights in front, in the middle and behind {found} mm where {wanted} mm are expected: {self.kind}, "
            f"height_loss {self.height_loss:.3f}"
        )


def measure_loss(
    body: Sounded, references: Sequence[Sounded], scale: float | None = None, kind: str | None = None
) -> MeasuredLoss:
    """Measure the loss of a body.

    A crush lost alike everywhere: the loss is that of the mean height. For a wedge and a biconcave fracture
    h = s h_0 - b share is fitted over the section, by least squares, where the share of the loss at each place is that
    of the kind and s the size of the person; what has not lost height, the back or the rim, decides s.

    Parameters
    ----------
    body : Sounded
        The fractured one.
    references : sequence of Sounded
        Sound bodies; their mean is expected.
    scale : float, optional
        Size of the body over that of the references; default: by the area of the endplates.
    kind : str, optional
        Known kind.

    Returns
    -------
    MeasuredLoss

    Raises
    ------
    ValueError
        The loss is less than heights of people differ, or more than the model takes.
    """
    mesh = body.mesh
    section, area = EndSurfaces.of(mesh).section()
    shape = CrushShape.of(mesh, "crush")
    off = section[:, :2] - shape.middle
    rim = np.interp(np.arctan2(off[:, 1], off[:, 0]), shape.angle, shape.radius, period=2 * np.pi)
    inner = np.hypot(*off.T) < _INNER * rim
    size = end_area(mesh)
    sizes = [np.sqrt(size / end_area(each.mesh)) if scale is None else scale for each in references]
    now = body.heights(section)
    sound = np.mean(
        [s * _heights_at(each, mesh, section) for s, each in zip(sizes, references, strict=True)], axis=0
    )
    inner &= np.isfinite(now) & np.isfinite(sound)
    section, area, now, sound = section[inner], area[inner], now[inner], sound[inner]

    third = (section[:, 1] - shape.back) / (shape.front - shape.back)
    central = np.hypot(*off[inner].T) < 0.4 * rim[inner]
    zones = (third > 2 / 3, central, third < 1 / 3)
    found = tuple(float(np.average(now[zone], weights=area[zone])) for zone in zones)
    wanted = tuple(float(np.average(sound[zone], weights=area[zone])) for zone in zones)
    lost = 1 - np.array(found) / np.array(wanted)
    fitted = {name: _fitted(mesh, name, section, area, now, sound) for name in KINDS}
    chosen = kind
    if chosen is None:
        even = np.ptp(lost) < _EVEN * lost.max() and lost.mean() > LEAST
        chosen = "crush" if even else min(("wedge", "biconcave"), key=lambda name: fitted[name][1])
    loss = fitted[chosen][0]
    measured = MeasuredLoss(chosen, float(loss), found, wanted)  # pyright: ignore[reportArgumentType]
    if not LEAST <= loss <= MOST:
        message = (
            f"{measured}, expected a loss of {LEAST:g} to {MOST:g}. State shape and height_loss if they are "
            f"known, or leave "
            "the fracture out."
        )
        raise ValueError(message)
    return measured


def end_area(mesh: TetMesh) -> float:
    """Area of the superior end surface, seen along the spine [mm2]."""
    return float(EndSurfaces.of(mesh).section()[1].sum())


def _heights_at(reference: Sounded, mesh: TetMesh, section: np.ndarray) -> np.ndarray:
    """Heights of a reference at the same relative places of its section; shape (k,) [mm]."""
    (low, high), (first, last) = _extent(mesh), _extent(reference.mesh)
    there = section.copy()
    there[:, :2] = first + (section[:, :2] - low) / (high - low) * (last - first)
    return reference.heights(there)


def _extent(mesh: TetMesh) -> tuple[np.ndarray, np.ndarray]:
    end = mesh.points[mesh.node_sets["superior_endplate"], :2]
    return end.min(axis=0), end.max(axis=0)


def _fitted(mesh: TetMesh, kind: str, section, area, now, sound) -> tuple[float, float]:
    """Loss of a kind, and the root of the mean square of what it does not explain [mm]."""
    if kind == "crush":
        share = np.average(now, weights=area) / np.average(sound, weights=area)
        return 1 - share, float(np.sqrt(np.average((now - share * sound) ** 2, weights=area)))
    shape = _to_the_wall(CrushShape.of(mesh, kind), mesh)
    tall = getattr(body_heights(mesh), "anterior_mm" if kind == "wedge" else "middle_mm")
    share = shape.loss_mm(section, 1.0) / tall
    weight = np.sqrt(area)
    matrix = np.column_stack([sound, -share]) * weight[:, None]
    s, b = np.linalg.lstsq(matrix, now * weight, rcond=None)[0]
    miss = float(np.sqrt(np.average((now - s * sound + b * share) ** 2, weights=area)))
    at = share > 0.85 * share.max()
    whole = float(np.average(s * sound[at], weights=area[at]))  # height before the loss, where it is largest
    return b / whole, miss


def _to_the_wall(shape: CrushShape, mesh: TetMesh) -> CrushShape:
    """A shape that reaches to the wall, where rounded rims let the endplate end before it."""
    near = mesh.points[mesh.zeta > _UPPER, 1]
    front, back = float(near.max()), float(near.min())
    wider = (front - back) / (shape.front - shape.back)
    return replace(shape, front=front, back=back, radius=wider * shape.radius)
