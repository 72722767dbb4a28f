"""Where bone cement lies: flat ellipsoids in the trabecular core of the body, clear of both endplates.

Volume counts the augmented region, bone inside included, by volume fractions of cells; cement keeps away
from endplates and wall. Where an ellipsoid would come too near to an endplate or to the wall, the semi-axis
that is too long stops growing and the others go on until the volume is reached.
"""

from dataclasses import dataclass

import numpy as np

from ..quality import cell_volumes
from ..tetmesh import TetMesh
from ..volume_fraction import CellSamples
from .clearance import CementSpace

APPROACHES = ("bipedicular", "unipedicular")
ASPECT = (8.0, 10.0, 6.0)
"""Semi-axes along x, y, z relative to each other: a flat cloud, longest from front to back."""
SMALLEST_ML = 0.1
LARGEST_SHARE = 0.6
NEAR_MM = 2.5
"""Clearance below which capacities do not converge with the mesh."""
_SLACK_MM = 0.05


@dataclass(frozen=True)
class CementPlacement:
    """Cement in a mesh.

    Attributes
    ----------
    fraction : ndarray, shape (m,) [-]
        Volume fraction of cement in each cell; 0 outside the trabecular core of the body.
    volume_ml : float [mL]
        Sum of fraction times cell volume.
    clearance_superior_mm, clearance_inferior_mm : float [mm]
        Least distance of the cement to the bony end surfaces, endplate thickness included.
    clearance_wall_mm : float [mm]
        Least distance to the lateral surface of the body, seen from above.
    centres, semi_axes : ndarray, shape (1 or 2, 3) [mm]
        Of the ellipsoids, axes along x, y, z.
    near_endplate : bool
        Whether a clearance is below 2.5 mm, where capacities do not converge with the mesh.
    """

    fraction: np.ndarray
    volume_ml: float
    clearance_superior_mm: float
    clearance_inferior_mm: float
    clearance_wall_mm: float
    centres: np.ndarray
    semi_axes: np.ndarray
    near_endplate: bool


def place_cement(
    mesh: TetMesh,
    volume_ml: float,
    *,
    approach: str = "bipedicular",
    clearance_mm: float = NEAR_MM,
    wall_mm: float = 1.0,
    aspect: tuple[float, float, float] = ASPECT,
    side: str = "right",
) -> CementPlacement:
    """Place one or two ellipsoids whose union has the wanted volume.

    Parameters
    ----------
    mesh : TetMesh
        Body or whole vertebra as it is on the day, crushed or not, with or without caps.
    volume_ml : float [mL]
        Volume of the augmented region, met to 1 %.
    approach : str
        "bipedicular": two ellipsoids, left and right, which touch or overlap; "unipedicular": one, centred up
        to half its semi-axis to one side.
    clearance_mm, wall_mm : float [mm]
        Bone to be left to both end surfaces and to the lateral surface.
    aspect : tuple of 3 floats
        Semi-axes along x, y, z relative to each other, while there is room.
    side : str
        "right" or "left", for the unipedicular approach.

    Raises
    ------
    ValueError
        Volume below 0.1 mL, above 60 % of the core, or without room.
    """
    _check(approach, clearance_mm, wall_mm, aspect, side)
    core = np.flatnonzero(mesh.in_region("trabecular") & mesh.is_body)
    # without conforming layers a trabecular cell holds shell and endplate as well
    share = 1 - mesh.shell_fraction[core] - mesh.endplate_fraction[core]
    volumes = cell_volumes(mesh.points, mesh.cells[core])
    room = float(share @ volumes) / 1000
    if not SMALLEST_ML <= volume_ml <= LARGEST_SHARE * room:
        msg = (
            f"a cement volume of {volume_ml:g} mL: expected {SMALLEST_ML:g} mL to {LARGEST_SHARE:.0%} of the "
            f"trabecular core of {room:.1f} mL, that is {LARGEST_SHARE * room:.1f} mL. Take a volume between."
        )
        raise ValueError(msg)
    space = CementSpace.of(mesh, clearance_mm, wall_mm)
    samples = CellSamples.of(mesh, core, volumes)

    hand = 1 if side == "right" else -1
    widest = _widest(space, approach, hand)

    def cloud(size):
        return _cloud(space, size * np.asarray(aspect), widest, approach, hand)

    smaller, below = 0.0, 0.0
    larger = 1.1 * space.reach / min(aspect)
    centres, axes = cloud(larger)
    above = samples.volume((centres, axes)) / 1000
    if above < volume_ml:
        msg = (
            f"{volume_ml:g} mL of cement do not fit ({approach}): at most {above:.1f} mL leave {clearance_mm:g} mm "
            f"of bone to both endplates and {wall_mm:g} mm to the wall. Take less cement or allow a smaller "
            "clearance."
        )
        raise ValueError(msg)
    for _ in range(40):
        guess = (volume_ml ** (1 / 3) - below ** (1 / 3)) / (above ** (1 / 3) - below ** (1 / 3))
        size = smaller + (larger - smaller) * min(max(guess, 0.1), 0.9)
        centres, axes = cloud(size)
        reached = samples.volume((centres, axes)) / 1000
        if abs(reached / volume_ml - 1) < 1e-3:
            break
        if reached < volume_ml:
            smaller, below = size, reached
        else:
            larger, above = size, reached
    return _placement(mesh, core, volumes, volume_ml, space, samples, centres, axes)


def _placement(mesh, core, volumes, volume_ml, space, samples, centres, axes):
    """Measure what has been placed."""
    fraction = np.zeros(mesh.n_cells)
    fraction[core] = samples.fraction(centres, axes)
    reached = float(fraction[core] @ volumes) / 1000
    gaps = np.array([space.gaps(c, a, 800) for c, a in zip(centres, axes, strict=True)]).min(axis=0)
    if abs(reached / volume_ml - 1) > 0.01:
        msg = (
            f"{volume_ml:g} mL of cement can not be placed to 1 % (reached {reached:.3g} mL): the elements are "
            "too coarse for the volume. Take a shorter edge."
        )
        raise ValueError(msg)
    return CementPlacement(
        fraction=fraction,
        volume_ml=reached,
        clearance_superior_mm=float(gaps[0]),
        clearance_inferior_mm=float(gaps[1]),
        clearance_wall_mm=min(space.wall_gap(c, a) for c, a in zip(centres, axes, strict=True)),
        centres=centres,
        semi_axes=axes,
        near_endplate=bool(gaps.min() < NEAR_MM),
    )


def _check(approach, clearance_mm, wall_mm, aspect, side):
    for name, value, known in (("approach", approach, APPROACHES), ("side", side, ("right", "left"))):
        if value not in known:
            msg = f"{name} = {value!r}: expected one of {', '.join(known)}. Choose one of them."
            raise ValueError(msg)
    for name, value in (("clearance_mm", clearance_mm), ("wall_mm", wall_mm)):
        if not 0 <= value <= 20:
            msg = f"{name} = {value:g}: expected 0 to 20 mm of bone. Correct it."
            raise ValueError(msg)
    if len(aspect) != 3 or not min(aspect) > 0 or max(aspect) > 5 * min(aspect):
        msg = f"aspect = {aspect}: expected three positive numbers, the largest at most 5 times the smallest."
        raise ValueError(msg)


def _offsets(space, a, approach, side):
    """Centres along x, from the middle, of ellipsoids of semi-axis a: side by side while there is room."""
    free = space.half_width - a
    return [min(a, free), -min(a, free)] if approach == "bipedicular" else [side * min(a, free) / 2]


def _widest(space, approach, side):
    """Semi-axis along x at which the ellipsoids cover most, seen from above, as long as the wall lets them be.

    Wider ones have to be shorter from front to back. Takes the first maximum, so that clouds grow steadily.
    """
    x, y = np.meshgrid(np.linspace(-1, 1, 81), np.linspace(-1, 1, 81))
    x, y = x * space.half_width, y * space.radius.max()
    best, covered = 0.0, -1
    for a in (np.linspace(0.3, 1.0, 15) * space.half_width).tolist():
        offsets = _offsets(space, a, approach, side)
        b = max(_length(space, offsets, a, space.radius.max()), 1e-6)
        inside = np.any([((x - offset) / a) ** 2 + (y / b) ** 2 <= 1 for offset in offsets], axis=0)
        if inside.sum() < covered:
            break
        best, covered = a, inside.sum()
    return best


def _length(space, offsets, a, longest):
    """Largest semi-axis along y that the wall lets all ellipsoids have."""
    x, y = space.centre
    return min(space.longest(x + offset, y, a, longest) for offset in offsets)


def _cloud(space, axes, widest, approach, side):
    """Ellipsoids of at most the given semi-axes that keep the clearances: centres and semi-axes, (k, 3).

    Each semi-axis stops growing where it meets its limit.
    """
    a = min(axes[0], widest)
    offsets = _offsets(space, a, approach, side)
    b = _length(space, offsets, a, axes[1])
    x, y = space.centre
    flattened = [_flatten(space, x + offset, y, np.array([a, b, axes[2]])) for offset in offsets]
    centres = [[x + offset, y, z] for offset, (z, _) in zip(offsets, flattened, strict=True)]
    c = min(c for _, c in flattened)
    return np.array(centres), np.tile([a, b, c], (len(offsets), 1))


def _flatten(space, x, y, axes):
    """Height of the centre and vertical semi-axis of an ellipsoid between the endplates.

    The centre moves to where both gaps are equal; what is missing comes off the vertical semi-axis.
    """
    upper, lower = space.column(x, y)
    z, c = (upper + lower) / 2, min(axes[2], (upper - lower) / 2)
    for _ in range(30):
        up, down = space.gaps(np.array([x, y, z]), np.array([axes[0], axes[1], c]))
        missing = space.clearance + _SLACK_MM - (up + down) / 2
        move = (up - down) / 2
        if missing <= 0 and abs(move) < _SLACK_MM and min(up, down) >= space.clearance:
            break
        z += move
        if missing > 0:
            c = max(c - 1.2 * missing, 0.05 * c, _SLACK_MM)  # never so flat that it has no two sides
    return z, c
