"""Where bone cement lies: through the crush band into the bone above and below it, clear of endplates or on them.

The shape and the largest volume that fits follow from the surfaces of the body alone; the mesh then follows the shape
(`resolved`). Volume counts the augmented region, bone inside included.
"""

from dataclasses import dataclass, field

import numpy as np

from ..quality import cell_volumes
from ..skin import outer_faces
from ..tetmesh import TetMesh
from .blocky.cloud import Cloud
from .clearance import CementSpace
from .contact import Contact, end_contact
from .crush_band import CrushBand
from .needle import NO_TARGET, Needle
from .resolution import Resolution, find_resolution
from .resolved import ResolvedCement, resolve_cement
from .rim import interface_rim
from .shape import CementRegion
from .spongy.plume import Plume, Resistance

APPROACHES = ("bipedicular", "unipedicular", "basivertebral")
FILLS = ("blocky", "spongy")
CONTACTS = ("none", "one", "both")
ASPECT = (8.0, 10.0, 24.0)
"""Semi-axes along x, y, z relative to each other: upright, as long as the limits along z allow; longest there first,
so that little cement bridges the band as well."""
SMALLEST_ML = 0.1
NEAR_MM = 2.5
"""Clearance that is kept unless another is asked for."""
_NEAR_LIMIT_MM = 0.5
REACH_MM = 3.0
"""Reach into the bone beyond the crush band that is sought: about three spaces of trabecular bone (a judgement)."""


@dataclass(frozen=True)
class Injection:
    """How cement is injected, and what it keeps clear of.

    Attributes
    ----------
    approach : str
        "bipedicular": two ellipsoids, left and right, which touch or overlap; "unipedicular": one, centred up
        to half its semi-axis to one side; "basivertebral": one in the midline.
    contacts : str
        Endplates that cement is to touch: "none", "one" (the superior one) or "both". A wish: too little cement does
        not reach, and what touches is in the result.
    clearance_mm, wall_mm : float [mm]
        Bone to be left to the end surfaces without contact and to the lateral surface.
    reach_mm : float [mm]
        Into the bone beyond the band, where there is room.
    aspect : tuple of 3 floats
        Semi-axes along x, y, z relative to each other, while there is room.
    needle : Needle
        Where it comes from and where its tip ends.
    spread : float [-]
        Width over height of the cement, relative to `aspect`.
    body_share : float [-]
        Of the volume of the body that is filled where no volume is stated, or what fits if that is less.
    fill : str
        "blocky": ellipsoids; "spongy": a plume that goes where the bone resists least.
    resistance : Resistance or None
        What decides where a plume goes.
    seed : int
        Of what is random in a plume.
    """

    approach: str = "bipedicular"
    contacts: str = "none"
    clearance_mm: float = NEAR_MM
    wall_mm: float = 1.0
    reach_mm: float = REACH_MM
    aspect: tuple[float, float, float] = ASPECT
    needle: Needle = NO_TARGET
    spread: float = 1.0
    body_share: float = 1.0
    fill: str = "blocky"
    resistance: Resistance | None = None
    seed: int = 0

    def __post_init__(self):
        """Refuse what no injection can be."""
        _one_of("approach", self.approach, APPROACHES)
        _one_of("contacts", self.contacts, CONTACTS)
        _one_of("fill", self.fill, FILLS)
        if (self.fill == "spongy") != (self.resistance is not None):
            message = (
                f"fill {self.fill!r} and resistance {self.resistance}: expected one with the other. Pass a "
                'Resistance with fill "spongy" alone.'
            )
            raise ValueError(message)
        for name in ("clearance_mm", "wall_mm"):
            if not 0 <= getattr(self, name) <= 20:
                message = f"{name} = {getattr(self, name):g}: expected 0 to 20 mm of bone. Correct it."
                raise ValueError(message)
        if not 0 < self.body_share <= 1:
            message = f"body_share = {self.body_share:g}: expected above 0, at most 1. Correct it."
            raise ValueError(message)
        aspect = self.spread_aspect
        if len(aspect) != 3 or not min(aspect) > 0 or max(aspect) > 5 * min(aspect):
            message = f"aspect = {aspect}: expected three positive numbers, the largest at most 5 times the smallest."
            raise ValueError(message)

    @property
    def spread_aspect(self) -> tuple[float, ...]:
        """Semi-axes along x, y, z relative to each other, with the spread."""
        return tuple(self.spread * axis for axis in self.aspect[:2]) + tuple(self.aspect[2:])

    @property
    def touched(self) -> tuple[str, ...]:
        """Endplates that are to be touched."""
        return {"none": (), "one": ("superior",), "both": ("superior", "inferior")}[self.contacts]

    def gap_mm(self, end: str) -> float:
        """Bone to be left to an endplate [mm]."""
        return 0.0 if end in self.touched else self.clearance_mm


@dataclass(frozen=True, eq=False)
class CementPlacement:
    """Cement in a mesh.

    Attributes
    ----------
    points : ndarray, shape (n, 3) [mm]
        Nodes of the mesh with this cement: same cells, geometry of its own.
    fraction : ndarray, shape (m,) [-]
        Volume fraction of cement in each cell: 1 inside and 0 outside; in cells that hold endplate without following
        it, their trabecular part.
    volume_ml : float [mL]
        Sum of fraction times cell volume.
    body_share : float [-]
        Of the volume of the body.
    clearance_superior_mm, clearance_inferior_mm : float [mm]
        Least distance of the cement to the bony end surfaces, endplate thickness included.
    clearance_wall_mm : float [mm]
        Least distance to the lateral surface of the body, seen from above.
    contact_superior, contact_inferior : Contact
        What touches.
    reach_superior_mm, reach_inferior_mm : float [mm]
        Least reach beyond the borders of the crush band, within 0.7 of the horizontal semi-axes; negative where the
        cement ends inside the band; NaN without one.
    centres, semi_axes : ndarray, shape (1 or 2, 3) [mm]
        Of the ellipsoids, axes along x, y, z, before roof and floor cut them; middle and half widths of a plume.
    shape : CementRegion
        That the cells follow.
    resolved : ResolvedCement
        How well they do.
    resolution : Resolution
        Elements across the cement and beside it.
    held_share : float [-]
        Of the surface of the cement, within 0.5 mm of what it does not pass: the wall, the inside of endplates and the
        clearance to them. Cement that was injected there might have leaked.
    """

    points: np.ndarray
    fraction: np.ndarray
    volume_ml: float
    body_share: float
    clearance_superior_mm: float
    clearance_inferior_mm: float
    clearance_wall_mm: float
    contact_superior: Contact
    contact_inferior: Contact
    reach_superior_mm: float
    reach_inferior_mm: float
    centres: np.ndarray
    semi_axes: np.ndarray
    shape: CementRegion
    resolved: ResolvedCement
    resolution: Resolution
    held_share: float
    _rims: dict[float, np.ndarray] = field(default_factory=dict, init=False, repr=False)

    @property
    def contacts(self) -> int:
        """Number of endplates that the cement touches."""
        return int(self.contact_superior.touches) + int(self.contact_inferior.touches)

    @property
    def near_endplate(self) -> bool:
        """Whether less than 2.5 mm of bone are left to an endplate, contacts included."""
        return min(self.clearance_superior_mm, self.clearance_inferior_mm) < NEAR_MM

    @property
    def bridges(self) -> bool:
        """Whether the cement reaches beyond the crush band above and below; also where there is no band."""
        reach = np.array([self.reach_superior_mm, self.reach_inferior_mm])
        return bool(np.isnan(reach).all() or (reach > 0).all())

    def rim(self, mesh: TetMesh, width_mm: float = 1.5) -> np.ndarray:
        """Volume fraction of each cell in the bone around the cement; see `rim.interface_rim`.

        Found once for every width: `mesh` has the cells and regions of that in which the cement was placed, wherever
        its nodes have moved since.
        """
        if width_mm not in self._rims:
            shape = self.shape.grown(self.resolved.offset_mm)
            self._rims[width_mm] = interface_rim(mesh, self.points, self.fraction, shape, width_mm)
        return self._rims[width_mm]


def largest_volume_ml(
    mesh: TetMesh, injection: Injection | None = None, zone: np.ndarray | None = None
) -> float:
    """Largest volume of cement that `place_cement` accepts [mL]; the crush band turns the cement a little."""
    band = None if zone is None or not np.any(zone > 0) else CrushBand.of_zone(mesh, zone)
    return _family(mesh, band, injection or Injection(), zone, None).largest_ml


def place_cement(
    mesh: TetMesh,
    volume_ml: float | None = None,
    injection: Injection | None = None,
    *,
    zone: np.ndarray | None = None,
    band: CrushBand | None = None,
    density: np.ndarray | None = None,
) -> CementPlacement:
    """Place cement of the wanted volume, and let the mesh follow it.

    Parameters
    ----------
    mesh : TetMesh
        Body or whole vertebra as it is on the day, crushed or not, with or without caps.
    volume_ml : float, optional [mL]
        Volume of the augmented region, met to 0.5 %. Without it the share of the body that `injection` states, or what
        fits if that is less.
    injection : Injection, optional
        From both sides, clear of both endplates, unless given.
    zone : ndarray, shape (m,), optional [-]
        Share of each cell in the crush band. Cement reaches through the band; nodes on its borders stay on them.
    band : CrushBand, optional
        Its borders, where they are known better than from `zone`.
    density : ndarray, shape (m,), optional [any unit]
        Of the bone before the crush, which turns a plume; the same everywhere without it.

    Raises
    ------
    ValueError
        Volume below 0.1 mL or without room.
    """
    injection = injection or Injection()
    if band is None and zone is not None and np.any(zone > 0):
        band = CrushBand.of_zone(mesh, zone)
    family = _family(mesh, band, injection, zone, density)
    largest = family.largest_ml
    if volume_ml is None:
        volume_ml = min(injection.body_share * _body_ml(mesh), largest)
    elif not SMALLEST_ML <= volume_ml <= largest:
        least = (
            f"{SMALLEST_ML:g} to {np.floor(100 * largest) / 100:.2f} mL ({injection.approach}, contacts "
            f"{injection.contacts!r})"
        )
        message = (
            f"a cement volume of {volume_ml:g} mL: found room for {least}, which leaves {injection.clearance_mm:g} mm "
            f"of bone to endplates that are not touched and {injection.wall_mm:g} mm to the wall. Take a volume "
            "between, or allow a smaller clearance or contacts with the endplates."
        )
        raise ValueError(message)
    shape = family.of_volume(volume_ml)
    resolved = resolve_cement(mesh, shape, volume_ml, zone=zone, contacts=injection.touched)
    return _placement(mesh, family, band, shape, resolved)


def _family(
    mesh: TetMesh,
    band: CrushBand | None,
    injection: Injection,
    zone: np.ndarray | None,
    density: np.ndarray | None,
) -> Cloud | Plume:
    """Shapes for a mesh and what is asked for."""
    space = CementSpace.of(mesh, injection.wall_mm)
    cloud = Cloud.of(
        space,
        (space.roof(injection.gap_mm("superior")), space.floor(injection.gap_mm("inferior"))),
        band=band,
        reach=injection.reach_mm,
        aspect=injection.spread_aspect,
        contacts=injection.touched,
        approach=injection.approach,
        needle=injection.needle,
    )
    if injection.resistance is None:
        return cloud
    return Plume.of(
        mesh,
        cloud,
        injection.resistance,
        density=density,
        zone=zone,
        spread=injection.spread,
        seed=injection.seed,
    )


def _placement(mesh, family: Cloud | Plume, band, shape: CementRegion, resolved: ResolvedCement):
    """Measure what has been placed."""
    space = family.space
    trabecular = 1 - mesh.shell_fraction - mesh.endplate_fraction
    fraction = np.where(resolved.filled, trabecular, 0.0)
    nodes = np.unique(mesh.cells[resolved.filled, :4])
    gaps = [float(end.distances(resolved.points[nodes]).min()) for end in space.ends]
    volume = cell_volumes(resolved.points, mesh.cells)
    centres, axes = shape.extent()
    resolution = find_resolution(mesh, resolved, shape, space, band)
    return CementPlacement(
        points=resolved.points,
        fraction=fraction,
        volume_ml=float(fraction @ volume) / 1000,
        body_share=float(fraction @ volume) / 1000 / _body_ml(mesh),
        clearance_superior_mm=gaps[0],
        clearance_inferior_mm=gaps[1],
        clearance_wall_mm=shape.wall_gap_mm(space),
        contact_superior=end_contact(mesh, resolved.points, resolved.filled, "superior"),
        contact_inferior=end_contact(mesh, resolved.points, resolved.filled, "inferior"),
        reach_superior_mm=resolution.reach_superior_mm,
        reach_inferior_mm=resolution.reach_inferior_mm,
        centres=centres,
        semi_axes=axes,
        shape=shape,
        resolved=resolved,
        resolution=resolution,
        held_share=_held_share(mesh, resolved, family),
    )


def _held_share(mesh, resolved, family):
    """Share of the surface of the cement near what it does not pass [-]."""
    faces = outer_faces(mesh.cells[resolved.filled, :4])[0]
    a, b, c = resolved.points[faces].transpose(1, 0, 2)
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    middle = (a + b + c) / 3
    beyond = np.max(
        [
            family.space.beyond_wall(middle),
            family.roof.distance(middle),
            -family.floor.distance(middle),
        ],
        axis=0,
    )
    return float(area[beyond > -_NEAR_LIMIT_MM].sum() / area.sum())


def _body_ml(mesh):
    """Bone volume of the body [mL]."""
    return float(cell_volumes(mesh.points, mesh.cells[mesh.is_body]).sum()) / 1000


def _one_of(name, value, known):
    if value not in known:
        message = f"{name} = {value!r}: expected one of {', '.join(known)}. Choose one of them."
        raise ValueError(message)
