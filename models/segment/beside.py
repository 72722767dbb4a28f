"""A vertebra in a given state with an equal neighbour beyond a disc, under axial force."""

from dataclasses import dataclass, replace

import numpy as np

from vertebra.fem import Elasticity
from vertebra.fem.systems.platens import platen_supports
from vertebra.materials.density import Density
from vertebra.materials.mixture import MixedProperties
from vertebra.meshes.segment.functional_unit import FunctionalUnit, functional_unit
from vertebra.meshes.segment.mirrored import upright_cells

from ..response.loaded import LoadedVertebra
from ..response.unit_force import UnitForce
from ..vertebra_model import VertebraModel
from .tissue import UnitTissue

TOLERANCE = 1e-6
"""Residual of the solve: what is read of a wedged L1 moves by less than 4e-5 of itself from here to 1e-9."""


@dataclass(frozen=True, eq=False)
class Segment:
    """A functional spinal unit under an axial force of 1 N.

    Attributes
    ----------
    unit : FunctionalUnit
    tissue : UnitTissue
    problem : Elasticity
        Between its platens.
    response : UnitForce
    """

    unit: FunctionalUnit
    tissue: UnitTissue
    problem: Elasticity
    response: UnitForce

    @property
    def volume(self) -> np.ndarray:
        """Volume of each quadrature point; ndarray, shape (m, q) [mm3]."""
        return self.problem.volume


def beside(vertebra: VertebraModel, loaded: LoadedVertebra, where: str, *, day: float = 0.0) -> Segment:
    """Press a vertebra together with an equal neighbour that is not broken.

    The far ends are potted in caps between a fixed and a moving platen, which turns or not as the scenario says.

    Parameters
    ----------
    vertebra : VertebraModel
        Its intact body is the neighbour.
    loaded : LoadedVertebra
        The vertebra itself, in its shape and with the properties of its day.
    where : {"above", "below"}
        Where the neighbour lies.
    day : float [d]
        Drugs act on the bone of the neighbour by then.

    Raises
    ------
    ValueError
        There is no room for the disc, or bone has a direction.
    NotConverged
    """
    scenario, mesh = vertebra.scenario, loaded.specimen.mesh
    asked = scenario.neighbours
    unit = functional_unit(
        mesh,
        vertebra.anatomy.intact.mesh,
        where,
        disc_mm=asked.disc_mm,
        nucleus_share=asked.nucleus_share,
        cap_mm=scenario.loading.cap_mm,
    )
    tissue = UnitTissue.of(unit, _of_bone(loaded.properties, mesh.is_bone), equal_bone(vertebra, day))
    forward = asked.forward_mm
    if forward is None and loaded.specimen.turns:
        forward = 0.0
    return press(unit, tissue, loaded.specimen.pivot, forward_mm=forward, method=scenario.solver.method)


def press(
    unit: FunctionalUnit,
    tissue: UnitTissue,
    pivot: np.ndarray,
    *,
    forward_mm: float | None = None,
    method: str = "auto",
) -> Segment:
    """Solve a functional spinal unit between its platens.

    Parameters
    ----------
    unit : FunctionalUnit
    tissue : UnitTissue
    pivot : ndarray, shape (3,) [mm]
        The middle that the line of force is measured from.
    forward_mm : float, optional [mm]
        Distance of that line in front of the middle: the moving platen turns freely about the point of it that lies
        on its face. Without, the platen keeps its direction.
    method : str
        As for `Elasticity`.
    """
    lower, upper = unit.platens
    modes = ("axial",) if forward_mm is None else ("axial", "flexion", "lateral")
    joint = np.array([pivot[0], pivot[1] + (forward_mm or 0.0), unit.points[upper, 2].mean()])
    supports = platen_supports(unit.points, lower, upper, modes=modes, pivot=joint)
    problem = Elasticity(unit.points, unit.cells, supports, method=method)
    solution = problem.solve(tissue.young, tissue.poisson, tolerance=TOLERANCE, anisotropy=tissue.anulus)
    return Segment(unit, tissue, problem, UnitForce.of(solution))


def equal_bone(vertebra: VertebraModel, day: float = 0.0) -> MixedProperties:
    """Properties of the bone cells of a body like the intact one, on a day of the patient's treatment.

    The shape of the neighbour is mirrored, its bone is not: halves that differ in density keep their places.
    """
    geometry = vertebra.anatomy.intact
    bone = vertebra.bone(geometry)
    host = bone.host_on(day)
    cells = upright_cells(geometry.mesh)
    enclosed = None if host.enclosed is None else _taken(host.enclosed, cells)
    upright = replace(host, density=_taken(host.density, cells), enclosed=enclosed)
    return _of_bone(replace(bone, host=upright).intact(), geometry.mesh.is_bone)


def _taken(density: Density, cells: np.ndarray) -> Density:
    return type(density)(density.g_cm3[cells])


def _of_bone(properties: MixedProperties, is_bone: np.ndarray) -> MixedProperties:
    aligned = properties.aligned
    return replace(
        properties,
        young=properties.young[is_bone],
        poisson=properties.poisson[is_bone],
        strength_compression=properties.strength_compression[is_bone],
        strength_tension=properties.strength_tension[is_bone],
        aligned=None if aligned is None else aligned[is_bone],
    )
