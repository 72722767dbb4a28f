"""Rows of cement near its neighbours: touching endplates, and the pressure in the disc beside it."""

from collections.abc import Mapping

import numpy as np

from vertebra.meshes.procedures.placement import CONTACTS
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
    clouds = [_touching(contacts).of_density(_OSTEOPOROTIC) for contacts in CONTACTS]
    found = {}
    for name, composite in (("C2", "interdigitated"), ("C2_void", "void_filled")):
        capacity = {
            vertebra.anatomy.cement[_ARM].contacts: vertebra.filled(_ARM, composite=composite).capacity
            for vertebra in clouds
        }
        found[name] = {str(contacts): force / capacity[0] for contacts, force in capacity.items()}
    return found


def _touching(contacts: str, mesh: tuple[str, ...] = _FLAT) -> VertebraModel:
    """The wedge of the main scenario with cement that touches no, one or both endplates."""
    return bench("main", _CEMENT, f'arms.{_ARM}.cement.contacts="{contacts}"', mesh=mesh)


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
