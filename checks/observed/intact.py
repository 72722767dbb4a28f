"""Rows of the intact vertebra: shell, stiffness and strength by density and level, yield strain, ends."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from vertebra.materials.bone import strength, young_modulus
from vertebra.materials.density import QctDensity
from vertebra.models.response.specimen import Specimen
from vertebra.models.response.unit_force import cell_means
from vertebra.models.vertebra_model import VertebraModel

from .bench import BETWEEN_DISCS, bench

_QUADRATIC = ("mesh.parametric.edge_mm=4.0", "mesh.order=2")
_LINEAR_FINE = ("mesh.parametric.edge_mm=2.5", "mesh.order=1")
_DENSITIES = (60.0, 100.0, 150.0)
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

    The publication tells the angle, 5 degrees, not the compression with it. In a linear model only their ratio counts.
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
    rows = {density: vertebra.of_density(density).intact().row for density in (50.0, *_DENSITIES, 200.0)}
    return {
        "I6": {f"{density:g}": row["stiffness_N_per_mm"] / 1000 for density, row in rows.items()},
        "I7": {f"{density:g}": rows[density]["capacity_N"] / 1000 for density in _DENSITIES},
    }


def level_rows() -> dict[str, Mapping[str, float]]:
    """I8: capacity of the levels over that of L1 in per cent, at one density and at densities that vary by level."""
    bodies = {
        level: bench("intact", f"mesh.parametric.level={level}", mesh=_LINEAR_FINE)
        for level in ("L1", "T12", "L2", "L4", "L5")
    }

    def over_first(density: Mapping[str, float]) -> dict[str, float]:
        borne = {level: body.of_density(density[level]).intact().capacity for level, body in bodies.items()}
        return {level: 100 * (force / borne["L1"] - 1) for level, force in borne.items() if level != "L1"}

    varied = {level: 100.0 * level_density(level) / level_density("L1") for level in bodies}
    return {"I8": over_first(dict.fromkeys(bodies, 100.0)), "I8_density": over_first(varied)}


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


def sex_rows() -> dict[str, Mapping[str, float]]:
    """I13: how much less an L1 bears, in per cent, whose density makes it less stiff as published for women."""
    vertebra = bench("intact", mesh=_LINEAR_FINE)
    bone = {density: vertebra.of_density(density).intact().row for density in (45.0, 60.0, 75.0, 100.0)}
    stiffness, capacity = (
        np.log([row[name] for row in bone.values()]) for name in ("stiffness_N_per_mm", "capacity_N")
    )
    softer = np.interp(stiffness[-1] + np.log(1 - _LESS_STIFF), stiffness, capacity)
    return {"I13": {"": float(100 * (1 - np.exp(softer - capacity[-1])))}}
