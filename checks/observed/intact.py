"""Rows of the intact vertebra: shell, stiffness and strength by density and level, yield strain, ends."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from vertebra.materials.bone import strength, young_modulus
from vertebra.materials.density import QctDensity
from vertebra.models.response.loaded import LoadedVertebra
from vertebra.models.response.specimen import Specimen
from vertebra.models.response.unit_force import cell_means
from vertebra.models.vertebra_model import VertebraModel

from .bench import BETWEEN_DISCS, bench

_QUADRATIC = ("mesh.parametric.edge_mm=4.0", "mesh.order=2")
_LINEAR_FINE = ("mesh.parametric.edge_mm=2.5", "mesh.order=1")
_DENSITIES = (60.0, 100.0, 150.0)
_USUAL, _LIGHTER = 100.0, (45.0, 60.0, 75.0)
_REMOVED = 1e-6
_HIGHEST = "T11"
_OFFSET = 0.002
_UTILISED_SHARE = 0.05
_LESS_STIFF = 0.30
"""Modulus of women below that of men, osteoporotic L1-L2 (Kurutz 2008)."""


def shell_rows() -> dict[str, Mapping[str, float]]:
    """I1 and I2: what the shell carries at mid-height between discs, and its share of the stiffness."""
    highest = f"mesh.parametric.level={_HIGHEST}"
    between_discs = bench("intact", highest, BETWEEN_DISCS, mesh=_QUADRATIC).of_density(100.0).intact()

    vertebra = bench("intact", mesh=_QUADRATIC).of_density(100.0)
    geometry, whole = vertebra.anatomy.intact, vertebra.intact()
    left = np.where(geometry.mesh.shell_fraction > 0.5, _REMOVED, 1.0)
    stripped = replace(whole.properties, young=whole.properties.young * left)
    stiffness = [whole.stiffness, vertebra.loaded(geometry, stripped).stiffness]
    return {
        "I1": {_HIGHEST: _shell_share(between_discs.specimen, between_discs.measured.stress[:, 2])},
        "I1_flexion": _shares_in_flexion(),
        "I2": {"L1": 1 - stiffness[1] / stiffness[0]},
    }


def _shell_share(specimen: Specimen, axial: np.ndarray) -> float:
    """Share of the shell in the axial force of the section at mid-height, from the mean axial stress of cells (m,)."""
    mesh = specimen.mesh
    middle = mesh.layer == mesh.layer.max() // 2
    force = -axial[middle] * specimen.problem.volume[middle].sum(axis=1)
    return float((force * mesh.shell_fraction[middle]).sum() / force.sum())


def _shares_in_flexion() -> dict[str, float]:
    """Share of the shell when the upper disc face turns by a small angle, and is pressed on more or less.

    The publication gives the angle, 5 degrees, not the compression with it. In a linear model only their ratio counts.
    About the posterior rim the front is shortened and the back is not: less compression would pull there. Twice that
    shortening of the middle lies half way to pure compression.
    """
    highest, free = f"mesh.parametric.level={_HIGHEST}", 'loading.rotation="free"'
    loaded = bench("intact", highest, free, BETWEEN_DISCS, mesh=_QUADRATIC).of_density(100.0).intact()
    specimen, stress = loaded.specimen, loaded.solution.stress()
    axial, flexion = cell_means(np.moveaxis(stress[:2, ..., 2], 0, -1), specimen.problem.volume).T
    mesh = specimen.mesh
    pivot = mesh.points[mesh.node_sets["superior_endplate"], 1].mean()
    lever = pivot - mesh.points[mesh.node_sets["superior_face"], 1].min()
    return {
        "posterior rim": _shell_share(specimen, lever * axial + flexion),
        "twice its shortening": _shell_share(specimen, 2 * lever * axial + flexion),
    }


def density_rows() -> dict[str, Mapping[str, float]]:
    """I6 and I7: stiffness [kN/mm] and capacity [kN] of L1 over the densities of patients."""
    vertebra = bench("intact", mesh=_QUADRATIC)
    bodies = {density: vertebra.of_density(density).intact() for density in (50.0, *_DENSITIES, 200.0)}
    return {
        "I6": {f"{density:g}": body.stiffness / 1000 for density, body in bodies.items()},
        "I7": {f"{density:g}": bodies[density].capacity / 1000 for density in _DENSITIES},
    }


def fine_rows() -> dict[str, Mapping[str, float]]:
    """I8 and I13: levels beside L1, and a woman's L1 beside a man's."""
    first = bench("intact", mesh=_LINEAR_FINE)
    bodies = {density: first.of_density(density).intact() for density in (_USUAL, *_LIGHTER)}
    return {**_level_rows(bodies[_USUAL].capacity), "I13": {"": _women_below_men(bodies)}}


def _level_rows(first_N: float) -> dict[str, dict[str, float]]:
    """Capacity over that of L1 in per cent, at one density and at densities that vary by level."""
    found: dict[str, dict[str, float]] = {"I8": {}, "I8_density": {}}
    for level in ("T12", "L2", "L4", "L5"):
        body = bench("intact", f"mesh.parametric.level={level}", mesh=_LINEAR_FINE)
        varied = _USUAL * level_density(level) / level_density("L1")
        for name, density in (("I8", _USUAL), ("I8_density", varied)):
            found[name][level] = 100 * (body.of_density(density).intact().capacity / first_N - 1)
    return found


def _women_below_men(bodies: Mapping[float, LoadedVertebra]) -> float:
    """How much less an L1 bears, in per cent, whose density makes it less stiff as published for women."""
    in_order = [bodies[density] for density in sorted(bodies)]
    stiffness = np.log([body.stiffness for body in in_order])
    capacity = np.log([body.capacity for body in in_order])
    softer = np.interp(stiffness[-1] + np.log(1 - _LESS_STIFF), stiffness, capacity)
    return float(100 * (1 - np.exp(softer - capacity[-1])))


def level_density(level: str) -> float:
    """Density of a level in one cohort [mg/cm3]: T12 and L4 are published, in between and beyond on their line."""
    below_t12 = ("T12", "L1", "L2", "L3", "L4", "L5").index(level)
    return 193.0 + (186.0 - 193.0) * below_t12 / 4


def yield_rows() -> dict[str, Mapping[str, float]]:
    """I11: yield strain of trabecular bone in per cent, with the offset of its definition."""
    bone = QctDensity.from_mg_cm3(np.array(_DENSITIES))
    young = young_modulus(bone)
    found = [100 * (limit / young + _OFFSET) for limit in strength(bone)]
    return {
        name: {f"{density:g}": float(x) for density, x in zip(_DENSITIES, strains, strict=True)}
        for name, strains in zip(("I11", "I11_tension"), found, strict=True)
    }


def end_rows() -> dict[str, Mapping[str, float]]:
    """I12: how far the most utilised bone moves forwards with discs, and with a ball joint."""
    fixed = bench("intact", mesh=_QUADRATIC)
    discs = bench("intact", BETWEEN_DISCS, mesh=_QUADRATIC)
    turning = bench("intact", 'loading.rotation="free"', mesh=_QUADRATIC)

    def centroid(vertebra: VertebraModel) -> float:
        loaded = vertebra.of_density(100.0).intact()
        mesh, used = loaded.specimen.mesh, loaded.measured.utilisation
        body = np.flatnonzero(mesh.is_body & mesh.in_region("trabecular", "shell"))
        volume = loaded.specimen.problem.volume[body].sum(axis=1)
        order = np.argsort(-used[body])
        most = order[np.cumsum(volume[order]) <= _UTILISED_SHARE * volume.sum()]
        y = mesh.points[mesh.cells[body[most], :4], 1].mean(axis=1)
        return float(np.average(y, weights=volume[most]))

    caps = centroid(fixed)
    return {"I12": {"discs": centroid(discs) - caps, "ball joint": centroid(turning) - caps}}
