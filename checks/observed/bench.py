"""Bundled vertebrae on a coarse mesh, at any density, on any day of healing."""

from vertebra.courses.law import healing_law
from vertebra.models.response.loaded import LoadedVertebra
from vertebra.models.vertebra_model import VertebraModel
from vertebra.scenarios.reading import read_scenario

COARSE = ("mesh.parametric.edge_mm=4.0", "mesh.order=1")
BETWEEN_DISCS = 'loading.ends="discs"'
"""Change that puts disc layers where the caps are; with `mesh.order=2`."""


def bench(name: str, *changes: str, mesh: tuple[str, ...] = COARSE) -> VertebraModel:
    """Mesh a bundled scenario; `changes` and `mesh` are of the form KEY=VALUE."""
    return VertebraModel.of(read_scenario(name, (*mesh, *changes)))


def healed(vertebra: VertebraModel, day: float) -> LoadedVertebra:
    """The crushed vertebra on a day of healing with all vessels open, untreated."""
    geometry = vertebra.anatomy.fractured
    bone = vertebra.bone(geometry)
    tissue = healing_law(vertebra.scenario, bone).advance(bone.fresh(), day)
    return vertebra.loaded(geometry, bone.on_day(tissue, None))
