"""Rows of cement near its neighbours: touching endplates, and the pressure in the disc beside it."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from vertebra.meshes.procedures.placement import CementPlacement
from vertebra.meshes.quality import cell_volumes
from vertebra.meshes.volume_fraction import CellSamples
from vertebra.models.response.loaded import LoadedVertebra
from vertebra.models.response.unit_force import UnitForce
from vertebra.models.vertebra_model import VertebraModel

from .bench import BETWEEN_DISCS, bench

_ARM = "vertebroplasty"
_OSTEOPOROTIC = 60.0
_VOLUME_ML = 4.0
_FLAT = ("mesh.parametric.edge_mm=2.5", "mesh.order=1")
_QUADRATIC = ("mesh.parametric.edge_mm=4.0", "mesh.order=2")
_CEMENT = f'arms=[{{name="{_ARM}",cement={{day=0,volume_ml={_VOLUME_ML},clearance_mm=3.0}}}}]'
_CENTRE = 0.25
"""Share of the disc's area, about its middle, that is read: the nucleus."""


def touching_rows() -> dict[str, Mapping[str, float]]:
    """C2: capacity over that without contact when cement touches no, one and both endplates."""
    vertebra = bench("main", _CEMENT, mesh=_FLAT).of_density(_OSTEOPOROTIC)
    clouds = _clouds(vertebra)
    found = {}
    for name, composite in (("C2", "interdigitated"), ("C2_void", "void_filled")):
        capacity = {
            contacts: _with_cloud(vertebra, fraction).filled(_ARM, composite=composite).capacity
            for contacts, fraction in clouds.items()
        }
        found[name] = {str(contacts): force / capacity[0] for contacts, force in capacity.items()}
    return found


def _with_cloud(vertebra: VertebraModel, fraction: np.ndarray) -> VertebraModel:
    """The same vertebra with cement where volume fractions (m,) say."""
    anatomy = vertebra.anatomy
    geometry, placed = anatomy.treated[_ARM], anatomy.cement[_ARM]
    filled = replace(geometry, cement=replace(placed, fraction=fraction))
    return replace(vertebra, anatomy=replace(anatomy, treated={_ARM: filled}))


def _clouds(vertebra: VertebraModel) -> dict[int, np.ndarray]:
    """Volume fractions (m,) of one volume of cement by the number of endplates it touches.

    The placed cloud clear of both; the same moved up to the superior one; and one drawn out upwards and downwards to
    both, thinner for it.
    """
    mesh, placed = vertebra.anatomy.fractured.mesh, vertebra.anatomy.cement[_ARM]
    core = np.flatnonzero(mesh.in_region("trabecular") & mesh.is_body)
    volumes = cell_volumes(mesh.points, mesh.cells[core])
    samples = CellSamples.of(mesh, core, volumes)
    up, down = _room(vertebra, placed)

    def filled(rise: float, stretch: float = 1.0) -> np.ndarray:
        """Fraction of the cloud moved up and drawn out, as wide as its volume needs."""
        centres = placed.centres + np.array([0.0, 0.0, rise])

        def axes(size: float) -> np.ndarray:
            return placed.semi_axes * np.array([size, size, stretch])

        sizes = np.linspace(0.5, 1.5, 101)
        volume = [samples.volume((centres, axes(size))) for size in sizes]
        size = float(np.interp(1000 * placed.volume_ml, volume, sizes))
        fraction = np.zeros(mesh.n_cells)
        fraction[core] = samples.fraction(centres, axes(size))
        return fraction

    half = placed.semi_axes[0, 2]
    return {0: placed.fraction, 1: filled(up), 2: filled((up - down) / 2, (half + (up + down) / 2) / half)}


def _room(vertebra: VertebraModel, placed: CementPlacement) -> tuple[float, float]:
    """Bone between cement and the inner faces of the endplates, above and below [mm]."""
    thickness = vertebra.scenario.mesh.anatomy.level_sizes["endplate_mm"]
    return placed.clearance_superior_mm - thickness, placed.clearance_inferior_mm - thickness


def disc_rows() -> dict[str, Mapping[str, float]]:
    """C9: change of the pressure in the middle of the disc above when the crushed body is filled, same load [%]."""
    vertebra = bench("main", _CEMENT, BETWEEN_DISCS, mesh=_QUADRATIC).of_density(_OSTEOPOROTIC)
    pressure = [_disc_pressure(each) for each in (vertebra.fresh(), vertebra.filled(_ARM))]
    return {"C9": {"": 100 * (pressure[1] / pressure[0] - 1)}}


def _disc_pressure(loaded: LoadedVertebra) -> float:
    """Mean pressure in the middle of the upper disc layer for 1 N [MPa]."""
    specimen = loaded.specimen
    unit = UnitForce.of(loaded.solution)
    mesh = specimen.mesh
    disc = np.flatnonzero(mesh.in_region("superior_cap"))
    middle = mesh.points[mesh.cells[disc, :4], :2].mean(axis=1)
    face = mesh.points[mesh.node_sets["superior_face"], :2]
    away = (middle - (face.max(axis=0) + face.min(axis=0)) / 2) / (np.ptp(face, axis=0) / 2)
    inner = disc[(away**2).sum(axis=1) <= _CENTRE]
    weight = specimen.problem.volume[inner]
    return float((-unit.stress[inner, :, :3].mean(axis=-1) * weight).sum() / weight.sum())
